"""Freezes, locks, holds and pins: whom they stop, what they say, and who passes."""

from __future__ import annotations

from bot.access import Actor
from bot.controls.standing import Frozen, Standing
from bot.controls.state import Lock, Pin
from bot.deployments.gates.closed import Facts, gates
from bot.deployments.gates.controls import warnings
from bot.deployments.gates.gate import Bypass, Gate, GateName
from bot.deployments.gates.wording import warning, worded
from bot.deployments.plan import Plan
from tests.bot.controls.laid import HOUR, PIPELINE, frozen, held, pinned
from tests.bot.deployments.histories import DANA, OLU, at

LOCK = Lock(DANA, at(0), at(0) + 2 * HOUR, "A migration", 1)
APPS = ("link-app-staging",)


def closed(over: Standing, actor: Actor | None, seconds: float = 1) -> list[Gate]:
    facts = Facts(actor=actor, applications=APPS, standing=(over,))
    return list(gates(Plan(), facts, at(seconds)))


def test_a_freeze_stops_everyone_and_says_who_ends_it_and_when_it_ends() -> None:
    freeze = frozen(until=at(0) + 2 * HOUR)
    over = Standing("staging", (Frozen("all", freeze),), thaws="It is held by @oncall.")

    for actor in (None, DANA, OLU, PIPELINE):
        (gate,) = closed(over, actor)
        assert gate.name is GateName.FREEZE
        assert worded(gate.found).why == "Everything is frozen by Olu On-Call: “The fair”."
        assert (
            worded(gate.found).opens
            == "`/shipmate unfreeze all f1` ends it. It is held by @oncall."
        )
        assert gate.opens_at == freeze.until
        assert gate.passed_by == {Bypass.BREAK_GLASS, Bypass.ROLLBACK}
    assert not closed(over, DANA, 7200)


def test_a_freeze_may_hold_rollbacks_too() -> None:
    over = Standing("staging", (Frozen("staging", frozen(rollbacks=True)),))
    (gate,) = closed(over, DANA)
    assert gate.passed_by == {Bypass.BREAK_GLASS}
    assert "Rollbacks are frozen too." in worded(gate.found).why


def test_every_freeze_is_a_gate_of_its_own() -> None:
    over = Standing("staging", (Frozen("staging", frozen("f1")), Frozen("all", frozen("f2"))))
    assert [gate.words for gate in closed(over, DANA)] == ["staging f1", "all f2"]


def test_a_lock_stops_everyone_but_its_owner() -> None:
    over = Standing("staging", lock=LOCK, waiting=1)
    (gate,) = closed(over, OLU)
    assert worded(gate.found).why == (
        "staging is locked by Dana Developer: “A migration”. 1 waits for the lock."
    )  # fmt: skip
    assert gate.opens_at == LOCK.until
    assert gate.words == "staging --of 1"
    assert [gate.name for gate in closed(over, PIPELINE)] == [GateName.LOCK]
    assert not closed(over, DANA)


def test_pins_and_holds_stop_automation_and_warn_people() -> None:
    over = Standing("staging", holds=(held(),), pins=(Pin(pinned(), at(0)),))

    assert [gate.name for gate in closed(over, PIPELINE)] == [GateName.HOLD, GateName.PIN]
    assert not closed(over, OLU)
    hold, pin = sorted(map(warning, warnings([over], APPS, OLU)))
    assert hold == "Automation is held in staging until 13:00 UTC: a hotfix went out."
    assert pin == (
        "link-app-staging is pinned since Olu On-Call rolled back to sha-0000001 (d7). "
        "`/shipmate resume staging` ends that."
    )  # fmt: skip
    assert warnings([over], APPS, PIPELINE) == ()


def test_a_pin_of_other_applications_stops_nobody() -> None:
    over = Standing("staging", pins=(Pin(pinned("d7", "link-frontend"), at(0)),))
    assert not closed(over, PIPELINE)
    assert warnings([over], APPS, OLU) == ()
