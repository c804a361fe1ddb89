"""Freezes are counted, a lock always ends, and what cannot happen is refused."""

from __future__ import annotations

import pytest

from bot.controls.events import (
    ControlEvent,
    FreezeEnded,
    LockAsked,
    LockHandedOver,
    LockReleased,
    LockReminded,
    LockStolen,
    PinNagged,
    PinResumed,
)
from bot.controls.state import fold
from tests.bot.controls.laid import AMIR, HOUR, frozen, held, locked, pinned
from tests.bot.deployments.histories import DANA, OLU, at


def test_a_scope_thaws_when_the_last_of_its_freezes_ends() -> None:
    events: list[ControlEvent] = [frozen("f1"), frozen("f2"), FreezeEnded(at=at(1), id="f1")]
    assert [each.id for each in fold("staging", events).freezes_at(at(2))] == ["f2"]
    events.append(FreezeEnded(at=at(3), id="f2", actor=OLU))
    assert fold("staging", events).freezes_at(at(4)) == ()


def test_a_freeze_is_over_at_its_time_whether_that_was_recorded_or_not() -> None:
    controls = fold("staging", [frozen(until=at(60))])
    assert controls.freezes_at(at(59))
    assert not controls.freezes_at(at(60))


@pytest.mark.parametrize(
    "event",
    [
        FreezeEnded(at=at(1), id="f9"),
        PinResumed(at=at(1), id="d9", actor=OLU),
        PinNagged(at=at(1), id="d9"),
        LockReleased(at=at(1)),
        LockReminded(at=at(1)),
    ],
)
def test_nothing_ends_that_never_began(event: ControlEvent) -> None:
    with pytest.raises(ValueError, match=r"no |not locked"):
        fold("staging", [event])


def test_two_cannot_have_the_lock_at_once() -> None:
    with pytest.raises(ValueError, match="locked already"):
        fold("staging", [locked(DANA), locked(OLU, since=60)])


def test_a_lock_whose_time_is_up_can_be_taken_by_anybody() -> None:
    controls = fold("staging", [locked(DANA, hours=1), locked(OLU, since=3600)])
    assert controls.lock_at(at(3601))
    assert controls.lock is not None
    assert controls.lock.owner == OLU
    assert controls.lock.number == 2


def test_its_owner_can_make_a_lock_last_longer_and_it_stays_the_same_lock() -> None:
    controls = fold("staging", [locked(DANA), LockReminded(at=at(1)), locked(DANA, since=60)])
    assert controls.lock is not None
    assert controls.lock.until == at(60) + 2 * HOUR
    assert controls.lock.number == 1
    assert not controls.lock.reminded


def test_those_who_ask_for_the_lock_wait_in_order_and_once_each() -> None:
    events: list[ControlEvent] = [locked(DANA)]
    events += [LockAsked(at=at(n), actor=actor) for n, actor in enumerate((OLU, AMIR, OLU))]
    assert fold("staging", events).asked == (OLU, AMIR)
    events.append(LockHandedOver(at=at(9), actor=DANA, to=OLU, until=at(9) + HOUR))
    controls = fold("staging", events)
    assert controls.asked == (AMIR,)
    assert controls.lock is not None
    assert controls.lock.owner == OLU


def test_who_takes_the_lock_has_it_from_then_on() -> None:
    stolen = LockStolen(at=at(5), actor=OLU, until=at(5) + HOUR, reason="An incident")
    lock = fold("staging", [locked(DANA), stolen]).lock
    assert lock is not None
    assert (lock.owner, lock.reason) == (OLU, "An incident")


def test_a_pin_stays_until_somebody_resumes_and_a_hold_until_its_time() -> None:
    controls = fold("staging", [pinned("d7"), held(), PinNagged(at=at(9), id="d7")])
    assert controls.pins["d7"].told_at == at(9)
    assert controls.holds_at(at(3599))
    assert not controls.holds_at(at(3600))
    assert not fold("staging", [pinned("d7"), PinResumed(at=at(9), id="d7", actor=OLU)]).pins
