"""What the time alone brings about: ends, reminders, and the daily word about a pin."""

from __future__ import annotations

from datetime import timedelta

from bot.controls.events import (
    ControlEvent,
    FreezeEnded,
    HotfixReleased,
    LockAsked,
    LockHandedOver,
    LockReleased,
    LockReminded,
    PinNagged,
)
from bot.controls.keeper import due
from bot.controls.state import Controls, fold
from tests.bot.controls.laid import HOUR, frozen, held, locked, pinned
from tests.bot.deployments.histories import DANA, OLU, at

MINUTE = timedelta(minutes=1)


def due_after(controls: Controls, hours: float) -> list[ControlEvent]:
    return due(controls, at(0) + hours * HOUR)


def test_a_freeze_and_a_hold_end_at_their_time_and_a_freeze_without_one_never_does() -> None:
    controls = fold("staging", [frozen("f1", until=at(0) + HOUR), frozen("f2"), held("d3")])
    assert due_after(controls, 0.99) == []
    over = at(0) + HOUR
    assert due_after(controls, 1) == [
        FreezeEnded(at=over, id="f1"),
        HotfixReleased(at=over, id="d3"),
    ]


def test_a_locks_owner_is_reminded_once_ten_minutes_before_its_end() -> None:
    controls = fold("staging", [locked(hours=2)])
    soon = at(0) + 2 * HOUR - 10 * MINUTE
    assert due(controls, soon - MINUTE) == []
    assert due(controls, soon) == [LockReminded(at=soon)]
    assert due(fold("staging", [locked(hours=2), LockReminded(at=soon)]), soon + MINUTE) == []


def test_nobody_is_reminded_of_a_lock_that_is_shorter_than_that() -> None:
    assert due_after(fold("staging", [locked(hours=0.1)]), 0.05) == []


def test_a_lock_whose_time_is_up_goes_to_whoever_asked_first_or_to_nobody() -> None:
    end = at(0) + 2 * HOUR
    assert due_after(fold("staging", [locked()]), 2) == [LockReleased(at=end)]
    waiting = fold("staging", [locked(), LockAsked(at=at(9), actor=OLU)])
    assert due(waiting, end, OLU) == [LockHandedOver(at=end, to=OLU, until=end + 2 * HOUR)]
    assert due(waiting, end) == [LockReleased(at=end)]  # who asked may not have it any more
    assert due(waiting, end, DANA) == [LockReleased(at=end)]  # who has had it meanwhile


def test_a_pin_is_told_of_once_a_day_also_by_the_next_process() -> None:
    events: list[ControlEvent] = [pinned("d7")]
    assert due_after(fold("staging", events), 23.9) == []
    assert due_after(fold("staging", events), 24) == [PinNagged(at=at(0) + 24 * HOUR, id="d7")]
    events.append(PinNagged(at=at(0) + 24 * HOUR, id="d7"))
    assert due_after(fold("staging", events), 47.9) == []
    assert due_after(fold("staging", events), 48)
