"""Whether the bot rolls a deployment back by itself (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import AppOutcome
from bot.deployments.rollbacks.choices import Choice, said_unsafe

FRESH = timedelta(minutes=2)
"""How old a verdict may be that is acted on: an older one is a person's to judge."""


def has_left_it_degraded(deployment: Deployment, now: datetime) -> bool:
    """Whether it committed something, and a verdict of just now is that it does not run well.

    Only Degraded counts. A time-out, a sync that was refused, a system that is away, and a
    cancellation tell nothing of the images; a rollback is never rolled back by itself.
    """
    degraded_at = _left_degraded_at(deployment)
    return degraded_at is not None and now - degraded_at <= FRESH


def was_long_degraded(deployment: Deployment, now: datetime) -> bool:
    """Whether that verdict was too old already when it ended, just now: others of its wave took
    longer.
    """
    degraded_at, ended_at = _left_degraded_at(deployment), deployment.ended_at
    if degraded_at is None or ended_at is None:
        return False
    return ended_at - degraded_at > FRESH and now - ended_at <= FRESH


def why_it_stays(
    deployment: Deployment, choice: Choice, *, argocd_is_heard: bool, others_run: bool
) -> str:
    """Why a deployment that left it Degraded is not rolled back by itself, as a sentence; "" where
    it is.
    """
    if not argocd_is_heard:
        return "Argo CD is away, so nobody knows how it stands now."
    if others_run:
        return "Another deployment of the same applications is under way."
    if choice.why_not:
        return choice.why_not
    unsafe = said_unsafe(choice.undone)
    if unsafe:
        return f"It is not safe to roll back: {unsafe}"
    unknown = _unknown_of(choice)
    if unknown:
        return f"Whether {unknown} migrates a database is not known."
    if deployment.id not in {each.id for each in choice.undone}:
        return "What it set is not what would be taken back."
    return ""


def _unknown_of(choice: Choice) -> str:
    """The first that would be taken back of which not every changed file is known; "" for none."""
    for each in choice.undone:
        commits = each.plan.commits if each.plan else None
        if commits is None or commits.status == "unknown" or commits.files_cut:
            return each.id
    return ""


def _left_degraded_at(deployment: Deployment) -> datetime | None:
    """When it was seen that what it committed does not run well; None where that is not so."""
    if deployment.is_rollback or deployment.request.kind != "deploy" or deployment.reverted:
        return None
    if deployment.commit is None or not deployment.commit.changed:
        return None
    if deployment.corrected is not None:
        return None if deployment.corrected.healthy else deployment.corrected.at
    if deployment.state is not State.FAILED:
        return None
    found = [
        run.ended.at
        for run in deployment.runs.values()
        if run.ended and run.ended.outcome is AppOutcome.FAILED and run.ended.health == "Degraded"
    ]
    return max(found, default=None)
