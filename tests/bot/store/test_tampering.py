"""The record refuses to be changed, and shows it where someone did it all the same."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from bot.store import NewEvent, Store, verify_file


@pytest.fixture
async def recorded(store: Store, database: Path) -> Path:
    for n in range(1, 6):
        await store.append("deployment/1", n - 1, [NewEvent("Step", {"n": n}, actor="slack:U1")])
    return database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'slack:U2' WHERE position = 3",
        "DELETE FROM events WHERE position = 3",
        (
            "INSERT OR REPLACE INTO events SELECT 3, stream, 99, at, type, '{}', actor, door,"
            " prev_hash, hash FROM events WHERE position = 3"
        ),
        (
            "INSERT OR REPLACE INTO events SELECT 6, stream, 3, at, type, '{}', actor, door,"
            " prev_hash, hash FROM events WHERE position = 2; DELETE FROM events"
        ),
        (
            "INSERT INTO events SELECT 9, stream, 9, at, type, data, actor, door, prev_hash, hash"
            " FROM events WHERE position = 1"
        ),
    ],
)
async def test_the_database_itself_refuses(recorded: Path, statement: str) -> None:
    with closing(sqlite3.connect(recorded)) as other:
        with pytest.raises(sqlite3.IntegrityError, match="events are"):
            other.executescript(f"BEGIN; {statement};")
        other.rollback()
    assert verify_file(recorded).events == 5
    assert verify_file(recorded).is_whole


@pytest.mark.parametrize(
    ("statement", "position", "why"),
    [
        ("UPDATE events SET actor = 'slack:U2' WHERE position = 3", 3, "was changed"),
        ("UPDATE events SET data = '{\"n\":4}' WHERE position = 3", 3, "was changed"),
        ("UPDATE events SET at = '2026-01-01T00:00:00' WHERE position = 1", 1, "was changed"),
        ("DELETE FROM events WHERE position = 3", 3, "is missing"),
        ("DELETE FROM events WHERE position = 1", 1, "is missing"),
        ("UPDATE events SET prev_hash = hash WHERE position = 2", 2, "does not follow"),
    ],
)
async def test_a_change_behind_its_back_is_found(
    recorded: Path, statement: str, position: int, why: str
) -> None:
    with closing(sqlite3.connect(recorded)) as other:
        other.execute("DROP TRIGGER events_are_never_changed")
        other.execute("DROP TRIGGER events_are_never_deleted")
        other.execute(statement)
        other.commit()

    chain = verify_file(recorded)
    assert (chain.is_whole, chain.broken_at) == (False, position)
    assert why in chain.why


async def test_anyone_can_recompute_the_chain_from_the_file_alone(recorded: Path) -> None:
    with closing(sqlite3.connect(recorded)) as other:
        rows = other.execute("SELECT * FROM events ORDER BY position").fetchall()

    before = "0" * 64
    for row in rows:
        assert row[-2] == before
        position, stream, version, at, kind, data, actor, door, *_ = row
        others = [before, position, stream, version, at, kind, actor, door]
        written = json.dumps(others, separators=(",", ":"), ensure_ascii=False) + data
        before = sha256(written.encode()).hexdigest()
        assert row[-1] == before
