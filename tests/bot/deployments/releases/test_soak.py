"""How long images have run Healthy together, and when that is enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.deployments.gates.gate import Bypass, Gate, GateName
from bot.deployments.gates.wording import worded
from bot.deployments.releases.release import Release, release_gates
from bot.deployments.releases.soak import Soak, Spell, together
from bot.deployments.releases.wording import soaked
from tests.bot.deployments.histories import at


def spell(since: float, until: float | None = None) -> Spell:
    return Spell(at(since), None if until is None else at(until))


def closed(soak: Soak, now: datetime) -> list[Gate]:
    return list(release_gates(Release(soak=soak), now))


@pytest.mark.parametrize(
    ("each", "common"),
    [
        ([], []),
        ([[spell(0)]], [spell(0)]),
        ([[spell(0)], [spell(100)]], [spell(100)]),
        ([[spell(0, 50)], [spell(100)]], []),
        ([[spell(0, 50)], [spell(50)]], []),
        ([[spell(0)], []], []),
        ([[spell(0, 50), spell(80)], [spell(10)]], [spell(10, 50), spell(80)]),
        (
            [[spell(0, 50), spell(80, 200)], [spell(40, 90), spell(150)]],
            [spell(40, 50), spell(80, 90), spell(150, 200)],
        ),
    ],
)
def test_images_have_run_together_while_all_of_them_ran(
    each: Sequence[Sequence[Spell]], common: Sequence[Spell]
) -> None:
    assert list(together(each)) == common


def test_only_the_time_that_it_was_healthy_counts() -> None:
    soak = Soak("staging", 30, (spell(0, 600), spell(1000)))

    assert soak.healthy(at(1300)) == timedelta(seconds=900)
    assert soak.opens_at == at(1000 + 1200)
    assert not soak.is_reached(at(2199))
    assert soak.is_reached(at(2200))


def test_the_gate_opens_by_itself_when_the_time_is_over() -> None:
    soak = Soak("staging", 30, (spell(0),))

    (gate,) = closed(soak, at(600))

    assert gate.name is GateName.SOAK
    assert gate.opens_at == at(1800)
    assert worded(gate.found).why == (
        "staging has run these images Healthy for 10 min. 30 min are asked for."
    )  # fmt: skip
    assert "Promote When Ready" in worded(gate.found).opens
    assert "once it is Degraded there it begins anew" in worded(gate.found).opens
    assert gate.passed_by == {Bypass.BREAK_GLASS, Bypass.ROLLBACK, Bypass.OVERRIDE}
    (last,) = closed(soak, at(1790))
    assert "Healthy for 29 min. 30 min are asked for." in worded(last.found).why
    assert not closed(soak, at(1800))


def test_why_the_time_began_anew_is_said() -> None:
    anew = "That began anew after 12:00 UTC, when link-app-staging was Degraded."

    (gate,) = closed(Soak("staging", 30, (spell(0),), anew), at(60))
    assert anew in worded(gate.found).why
    (gate,) = closed(Soak("staging", 30, (), anew), at(60))
    assert anew in worded(gate.found).why


def test_without_a_time_to_wait_there_is_no_gate() -> None:
    assert not closed(Soak("staging", 0), at(0))
    assert not soaked(Soak("staging", 0), at(0))


def test_images_that_ran_for_long_enough_stay_good_when_newer_ones_come() -> None:
    ran = Soak("staging", 30, (spell(0, 1800),))

    assert not closed(ran, at(9000))
    assert "ran these images Healthy for 30 min" in soaked(ran, at(9000))


def test_images_that_went_too_early_never_open_the_gate_by_waiting() -> None:
    (gate,) = closed(Soak("staging", 30, (spell(0, 1799),)), at(9000))

    assert gate.opens_at is None
    assert "Deploy it to staging first" in worded(gate.found).opens


def test_what_nobody_knows_of_is_closed() -> None:
    (gate,) = closed(Soak("staging", 30), at(0))

    assert "not known to run these images" in worded(gate.found).why
