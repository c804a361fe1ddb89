"""The tables of the store, and how an older database becomes today's."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

from bot.errors import SettingsError

MIGRATIONS = Migrations("shipmate")

_EVENTS = """
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    actor TEXT NOT NULL,
    door TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (stream, version)
) STRICT
"""

# INSERT OR REPLACE deletes without asking the delete trigger; the third trigger closes that way,
# and holds positions without gaps.
_APPEND_ONLY = (
    """
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
    """,
    """
    CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END
    """,
    """
    CREATE TRIGGER events_are_only_appended BEFORE INSERT ON events
    WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events)
    BEGIN SELECT RAISE(ABORT, 'events are only appended'); END
    """,
)


@MIGRATIONS()
def m001_events(database: Database) -> None:
    """The record itself, append-only."""
    database.execute(_EVENTS)
    for trigger in _APPEND_ONLY:
        database.execute(trigger)


@MIGRATIONS()
def m002_seen(database: Database) -> None:
    """Keys of requests that must not run twice, until they expire (seconds since 1970)."""
    database.execute(
        "CREATE TABLE seen (key TEXT PRIMARY KEY, expires_at REAL NOT NULL) STRICT, WITHOUT ROWID"
    )


@MIGRATIONS()
def m003_facts(database: Database) -> None:
    """Small values that may be replaced and may expire; `value` is JSON."""
    database.execute(
        "CREATE TABLE facts (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
        " expires_at REAL, PRIMARY KEY (kind, key)) STRICT"
    )


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date, each step in its own transaction.

    Raises SettingsError, and changes nothing, where a newer shipmate wrote the database.
    """
    database = Database(connection)
    known = {migration.name for migration in MIGRATIONS.pending(Database(memory=True))}
    newer = [step.name for step in MIGRATIONS.applied(database) if step.name not in known]
    if newer:
        raise SettingsError(
            f"The database was written by a newer shipmate (it has {', '.join(newer)}). "
            "Run that version, or restore the backup made before the upgrade."
        )
    MIGRATIONS.apply(database)
