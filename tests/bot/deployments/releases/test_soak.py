"""How long images have run, as the record tells it: what begins that time, ends it, undoes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.deployments.events import AppOutcome, DeploymentCorrected, Outcome
from bot.deployments.gates.gate import Bypass, GateName
from bot.deployments.releases.soak import Soak, Spell, common, soak_gate, spells
from tests.bot.deployments.histories import History, asked, asked_to_sync, at, change

ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def brought(begins: float, outcome: Outcome = Outcome.SUCCEEDED, **digests: str) -> History:
    """A deployment of images (service -> digest), the application `a` carrying them."""
    changes = [
        change(name.replace("_", "-"), application="a").model_copy(update={"digest": digest})
        for name, digest in digests.items()
    ]
    history = asked(f"d{begins:.0f}", begins=begins).found().started()
    history.planned(("a",), changes=changes).intended().committed().wave()
    good = AppOutcome.SUCCEEDED if outcome is Outcome.SUCCEEDED else AppOutcome.FAILED
    return history.syncing("a").ended("a", good).over(outcome)


def degraded(history: History) -> History:
    return history.then(
        DeploymentCorrected, message="Degraded.", healthy=False, applications=("a",)
    )


def ended(history: History) -> datetime:
    moment = history.deployment.ended_at
    assert moment is not None
    return moment


def spell(*histories: History, **digests: str) -> Spell | None:
    named = {name.replace("_", "-"): digest for name, digest in digests.items()}
    return common(spells([each.deployment for each in histories]), named)


def test_images_have_run_since_the_deployment_that_brought_them_ended_well() -> None:
    first = brought(0, user_svc=ONE)

    assert spell(first, user_svc=ONE) == Spell(ended(first))


def test_images_that_came_again_have_run_since_they_first_came() -> None:
    first, again = brought(0, user_svc=ONE), brought(100, user_svc=ONE)

    assert spell(again, first, user_svc=ONE) == Spell(ended(first))


def test_several_images_have_run_together_since_the_last_of_them_came() -> None:
    first, second = brought(0, user_svc=ONE), brought(100, chat_svc=TWO)

    assert spell(first, second, user_svc=ONE, chat_svc=TWO) == Spell(ended(second))


def test_images_that_others_took_the_place_of_ran_until_those_began_to() -> None:
    first, second = brought(0, user_svc=ONE), brought(100, user_svc=TWO)

    assert spell(first, second, user_svc=ONE) == Spell(ended(first), second.deployment.started_at)
    assert spell(first, second, user_svc=TWO) == Spell(ended(second))


def test_images_that_never_ran_at_the_same_time_have_not_run_together() -> None:
    histories = brought(0, user_svc=ONE), brought(100, user_svc=TWO), brought(200, chat_svc=ONE)

    assert spell(*histories, user_svc=ONE, chat_svc=ONE) is None


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMED_OUT])
def test_images_whose_deployment_ended_badly_have_not_run_healthy(outcome: Outcome) -> None:
    first, second = brought(0, user_svc=ONE), brought(100, outcome, user_svc=TWO)

    assert spell(first, second, user_svc=TWO) is None
    ran = spell(first, second, user_svc=ONE)
    assert ran is not None
    assert ran.until == second.deployment.started_at


def test_a_degradation_undoes_the_time_before_it() -> None:
    assert spell(degraded(brought(0, user_svc=ONE)), user_svc=ONE) is None


def test_a_degradation_undoes_what_the_same_image_ran_earlier_too() -> None:
    first, between = brought(0, user_svc=ONE), brought(100, user_svc=TWO)

    assert spell(first, between, degraded(brought(200, user_svc=ONE)), user_svc=ONE) is None


def _deploys() -> History:
    return brought(100, user_svc=ONE)


def _syncs() -> History:
    history = asked_to_sync("d100", begins=100).started()
    return history.planned(("a",), changes=()).wave().well("a").over()


@pytest.mark.parametrize("mend", [_deploys, _syncs])
def test_after_a_degradation_time_begins_anew_when_something_ends_well(
    mend: Callable[[], History],
) -> None:
    mended = mend()

    assert spell(degraded(brought(0, user_svc=ONE)), mended, user_svc=ONE) == Spell(ended(mended))


def test_a_timeout_that_turned_healthy_begins_at_its_correction() -> None:
    late = brought(0, Outcome.TIMED_OUT, user_svc=ONE)
    late.then(DeploymentCorrected, message="Healthy after all.", healthy=True)

    assert spell(late, user_svc=ONE) == Spell(late.deployment.updated_at)


def test_images_of_which_the_record_tells_nothing_have_no_time() -> None:
    assert spell(user_svc=ONE) is None
    assert spell(brought(0, user_svc=ONE), user_svc=ONE, chat_svc=ONE) is None
    assert common({}, {}) is None


def test_what_is_under_way_tells_nothing_yet() -> None:
    going = asked("d9", begins=50).found().started().planned(("a",))

    assert spell(brought(0, user_svc=ONE), going, user_svc=ONE) is not None


def gate_names(soak: Soak, now: datetime) -> list[GateName]:
    return [gate.name for gate in soak_gate(soak, now)]


def test_the_gate_opens_by_itself_when_the_time_is_over() -> None:
    soak = Soak("staging", 30, Spell(at(0)))

    (gate,) = soak_gate(soak, at(600))

    assert gate.opens_at == at(1800)
    assert gate.why == (
        "staging has run these images Healthy for 10 min, and 30 min are asked for."
    )  # fmt: skip
    assert "Promote When Ready" in gate.opens
    assert gate.passed_by == {Bypass.BREAK_GLASS, Bypass.ROLLBACK, Bypass.OVERRIDE}
    assert gate_names(soak, at(1800)) == []


def test_without_a_time_to_wait_there_is_no_gate() -> None:
    assert gate_names(Soak("staging", 0), at(0)) == []
    assert not Soak("staging", 0).told(at(0))


def test_images_that_ran_for_long_enough_stay_good_when_newer_ones_come() -> None:
    ran = Soak("staging", 30, Spell(at(0), at(1800)))

    assert gate_names(ran, at(9000)) == []
    assert "ran these images Healthy for 30 min" in ran.told(at(9000))


def test_images_that_went_too_early_never_open_the_gate_by_waiting() -> None:
    (gate,) = soak_gate(Soak("staging", 30, Spell(at(0), at(1799))), at(9000))

    assert gate.opens_at is None
    assert "Deploy it to staging first" in gate.opens


def test_what_nobody_knows_of_is_closed() -> None:
    (gate,) = soak_gate(Soak("staging", 30), at(0))

    assert "not known to run these images" in gate.why
