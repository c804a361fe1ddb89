"""What is known to have run, and what of a plan would skip an environment."""

from __future__ import annotations

import pytest

from bot.deployments.events import AppOutcome, DeploymentCorrected, Outcome
from bot.deployments.gates.gate import Bypass, GateName
from bot.deployments.gates.wording import worded
from bot.deployments.plan import ImageChange
from bot.deployments.releases.order import Order, Ran, found_there, recorded, skipping, without
from bot.deployments.releases.release import Release, release_gates
from tests.bot.deployments.histories import History, asked, at, change

ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
RELEASED = "v20261126-abc1234"


def brings(tag: str = RELEASED, digest: str = "") -> ImageChange:
    return change("user-svc", after=tag).model_copy(update={"digest": digest})


def brought(digest: str = ONE, outcome: Outcome = Outcome.SUCCEEDED) -> History:
    """A deployment of sha-abc1234, whose image has this digest."""
    changes = [brings("sha-abc1234", digest)]
    history = asked("d1").found().started().planned(("a",), changes=changes)
    history.intended().committed().wave().syncing("a")
    good = AppOutcome.SUCCEEDED if outcome is Outcome.SUCCEEDED else AppOutcome.FAILED
    return history.ended("a", good).over(outcome)


@pytest.mark.parametrize(
    ("ran", "wanted", "goes"),
    [
        (ONE, ONE, True),
        (ONE, TWO, False),  # the same commit, built again
        ("", ONE, True),
        (ONE, "", True),
        ("", "", True),
    ],
)
def test_an_image_is_known_by_its_digest_and_by_its_commit_where_that_is_not(
    ran: str, wanted: str, *, goes: bool
) -> None:
    known = recorded([brought(ran).deployment])

    assert skipping([brings(digest=wanted)], known) == (() if goes else (brings(digest=wanted),))


def test_a_tag_that_names_no_commit_is_known_by_its_digest_alone() -> None:
    known = recorded([brought().deployment])

    assert not skipping([brings("v1.2.3", ONE)], known)
    assert skipping([brings("v1.2.3")], known)
    assert skipping([brings("v1.2.3")], [Ran("user-svc")])


def test_another_service_of_the_same_commit_has_not_run() -> None:
    other = change("chat-svc", after=RELEASED)

    assert skipping([other], recorded([brought().deployment])) == (other,)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMED_OUT])
def test_what_ended_badly_has_not_run_healthy(outcome: Outcome) -> None:
    assert not recorded([brought(outcome=outcome).deployment])


def test_what_degraded_has_not_run_healthy_until_it_turned_out_well() -> None:
    history = brought()
    history.then(DeploymentCorrected, message="Degraded.", healthy=False, applications=("a",))
    assert not recorded([history.deployment])

    late = brought(outcome=Outcome.TIMED_OUT)
    late.then(DeploymentCorrected, message="Healthy after all.", healthy=True)
    assert recorded([late.deployment])


def test_what_was_seen_to_degrade_since_its_deployment_has_not_run_healthy() -> None:
    known = recorded([brought().deployment])

    assert without(known, [Ran("user-svc", "1234567", TWO), Ran("chat-svc", "abc1234", ONE)])
    assert not without(known, [Ran("user-svc", "", ONE)])
    assert not without(known, [Ran("user-svc", "abc1234")])


def test_what_is_there_already_moves_nowhere() -> None:
    stays = change("user-svc", before=RELEASED, after=RELEASED)
    pinned = brings(digest=ONE).model_copy(update={"digest_before": ONE})

    assert not skipping([stays, pinned], [])


def test_a_rollback_may_go_to_what_a_deployment_found() -> None:
    back = change("user-svc", before="sha-abc1234", after="sha-0000001")

    assert skipping([back], recorded([brought().deployment]))
    assert not skipping([back], found_there([brought().deployment]))


def test_the_gate_names_the_way_by_the_environment_before_and_who_may_pass_it() -> None:
    order = Order("staging", skipping=(brings(digest=TWO),))
    (gate,) = release_gates(Release(order=order), at(0))

    assert gate.name is GateName.ORDER
    assert (
        worded(gate.found).why == f"staging is not known to have run user-svc:{RELEASED} Healthy."
    )
    assert "`/deploy staging sha-abc1234`" in worded(gate.found).opens
    assert "“override”" in worded(gate.found).opens
    assert gate.passed_by == {Bypass.BREAK_GLASS, Bypass.ROLLBACK, Bypass.OVERRIDE}
    assert not [*release_gates(Release(order=Order("staging")), at(0))]


def test_where_no_one_build_is_meant_its_tag_is_left_open() -> None:
    two = brings(), change("chat-svc", after="v20261126-fff0001")
    for order in (
        Order("staging", skipping=two),
        Order("staging", takes_builds=False, skipping=two[:1]),
        Order("staging", skipping=(brings("v1.2.3"),)),
    ):
        (gate,) = release_gates(Release(order=order), at(0))
        assert "`/deploy staging <tag>`" in worded(gate.found).opens
