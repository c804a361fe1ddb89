"""What can be gone back to, told deployment by deployment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deployments.approvals.review import Review, Standing
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    ApprovalRequested,
    Approved,
    DeploymentCorrected,
    DeploymentReviewed,
    Outcome,
)
from bot.deployments.plan import Plan
from bot.deployments.rollbacks.targets import History, Target, history_of, is_good
from tests.bot.deployments.histories import OLU, asked, at, change

_DAY = 86400.0
SERVICES = ("user-svc", "chat-svc")


def went(
    key: str,
    before: str,
    after: str,
    outcome: Outcome = Outcome.SUCCEEDED,
    *,
    day: float = 0,
    approved: bool = False,
    well: bool = True,
    service: str = "user-svc",
    purpose: str = "deploy",
    degraded: bool = False,
    reviewed: bool = False,
) -> Deployment:
    """One deployment of one service, all of it on one day, in the order of their numbers."""
    begins = day * _DAY + 60 * int(key[1:])
    story = asked(
        key, begins=begins, purpose=purpose, environment="production", needs_approval=approved
    )
    story.found(after)
    changes = (change(service, before, after),)
    if approved:
        health = "Healthy" if well else "Degraded"
        review = Review(standing=(Standing(application="a", health=health),))
        story.then(
            ApprovalRequested, plan=Plan(changes=changes), digest="x", review=review,
            remind_at=at(0), expires_at=at(_DAY * 999),
        ).then(Approved, actor=OLU, digest="x")  # fmt: skip
    story.started().planned(["a"], changes=changes).intended().committed().over(outcome)
    if degraded:
        story.then(DeploymentCorrected, message="It degraded.", healthy=False)
    if reviewed:
        story.then(DeploymentReviewed, actor=OLU)
    return story.deployment


def history(*past: Deployment, needs_approval: bool = True) -> History:
    return history_of(past, SERVICES, needs_approval=needs_approval)


def good(*past: Deployment, needs_approval: bool = True) -> Target:
    found = history(*past, needs_approval=needs_approval).last_good()
    assert found is not None
    return found


def test_nothing_is_known_where_nothing_was_deployed() -> None:
    assert history().targets == ()
    assert history().last_good() is None


def test_what_waited_long_counts_from_when_it_was_written() -> None:
    found = history(
        went("d1", "v1", "v2", approved=True),
        went("d5", "v1", "v3", approved=True, service="chat-svc"),  # asked for before what follows
        went("d3", "v2", "v1", purpose="rollback"),
        went("d6", "v1", "v2", approved=True),
    )
    assert [each.id for each, _ in found.steps] == ["d1", "d3", "d5", "d6"]
    assert found.targets[0].tags == ("v2", "v3")
    assert found.present == {"user-svc": "v2", "chat-svc": "v3"}


def test_the_last_good_one_is_not_simply_the_previous_one() -> None:
    found = good(
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2", Outcome.FAILED, approved=True),
        went("d3", "v2", "v3", Outcome.FAILED, approved=True, well=False),
    )
    assert (found.deployment.id, found.tags) == ("d1", ("v1",))


def test_a_success_that_degraded_is_none() -> None:
    found = good(
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2", approved=True, degraded=True),
        went("d3", "v2", "v3", Outcome.FAILED, approved=True, well=False),
    )
    assert found.tags == ("v1",)


def test_a_timeout_that_turned_healthy_is_one() -> None:
    story = asked("d2", begins=120, purpose="deploy").found("v2").started()
    story.planned(["a"], changes=(change("user-svc", "v1", "v2"),)).intended().committed()
    story.over(Outcome.TIMED_OUT).then(DeploymentCorrected, message="It is well.", healthy=True)
    past = (
        went("d1", "v0", "v1"),
        story.deployment,
        went("d3", "v2", "v3", Outcome.FAILED),
    )
    assert good(*past, needs_approval=False).tags == ("v2",)


def test_what_was_rolled_back_from_is_not_gone_back_to_again() -> None:
    past = (
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2", approved=True),
        went("r3", "v2", "v1", purpose="rollback"),
    )
    assert good(*past).baseline
    after = (*past, went("d4", "v1", "v4", Outcome.FAILED, approved=True))
    assert good(*after).tags == ("v1",)
    left = next(each for each in history(*after).targets if each.tags == ("v2",))
    assert left.rolled_back_by == "r3"


def test_a_rollback_that_did_not_end_well_marks_what_it_left_all_the_same() -> None:
    past = (
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2", approved=True),
        went("r3", "v2", "v1", Outcome.TIMED_OUT, purpose="rollback"),
        went("d4", "v1", "v4", Outcome.FAILED, approved=True),
    )
    assert good(*past).deployment.id == "d1"


def test_what_a_rollback_went_past_is_not_gone_forward_to() -> None:
    past = (
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2", approved=True),
        went("d3", "v2", "v3", approved=True),
        went("r4", "v3", "v1", purpose="rollback"),
    )
    assert good(*past).tags == ("v0",)


def test_after_a_rollback_the_next_goes_further_back() -> None:
    found = good(
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2", approved=True),
        went("d3", "v2", "v3", Outcome.FAILED, approved=True),
        went("r4", "v3", "v2", purpose="rollback"),
    )
    assert found.tags == ("v1",)


@pytest.mark.parametrize(("well", "why"), [(True, ""), (False, "never approved")])
def test_the_first_of_all_goes_back_to_what_approvers_saw_run_well(*, well: bool, why: str) -> None:
    found = good(went("d1", "v0", "v1", Outcome.FAILED, approved=True, well=well))

    assert found.baseline
    assert found.tags == ("v0",)
    assert why in found.why_not_at_once(at(60))
    assert bool(found.why_not_at_once(at(60))) is bool(why)


def test_what_nobody_approved_needs_somebody_until_it_was_reviewed() -> None:
    last = went("d2", "v1", "v2", Outcome.FAILED, approved=True, well=False)

    assert "never approved" in good(went("d1", "v0", "v1"), last).why_not_at_once(at(60))
    assert good(went("d1", "v0", "v1", reviewed=True), last).why_not_at_once(at(60)) == ""


def test_thirty_days_count_from_when_it_last_ran() -> None:
    found = good(
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2", Outcome.FAILED, day=60, approved=True),
    )
    left = found.left_at
    assert left is not None
    assert found.why_not_at_once(left + timedelta(days=30)) == ""
    assert "last ran here 31 days ago" in found.why_not_at_once(left + timedelta(days=31))


def test_where_nothing_needs_an_approval_none_is_missed() -> None:
    past = (went("d1", "v0", "v1"), went("d2", "v1", "v2", Outcome.FAILED))
    assert good(*past, needs_approval=False).why_not_at_once(at(60)) == ""


def test_services_that_were_not_touched_keep_what_they_run() -> None:
    past = (
        went("d1", "v0", "v1", approved=True),
        went("d2", "w0", "w1", approved=True, service="chat-svc"),
        went("d3", "v1", "v2", Outcome.FAILED, approved=True),
    )
    found = history(*past)
    target = found.last_good()
    assert target is not None
    assert {name: image.tag for name, image in target.images.items()} == {
        "user-svc": "v1",
        "chat-svc": "w1",
    }
    assert [each.service for each in target.differs(found.present)] == ["user-svc"]
    assert [each.id for each in found.since(target)] == ["d3"]


def test_only_the_services_asked_for_count() -> None:
    past = (
        went("d1", "v0", "v1", approved=True),
        went("d2", "w0", "w1", Outcome.FAILED, approved=True, service="chat-svc"),
    )
    found = history_of(past, ("user-svc",), needs_approval=True).last_good()
    assert found is not None
    assert found.baseline


_STEP = st.tuples(
    st.sampled_from(["v1", "v2", "v3"]),
    st.sampled_from([Outcome.SUCCEEDED, Outcome.FAILED, Outcome.TIMED_OUT]),
    st.booleans(),  # approved
    st.booleans(),  # a rollback
    st.booleans(),  # degraded afterwards
)


@given(st.lists(_STEP, min_size=1, max_size=7))
def test_whatever_happened_nothing_bad_or_unapproved_is_gone_back_to_at_once(
    steps: list[tuple[str, Outcome, bool, bool, bool]],
) -> None:
    past: list[Deployment] = []
    tag = "v0"
    for number, (after, outcome, approved, back, degrades) in enumerate(steps):
        past.append(
            went(
                f"d{number}",
                tag,
                after,
                outcome,
                day=number,
                approved=approved,
                purpose="rollback" if back else "deploy",
                degraded=degrades and outcome is Outcome.SUCCEEDED,
                well=False,
            )
        )
        tag = after
    found = history(*past)
    target = found.last_good()
    if target is None:
        return
    assert target.tags != (tag,)
    assert target.baseline or is_good(target.deployment)
    assert target in found.targets
    if not target.why_not_at_once(at(len(steps) * _DAY)):
        vouching = [d for d in past if d.is_approved and is_good(d)]
        assert target.tags[0] in {d.tag for d in vouching}


def test_what_a_later_one_found_is_not_vouched_for_by_its_approval() -> None:
    past = (
        went("d1", "v0", "v1", approved=True),
        went("d2", "v1", "v2"),  # nobody approved it, and nobody looked at it afterwards
        went("d3", "v2", "v3", Outcome.FAILED, approved=True),
    )
    found = history(*past).targets
    assert {each.tags: each.approved for each in found} == {
        ("v0",): True,
        ("v1",): True,
        ("v2",): False,
    }
