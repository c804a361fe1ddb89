"""Freezes, locks and pins are shown with any text, in any number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access import Actor
from bot.controls.events import FreezeBegun, HotfixHeld, HotfixUnknown, Pinned
from bot.controls.state import Controls, Lock
from bot.deployments.gates.findings import NotPermitted
from bot.deployments.gates.gate import Gate, GateName
from bot.deployments.gates.refusal import GatesClosed
from bot.views import freeze_forms, freezes, locks, pins, refusals
from bot.views.freezes import FreezeFacts
from tests.bot.deployments.histories import DANA, asked, at
from tests.bot.views.hostile import assert_fits, assert_modal_fits, every_text, untrusted

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

MANY = st.sampled_from([0, 1, 3, 60])
HOUR = timedelta(hours=1)
quick = settings(max_examples=40, deadline=None)


@st.composite
def frozen(draw: st.DrawFn) -> FreezeBegun:
    return FreezeBegun(
        at=at(0),
        id="abcdef",
        actor=Actor(id="U0OLU", name=draw(untrusted)),
        reason=draw(untrusted),
        until=draw(st.none() | st.just(at(0) + HOUR)),
        including_rollbacks=draw(st.booleans()),
    )


@quick
@given(frozen(), MANY, untrusted, st.booleans())
def test_a_freeze_fits(freeze: FreezeBegun, many: int, text: str, stops: bool) -> None:  # noqa: FBT001 - drawn
    deployments = [asked(f"d{n}", reason=text).deployment for n in range(many)]
    facts = FreezeFacts(
        now=at(1),
        freezes=many,
        running=deployments,
        stopped=deployments if stops else (),
        queued=deployments,
        self_syncing=[text] * many,
        window=[text] * many,
        clock="Times are UTC.",
    )
    assert_fits(freezes.begun("staging", freeze, facts))
    assert_fits(freezes.announcement("staging", freeze))
    assert_fits(freezes.announcement("all", freeze, ended_at=at(99), by=DANA))
    assert_fits(freezes.ended("staging", [freeze] * many, [("all", freeze)] * many))
    assert_modal_fits(freeze_forms.confirm_stop(deployments, "staging --yes"))


@quick
@given(untrusted, untrusted, MANY, st.booleans())
def test_a_lock_fits(reason: str, name: str, many: int, stolen: bool) -> None:  # noqa: FBT001 - drawn
    owner = Actor(id="U0OLU", name=name)
    lock = Lock(owner, at(0), at(0) + HOUR, reason, 1)
    waiting = tuple(Actor(id="U0DANA", name=name) for _ in range(many))
    controls = Controls("staging", lock=lock, asked=waiting)
    for message in (
        locks.taken(controls, lock, at(1), before=None),
        locks.taken(controls, lock, at(1), before=lock),
        locks.asked(controls, lock, DANA),
        locks.gone(controls),
        locks.announcement(controls, lock),
        locks.over(controls, lock, "its time was up"),
        locks.reminder(controls, lock),
        locks.asking(controls, lock, DANA),
        locks.passed_on(controls, lock, lock, stolen=stolen),
    ):
        assert_fits(message)


@quick
@given(untrusted, untrusted, MANY)
def test_a_pin_and_a_hold_fit(reason: str, text: str, many: int) -> None:
    pinned = Pinned(
        at=at(0),
        id="d7",
        actor=DANA,
        applications=("link-app-staging",) * max(many, 1),
        tags={f"service-{n}": f"{text}{n}" for n in range(many)},
        candidate=text[:60],
        reason=reason,
    )
    hold = HotfixHeld(at=at(0), id="d8", actor=DANA, commit=text, branch=text, until=at(0) + HOUR)
    for message in (
        pins.announcement("staging", pinned),
        pins.over(pinned, at(99), DANA),
        pins.nag("staging", pinned, at(99)),
        pins.resumed("staging", [pinned] * many, [hold] * many),
        pins.held("staging", hold),
        pins.not_held(HotfixUnknown(at=at(0), id="d8", commit=text, branch=text)),
    ):
        assert_fits(message)


@quick
@given(untrusted, untrusted, MANY)
def test_a_refusal_by_any_number_of_gates_fits_and_counts_what_it_leaves_out(
    why: str, opens: str, many: int
) -> None:
    closed = [Gate(GateName.LOCK, NotPermitted(why, opens), at(0) + HOUR, words="staging")] * max(
        many, 1
    )
    shown = refusals.refused(GatesClosed(closed, at(0), "Nothing was changed."))
    assert_fits(shown)
    if many == 60:
        assert "… and 48 more" in every_text(shown)
