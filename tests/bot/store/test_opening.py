"""Opening: older databases move on, anything else is refused in a sentence; and the backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import SettingsError
from bot.store import BackupBroken, NewEvent, Store, StoreLocked, back_up, verify_file
from bot.store.schema import MIGRATIONS
from integrations.clock import SystemClock

HAPPENED = NewEvent("Happened", {"n": 1})


async def test_an_older_database_is_migrated_with_everything_in_it(
    store: Store, database: Path, tmp_path: Path
) -> None:
    await store.append("deployment/1", 0, [HAPPENED, HAPPENED])
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        MIGRATIONS.apply(Database(connection), stop_before="m002_seen")
        connection.execute("ATTACH ? AS today", (str(database),))
        connection.execute("INSERT INTO main.events SELECT * FROM today.events")

    migrated = Store.open(old, SystemClock())
    assert await migrated.read("deployment/1") == await store.read("deployment/1")
    await migrated.append("deployment/1", 2, [HAPPENED])
    assert migrated.remember("Ev01", 60)
    assert (await migrated.verify()).is_whole
    await migrated.close()


async def test_a_database_of_a_newer_shipmate_is_refused(database: Path) -> None:
    await Store.open(database, SystemClock()).close()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('shipmate', 'm999_future', '2030-01-01')"
        )
        connection.commit()

    for _ in range(2):  # the lock was given back
        with pytest.raises(SettingsError, match=r"newer shipmate.*m999_future"):
            Store.open(database, SystemClock())


@pytest.mark.parametrize("content", [b"these are my holiday pictures" * 100, b"SQLite format 3\0x"])
def test_a_file_that_is_no_database_is_refused(database: Path, content: bytes) -> None:
    database.write_bytes(content)
    with pytest.raises(SettingsError, match=r"shipmate\.db cannot be used"):
        Store.open(database, SystemClock())
    assert database.read_bytes() == content


def test_a_path_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be used"):
        Store.open(tmp_path / "file" / "shipmate.db", SystemClock())
    with pytest.raises(SettingsError, match="cannot be used"):
        Store.open(tmp_path, SystemClock())


async def test_the_same_process_cannot_open_it_twice(store: Store, database: Path) -> None:
    with pytest.raises(StoreLocked, match="in use by process"):
        Store.open(database, SystemClock())


async def test_the_database_is_its_owners_alone(store: Store, database: Path) -> None:
    assert {path.name: path.stat().st_mode & 0o077 for path in database.parent.iterdir()} == {
        "shipmate.db": 0,
        "shipmate.db-shm": 0,
        "shipmate.db-wal": 0,
        "shipmate.db.lock": 0,
    }


async def test_a_backup_taken_in_use_is_whole_and_opens(store: Store, tmp_path: Path) -> None:
    await store.append("deployment/1", 0, [HAPPENED])
    backup = tmp_path / "backup" / "shipmate.db"
    backup.parent.mkdir()

    assert (await store.backup(backup)).events == 1
    await store.append("deployment/1", 1, [HAPPENED])
    assert (await store.backup(backup)).events == 2  # a later one takes its place

    assert [path.name for path in backup.parent.iterdir()] == ["shipmate.db"]
    restored = Store.open(backup, SystemClock())
    assert await restored.read("deployment/1") == await store.read("deployment/1")
    await restored.close()


async def test_a_broken_record_does_not_replace_a_good_backup(
    store: Store, database: Path, tmp_path: Path
) -> None:
    await store.append("deployment/1", 0, [HAPPENED])
    backup = tmp_path / "there" / "backup.db"
    backup.parent.mkdir()
    await store.backup(backup)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TRIGGER events_are_never_changed")
        connection.execute("UPDATE events SET actor = 'someone else'")
        connection.commit()

    with pytest.raises(BackupBroken, match="was changed after it was written"):
        await store.backup(backup)
    assert verify_file(backup).is_whole
    assert [path.name for path in backup.parent.iterdir()] == ["backup.db"]


async def test_a_backup_onto_the_database_itself_is_refused(store: Store, database: Path) -> None:
    with pytest.raises(BackupBroken):
        back_up(database, database)
