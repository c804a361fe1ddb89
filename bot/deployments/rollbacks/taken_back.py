"""Whether what is to be deployed was taken back here not long ago, and by whom (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.deployments.approvals.review import TakenBack
from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentRequested
from bot.deployments.plan import ImageChange, Plan

SPAN = timedelta(days=30)
"""How long people are told that a build was taken back."""


def taken_back(rollbacks: Iterable[Deployment], plan: Plan, now: datetime) -> TakenBack | None:
    """The newest of an environment's rollbacks that left an image which the plan brings; None
    where the span has none. `rollbacks` holds the newest first.
    """
    brought = plan.effective
    return _newest(rollbacks, now, lambda left: any(_is_same(each, left) for each in brought))


def asked_back(
    rollbacks: Iterable[Deployment], request: DeploymentRequested, now: datetime
) -> TakenBack | None:
    """The same of a request, as far as the tag that it names tells: before there is a plan."""
    if not request.tag or request.purpose == "rollback":
        return None

    def is_wanted(left: ImageChange) -> bool:
        among = not request.services or left.service in request.services
        return among and left.before == request.tag

    return _newest(rollbacks, now, is_wanted)


def _newest(
    rollbacks: Iterable[Deployment],
    now: datetime,
    is_asked: Callable[[ImageChange], bool],
) -> TakenBack | None:
    for each in rollbacks:
        request, commit, plan = each.request, each.commit, each.plan
        if each.reverted or commit is None or plan is None or now - commit.at > SPAN:
            continue
        if any(is_asked(change) for change in plan.effective):
            why = request.reason
            return TakenBack(id=request.id, actor=request.actor, at=commit.at, reason=why)
    return None


def _is_same(brought: ImageChange, left: ImageChange) -> bool:
    """Whether it is the image that was left: by its tag, or by its digest."""
    digest = left.digest_before
    is_there = left.before == brought.after or (bool(digest) and digest == brought.digest)
    return left.service == brought.service and is_there
