"""Every change behind the record's back is named, however many there are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import NewEvent, Store, verify_file
from bot.store.chain import GENESIS, Chain, seal

EVENTS = 12
Tampering = Callable[[sqlite3.Connection], object]


@pytest.fixture
async def recorded(store: Store, database: Path) -> Path:
    for n in range(EVENTS):
        data = {"n": n, "text": 'a "quoted" \\ word, “Zoë” \n and a tab\t'}
        await store.append("deployment/1", n, [NewEvent("Step", data, actor="slack:U1")])
    return database


def tampered(database: Path, act: Tampering) -> Chain:
    with closing(sqlite3.connect(database)) as other:
        for trigger in ("changed", "deleted"):
            other.execute(f"DROP TRIGGER events_are_never_{trigger}")
        other.execute("DROP TRIGGER events_are_only_appended")
        act(other)
        other.commit()
    return verify_file(database)


def named(chain: Chain) -> list[str]:
    return [fault.why.removeprefix("the ") for fault in chain.faults]


def sql(*statements: str) -> Tampering:
    return lambda other: [other.execute(statement) for statement in statements]


def swap(one: int, two: int) -> Tampering:
    return sql(
        f"UPDATE events SET position = -1 WHERE position = {one}",
        f"UPDATE events SET position = {one} WHERE position = {two}",
        f"UPDATE events SET position = {two} WHERE position = -1",
    )


def rebuild(database: sqlite3.Connection, after: int, data: str) -> None:
    """Write everything after a position anew, with a chain that fits."""
    rows = database.execute("SELECT * FROM events ORDER BY position").fetchall()
    head = GENESIS if after == 0 else rows[after - 1][-1]
    for row in rows[after:]:
        columns = (*row[:5], data, *row[6:8], head)
        head = seal(columns)
        database.execute(
            "UPDATE events SET data = ?, prev_hash = ?, hash = ? WHERE position = ?",
            (data, columns[-1], head, row[0]),
        )


async def test_a_whole_record_has_no_faults_and_tells_the_hashes_asked_for(recorded: Path) -> None:
    chain = verify_file(recorded, [3, 99])
    assert (chain.is_whole, chain.events, set(chain.hashes)) == (True, EVENTS, {3})


async def test_odd_characters_in_any_column_are_no_fault(store: Store, database: Path) -> None:
    odd = "naïve \U0001f680 \x7f \x01 \u2028 'quote' \"double\" \\"
    for stream in ("plain", f"odd {odd}", "plain after it"):
        await store.append(stream, 0, [NewEvent(odd, {odd: odd}, actor=odd, door=odd)])
    assert verify_file(database).is_whole


@pytest.mark.parametrize(
    ("act", "faults"),
    [
        (
            sql("UPDATE events SET data = '{}' WHERE position IN (2, 7)"),
            [
                "event at position 2 was changed after it was written",
                "event at position 7 was changed after it was written",
            ],
        ),
        (
            sql("UPDATE events SET hash = prev_hash WHERE position = 4"),
            ["event at position 4 was changed after it was written"],
        ),
        (
            sql(
                "UPDATE events SET data = data || char(0) WHERE position = 5",
                "UPDATE events SET actor = actor || char(0) || 'x' WHERE position = 6",
                "UPDATE events SET data = CAST(x'7b7dff' AS TEXT) WHERE position = 8",
            ),
            [
                "event at position 5 was changed after it was written",
                "event at position 6 was changed after it was written",
                "event at position 8 was changed after it was written",
            ],
        ),
        (
            # The same characters in another column are another event.
            sql(
                "UPDATE events SET actor = 'slack', door = ':U1' WHERE position = 3",
                "UPDATE events SET door = data, data = '' WHERE position = 4",
            ),
            [
                "event at position 3 was changed after it was written",
                "event at position 4 was changed after it was written",
            ],
        ),
        (
            sql("DELETE FROM events WHERE position IN (3, 4, 5, 9)"),
            ["events at positions 3 to 5 are missing", "event at position 9 is missing"],
        ),
        (
            swap(3, 4),
            ["event at position 3 was written at 4", "event at position 4 was written at 3"],
        ),
        (
            swap(2, 11),
            ["event at position 2 was written at 11", "event at position 11 was written at 2"],
        ),
        (
            sql(
                "DELETE FROM events WHERE position = 10",
                "UPDATE events SET position = 10 WHERE position = 11",
                "UPDATE events SET position = 11 WHERE position = 12",
            ),
            ["event at position 10 was written at 11", "event at position 11 was written at 12"],
        ),
        (
            sql("UPDATE events SET position = 0 WHERE position = 1"),
            ["event at position 0 was written at 1", "event at position 1 is missing"],
        ),
    ],
)
async def test_what_was_done_is_named(recorded: Path, act: Tampering, faults: list[str]) -> None:
    assert named(tampered(recorded, act)) == faults


async def test_an_event_replaced_with_a_seal_of_its_own_gives_itself_away(recorded: Path) -> None:
    def replace(other: sqlite3.Connection) -> None:
        (row,) = other.execute("SELECT * FROM events WHERE position = 5").fetchall()
        columns = (*row[:5], json.dumps({"n": 99}), *row[6:9])
        other.execute(
            "UPDATE events SET data = ?, hash = ? WHERE position = 5", (columns[5], seal(columns))
        )

    (fault,) = tampered(recorded, replace).faults
    assert fault.position == 6
    assert "does not follow the one before it: one of the two was replaced" in fault.why


async def test_a_tail_that_was_cut_off_or_rebuilt_needs_a_witness(recorded: Path) -> None:
    before = verify_file(recorded, [10]).hashes[10]
    chain = tampered(recorded, lambda other: rebuild(other, 8, '{"n":0}'))
    assert chain.is_whole
    assert verify_file(recorded, [10]).hashes[10] != before
