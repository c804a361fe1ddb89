"""What waits for approval is told within Slack's limits, whatever text it holds and however much."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.access import Actor
from bot.deployments.approvals.differences import ObjectDifference, Preview
from bot.deployments.approvals.review import Review, SeenGate, Standing
from bot.deployments.events import (
    ApprovalLapsed,
    ApprovalReminded,
    ApprovalRequested,
    Approved,
    BuildFound,
    NewerBuildSeen,
    Rejected,
)
from bot.deployments.plan import Commit
from bot.views import approving
from bot.views.card import CardFacts, card
from bot.views.history import details
from bot.views.thread import stage
from tests.bot.deployments.histories import DANA, OLU, History, asked, at
from tests.bot.views.any_deployment import URL, builds, plans
from tests.bot.views.hostile import assert_fits, assert_modal_fits, every_text, untrusted

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

AMIR = Actor(id="U0AMIR", name="Amir Approver")
DIGEST = "0123456789abcdef"
quick = settings(max_examples=25, deadline=None)
many = st.sampled_from([0, 1, 40])


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    text = draw(untrusted)
    return Review(
        riding=(Commit(sha=text or "a", author=text, title=text),) * draw(many),
        migrations=(text or "db",) * draw(many),
        unsafe=text,
        standing=tuple(
            Standing(application=f"app-{n}", sync="OutOfSync", health="Degraded", auto_sync=True)
            for n in range(draw(many))
        ),
        gates=(SeenGate(name="soak", why=text, opens=text),) * draw(many),
        previous=draw(st.sampled_from(["", "d0"])),
        soak=text,
        verification=text,
        preview=Preview(
            objects=tuple(
                ObjectDifference(application="a", kind="Deployment", name=text or "n")
                for _ in range(draw(many))
            ),
            total=900,
            why_not=text,
        ),
        unknown=(text,) * draw(many),
    )


@st.composite
def waiting(draw: st.DrawFn) -> History:
    """A request that waits, in every state that this has."""
    history = asked(environment="production", needs_approval=True, reason=draw(untrusted))
    history.then(BuildFound, build=draw(builds))
    asked_for = {
        "plan": draw(plans()),
        "digest": DIGEST,
        "review": draw(reviews()),
        "needed": draw(st.sampled_from([1, 3])),
        "approvers": (draw(st.sampled_from(["group:approvers", "slack:U0AMIR", "members"])),) * 3,
        "backup": ("group:oncall",),
        "notify": draw(st.sampled_from([(), ("S0APP", "U0AMIR")])),
        "remind_at": at(7200),
        "expires_at": at(14_400),
    }
    history.then(ApprovalRequested, **asked_for)
    for what in draw(st.lists(st.sampled_from(["lapse", "yes", "newer", "remind"]), max_size=4)):
        approval = history.deployment.approval
        match what:
            case "lapse" if approval is not None:
                history.then(ApprovalLapsed, why=draw(untrusted))
            case "yes" if history.deployment.awaits_approval and approval is not None:
                history.then(Approved, actor=AMIR, digest=DIGEST, override=draw(untrusted))
            case "remind" if approval is not None:
                history.then(ApprovalReminded, to="backup", notify=("S0ONC",))
            case "newer":
                history.then(NewerBuildSeen, tag=draw(untrusted), title=draw(untrusted))
            case _:
                pass
    return history


@quick
@given(waiting())
def test_everything_that_is_said_of_it_fits(history: History) -> None:
    deployment = history.deployment
    facts = CardFacts(now=at(4000), argocd_url=URL)
    message = card(deployment, facts)
    assert_fits(message)
    assert message.text.startswith(deployment.state.value)
    assert_fits(details(deployment, facts, "https://slack.example/p1"))
    for event in history.events:
        post = stage(deployment, event)
        if post is not None:
            assert_fits(post)
    assert_fits(approving.waiting_list([deployment] * 30, {"d1": URL}, {}, at(4000)))
    assert_fits(approving.already_decided(deployment))
    assert_fits(approving.plan_moved(deployment))
    assert_fits(approving.decided(deployment, AMIR))
    assert_modal_fits(approving.reject_modal(deployment, "d1"))
    if deployment.approval is not None:
        assert_modal_fits(approving.confirm_modal(deployment, facts, "d1"))


@quick
@given(waiting())
def test_a_card_that_waits_keeps_its_buttons_and_every_way_to_decide(history: History) -> None:
    deployment = history.deployment
    message = card(deployment, CardFacts(now=at(4000), argocd_url=URL))
    said = every_text(message)
    has_plan = deployment.approval is not None and deployment.awaits_approval
    assert ("Approve" in said) >= has_plan
    assert ("Reject" in said) >= has_plan


def test_a_rejection_names_who_and_why() -> None:
    history = asked(environment="production", needs_approval=True)
    facts = {"plan": {}, "digest": DIGEST, "remind_at": at(1), "expires_at": at(2)}
    history.then(ApprovalRequested, **facts)
    history.then(Rejected, actor=OLU, reason="Not today.")
    said = every_text(approving.decided(history.deployment, DANA))
    assert "<@U0OLU> rejected it first" in said


def test_those_whose_yes_is_void_are_called_back_to_it() -> None:
    history = asked(environment="production", needs_approval=True)
    event = ApprovalLapsed(at=at(3), why="It moved.", approved_by=(AMIR, OLU))
    post = stage(history.deployment, event)
    assert post is not None
    assert all(f"<@{each.id}>" in every_text(post) for each in (DANA, AMIR, OLU))
