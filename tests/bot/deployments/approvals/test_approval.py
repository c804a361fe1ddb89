"""Whose yes counts, for what, and until when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.access import Actor, Memberships
from bot.deployments.approvals.approval import (
    Approval,
    Expire,
    Remind,
    Wait,
    counts_for,
    due,
    plan_digest,
)
from bot.deployments.approvals.moved import what_moved
from bot.deployments.approvals.objections import Unsure, objection
from bot.deployments.approvals.review import Review
from bot.deployments.approvals.wording import moved, objected
from bot.deployments.events import ApprovalRequested, Approved, Quorum, Rejected
from bot.deployments.plan import Commit, Commits, Plan
from tests.bot.deployments.histories import DANA, OLU, at, change, planned_application

AMIR = Actor(id="U0AMIR", name="Amir Approver")
APPS = ((planned_application("link-app-production"),),)
WROTE = Commits(status="ahead", total=1, commits=(Commit(sha="a" * 40, login="dana-dev"),))
PLAN = Plan(base="b" * 40, changes=(change("user-svc"),), waves=APPS, commits=WROTE)
LOGINS = {DANA.subject: "dana-dev", AMIR.subject: "Amir", OLU.subject: "olu"}


def asked(plan: Plan = PLAN, **more: object) -> ApprovalRequested:
    times = {"at": at(0), "remind_at": at(7200), "expires_at": at(14_400)}
    facts = {"plan": plan, "digest": plan_digest(plan), "approvers": ("group:approvers",)}
    return ApprovalRequested.model_validate({**times, **facts, **more})


def yes(actor: Actor, seconds: float = 60, digest: str = "", *counts_for: str) -> Approved:
    digest = digest or plan_digest(PLAN)
    return Approved(at=at(seconds), actor=actor, digest=digest, counts_for=counts_for)


def after(approval: Approval, *events: Approved | Rejected) -> Approval:
    for event in events:
        approval = approval.after(event)
    return approval


def test_one_yes_is_enough_where_one_is_asked_for() -> None:
    approval = Approval(asked())
    assert not approval.is_granted
    approval = after(approval, yes(AMIR))
    assert approval.is_granted
    assert approval.granted_at == at(60)
    assert approval.start_by == at(60 + 900)


def test_the_same_person_counts_once_however_often_they_click() -> None:
    approval = after(Approval(asked(needed=2)), yes(AMIR), yes(AMIR, 61))
    assert approval.missing == 1
    assert after(approval, yes(OLU, 62)).is_granted


def test_a_yes_to_another_plan_counts_for_nothing() -> None:
    assert not after(Approval(asked()), yes(AMIR, 60, "another")).is_granted


def test_a_yes_that_comes_too_late_counts_for_nothing() -> None:
    assert not after(Approval(asked()), yes(AMIR, 14_400)).is_granted
    assert after(Approval(asked()), yes(AMIR, 14_399)).is_granted


def test_a_quorum_wants_its_own_people_among_those_who_say_yes() -> None:
    approval = Approval(asked(needed=2, quorum=(Quorum(of="group:security"),)))
    approval = after(approval, yes(AMIR), yes(OLU, 61))
    assert approval.missing == 1
    assert approval.missing_of == {"group:security": 1}
    assert after(approval, yes(DANA, 62, "", "group:security")).is_granted


def test_a_no_outweighs_every_yes() -> None:
    no = Rejected(at=at(70), actor=OLU, reason="No.")
    assert not after(Approval(asked()), yes(AMIR), no).is_granted


def test_first_the_approvers_are_reminded_then_the_backup_then_it_expires() -> None:
    approval = Approval(asked(backup=("group:oncall",)))
    assert due(approval, at(10)) == Wait(at(7200))
    assert due(approval, at(7200)) == Remind("approvers")
    reminded = Approval(approval.asked, reminded=frozenset({"approvers"}))
    assert due(reminded, at(7201)) == Wait(at(10_800))
    assert due(reminded, at(10_800)) == Remind("backup")
    both = Approval(approval.asked, reminded=frozenset({"approvers", "backup"}))
    assert due(both, at(10_801)) == Wait(at(14_400))
    assert due(both, at(14_400)) == Expire()
    assert due(approval, at(99_999)) == Expire()


def test_without_a_backup_only_the_approvers_are_reminded() -> None:
    reminded = Approval(asked(), reminded=frozenset({"approvers"}))
    assert due(reminded, at(10_800)) == Wait(at(14_400))


@pytest.mark.parametrize(
    ("approver", "logins", "said"),
    [
        (DANA, LOGINS, "You asked for this yourself"),
        (AMIR, LOGINS, ""),
        (OLU, {**LOGINS, OLU.subject: "DANA-dev"}, "You wrote some of this"),
        (AMIR, {AMIR.subject: "amir"}, "dana-dev has no Slack account in the catalog"),
        (AMIR, {DANA.subject: "dana-dev"}, "Your own GitHub login is not known"),
        (AMIR, {}, ""),  # nobody is known: the card says so, and no rule can be held
    ],
)
def test_neither_requester_nor_author_approves(
    approver: Actor, logins: dict[str, str], said: str
) -> None:
    found = objection(asked(), DANA.subject, approver.subject, logins, authors_may=False)
    assert said in (objected(found)[0] if found else "")
    assert (found is None) is (said == "")


def test_whoever_asks_never_approves_even_where_authors_may() -> None:
    found = objection(asked(), DANA.subject, DANA.subject, LOGINS, authors_may=True)
    assert found is not None
    assert not isinstance(found, Unsure)
    wrote = objection(asked(), AMIR.subject, DANA.subject, LOGINS, authors_may=True)
    assert wrote is None


@pytest.mark.parametrize(
    ("commits", "is_refused"),
    [
        (Commits(why="GitHub is away"), True),
        (Commits(status="ahead", total=251, commits=WROTE.commits), True),
        (Commits(status="behind", total=3), False),
        (Commits(status="identical"), False),
    ],
)
def test_authors_that_nobody_can_tell_count_as_unapprovable(
    commits: Commits, *, is_refused: bool
) -> None:
    plan = PLAN.model_copy(update={"commits": commits})
    found = objection(asked(plan), DANA.subject, AMIR.subject, LOGINS, authors_may=False)
    assert isinstance(found, Unsure) is is_refused


RIDER = Commit(sha="c" * 40, author="Olu On-Call", title="Raise limits")
OURS_ALONG = Commit(sha="d" * 40, author="shipmate", ours=True)


@pytest.mark.parametrize(
    ("review", "logins", "said"),
    [
        (Review(riding=(OURS_ALONG, RIDER)), LOGINS, "The commit ccccccc (Olu On-Call)"),
        (Review(riding=(OURS_ALONG,)), LOGINS, ""),
        (Review(riding=(RIDER,)), {}, ""),
        (Review(unknown=("Commits that ride along: Git: away",)), LOGINS, "is not known"),
    ],
)
@pytest.mark.parametrize("plan", [PLAN, PLAN.model_copy(update={"changes": ()})])
def test_whoever_wrote_what_rides_along_is_an_author_too(
    plan: Plan, review: Review, logins: dict[str, str], said: str
) -> None:
    question = asked(plan, review=review)
    found = objection(question, DANA.subject, AMIR.subject, logins, authors_may=False)
    assert said in (objected(found)[0] if found else "")
    assert (found is None) is (said == "")
    assert found is None or isinstance(found, Unsure)
    assert objection(question, DANA.subject, AMIR.subject, logins, authors_may=True) is None


def test_that_somebody_wrote_what_ships_is_said_before_what_nobody_can_tell() -> None:
    question = asked(review=Review(riding=(RIDER,)))
    mine = {OLU.subject: "dana-dev"}
    found = objection(question, DANA.subject, OLU.subject, mine, authors_may=False)
    assert found is not None
    assert not isinstance(found, Unsure)


def test_a_newcomer_does_not_stand_for_a_group_yet() -> None:
    quorum = tuple(Quorum(of=of) for of in ("group:security", "team:link/leads", AMIR.subject))
    question = asked(quorum=quorum, needed=3)
    long = Memberships(
        full_member=True, groups=frozenset({"security"}), teams=frozenset({"link/leads"})
    )
    assert counts_for(question, AMIR, long) == tuple(each.of for each in quorum)
    new = replace(long, new={"group:security": at(9), "team:link/leads": at(9)})
    assert counts_for(question, AMIR, new) == (AMIR.subject,)


def test_the_digest_covers_images_applications_and_what_rides_along_and_no_more() -> None:
    same = PLAN.model_copy(update={"base": "f" * 40, "commits": Commits(), "warnings": ("w",)})
    assert plan_digest(PLAN) == plan_digest(same)
    retagged = change("user-svc").model_copy(update={"digest": "sha256:" + "1" * 64})
    others = [
        PLAN.model_copy(update={"changes": (change("user-svc", after="sha-7777777"),)}),
        PLAN.model_copy(update={"changes": (change("user-svc", before="sha-7777777"),)}),
        PLAN.model_copy(update={"changes": (retagged,)}),
        PLAN.model_copy(update={"waves": ()}),
    ]
    digests = {plan_digest(each) for each in others}
    digests.add(plan_digest(PLAN, Review(riding=(Commit(sha="c" * 40),))))
    assert len(digests | {plan_digest(PLAN)}) == len(others) + 2


def test_an_approval_names_and_covers_what_a_sync_deletes() -> None:
    pruned = PLAN.model_copy(update={"sharp": ("--prune ConfigMap/old",)})
    more = PLAN.model_copy(update={"sharp": ("--prune ConfigMap/old", "--prune Secret/key")})
    assert len({plan_digest(each) for each in (PLAN, pruned, more)}) == 3
    assert "--prune Secret/key" in moved(what_moved(pruned, more))


def test_what_moved_is_said_in_words() -> None:
    elsewhere = PLAN.model_copy(update={"changes": (change("user-svc", before="sha-7777777"),)})
    assert "user-svc was sha-0000001 and is sha-7777777 now" in moved(what_moved(PLAN, elsewhere))
    newer = PLAN.model_copy(update={"changes": (change("user-svc", after="sha-8888888"),)})
    assert "user-svc goes to sha-8888888 now" in moved(what_moved(PLAN, newer))
    without = PLAN.model_copy(update={"changes": ()})
    assert "user-svc is left out now" in moved(what_moved(PLAN, without))
    retagged = change("user-svc").model_copy(update={"digest": "sha256:" + "1" * 64})
    other = PLAN.model_copy(update={"changes": (retagged,)})
    assert "names another image now" in moved(what_moved(PLAN, other))
    assert "other applications" in moved(what_moved(PLAN, PLAN.model_copy(update={"waves": ()})))
    assert "ride along" in moved(what_moved(PLAN, PLAN))
