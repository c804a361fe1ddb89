"""The record: what was acknowledged is there, in order, and nobody overwrites anybody."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.store import NewEvent, Recorded, Store, VersionConflict
from integrations.clock import SystemClock
from integrations.groups import TaskGroup

STARTED = NewEvent("Started", {"wave": 1}, actor="slack:U0DANA", door="slack")
ENDED = NewEvent("Ended", {"outcome": "Succeeded"})


async def test_events_come_back_as_they_were_appended(store: Store) -> None:
    placed = await store.append("deployment/1", 0, [STARTED, ENDED])

    assert await store.read("deployment/1") == list(placed)
    assert [(event.position, event.version, event.type) for event in placed] == [
        (1, 1, "Started"),
        (2, 2, "Ended"),
    ]
    assert placed[0].data == {"wave": 1}
    assert (placed[0].actor, placed[0].door) == ("slack:U0DANA", "slack")


async def test_a_stream_nobody_wrote_is_empty(store: Store) -> None:
    assert await store.read("deployment/none") == []


async def test_of_two_writers_that_decided_on_the_same_version_one_gets_through(
    store: Store,
) -> None:
    answers = await _all_at_once(*(store.append("approval/1", 0, [STARTED]) for _ in range(8)))

    conflicts = [answer for answer in answers if isinstance(answer, VersionConflict)]
    assert len(conflicts) == 7
    assert {(conflict.expected, conflict.actual) for conflict in conflicts} == {(0, 1)}
    assert len(await store.read("approval/1")) == 1


async def test_a_version_from_the_future_is_a_conflict_too(store: Store) -> None:
    with pytest.raises(VersionConflict) as conflict:
        await store.append("deployment/1", 3, [STARTED])
    assert conflict.value.actual == 0


async def test_data_that_is_no_json_fails_alone(store: Store) -> None:
    hopeless = [
        store.append("a", 0, [NewEvent("Odd", {"value": object()})]),
        store.append("b", 0, [NewEvent("Odd", {"value": float("nan")})]),
        store.append("c \ud800", 0, [STARTED]),
        store.append("d", 0, [NewEvent("Odd \ud800", {})]),
    ]
    answers = await _all_at_once(*hopeless, store.append("e", 0, [STARTED]))

    assert [type(answer) for answer in answers[:2]] == [TypeError, ValueError]
    assert all(isinstance(answer, UnicodeEncodeError) for answer in answers[2:4])
    assert [event.stream for event in await store.read_all()] == ["e"]


async def test_text_of_every_kind_survives(store: Store) -> None:
    odd = "naïve \U0001f680 \x00 \ud800 'quote' \u2028"
    await store.append("deployment/'; DROP TABLE events; --", 0, [NewEvent("Odd", {"text": odd})])

    (event,) = await store.read_all()
    assert event.data == {"text": odd}
    assert (await store.verify()).is_whole


async def test_the_whole_record_is_read_from_any_position_and_by_prefix(store: Store) -> None:
    for stream in ("deployment/1", "lock/staging", "deployment/2", "deployment-x"):
        await store.append(stream, 0, [STARTED])

    assert [e.stream for e in await store.read_all(after=2)] == ["deployment/2", "deployment-x"]
    assert [e.position for e in await store.read_all(prefix="deployment/")] == [1, 3]
    assert [e.position for e in await store.read_all(after=1, limit=2)] == [2, 3]


async def test_the_record_goes_on_where_it_ended(database: Path) -> None:
    first = Store.open(database, SystemClock())
    await first.append("deployment/1", 0, [STARTED])
    head = first.head
    await first.close()

    second = Store.open(database, SystemClock())
    assert second.head == head
    with pytest.raises(VersionConflict):
        await second.append("deployment/1", 0, [ENDED])
    (ended,) = await second.append("deployment/1", 1, [ENDED])
    assert (ended.position, ended.prev_hash) == (2, head[1])
    assert (await second.verify()).is_whole
    await second.close()


async def test_a_batch_larger_than_one_statement_is_one_append(store: Store) -> None:
    placed = await store.append("big", 0, [NewEvent("Line", {"n": n}) for n in range(1001)])

    assert [event.version for event in placed] == list(range(1, 1002))
    assert len(await store.read("big")) == 1001


async def test_close_writes_what_was_asked_for_before(database: Path) -> None:
    store = Store.open(database, SystemClock())
    async with TaskGroup() as group:
        for n in range(50):
            group.create_task(store.append(f"deployment/{n}", 0, [STARTED]), name=f"append {n}")
        await asyncio.sleep(0)  # every append has been asked for
        group.create_task(store.close(), name="close")

    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (50,)
    with pytest.raises(RuntimeError):
        await store.append("deployment/late", 0, [STARTED])


async def test_a_full_disk_is_told_and_forgotten_when_there_is_room(store: Store) -> None:
    await store.append("deployment/1", 0, [STARTED])
    pages = store._writing.execute("PRAGMA page_count").fetchone()[0]
    store._writing.execute(f"PRAGMA max_page_count = {pages}")
    huge = NewEvent("Log", {"text": "x" * 100_000})

    answers = await _all_at_once(
        store.append("deployment/2", 0, [huge]), store.append("deployment/1", 1, [ENDED])
    )
    assert isinstance(answers[0], sqlite3.OperationalError)

    store._writing.execute("PRAGMA max_page_count = 1000000")
    await store.append("deployment/2", 0, [huge])
    assert store.failure == ""
    assert (await store.verify()).is_whole


async def _all_at_once(
    *appends: asyncio.Future[tuple[Recorded, ...]] | object,
) -> list[tuple[Recorded, ...] | Exception]:
    async def answer(append: object) -> tuple[Recorded, ...] | Exception:
        try:
            return await append  # type: ignore[misc, no-any-return]
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    async with TaskGroup() as group:
        tasks = [group.create_task(answer(append), name="append") for append in appends]
    return [task.result() for task in tasks]
