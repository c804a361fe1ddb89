"""What a person can do after a bad end: the object to look at, and the command to look (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.deployment import ApplicationRun, Deployment
from bot.deployments.events import AppOutcome, FailingResource

_RUNS_PODS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod", "Rollout")
_NO_IMAGE = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "Failed to pull image")


def next_step(deployment: Deployment, run: ApplicationRun) -> str:
    """After an application that did not end well. Buttons are the card's own to name."""
    name, ended = run.planned.name, run.ended
    failing = ended.failing if ended else ()
    match run.outcome:
        case AppOutcome.SUSPENDED:
            return f"Resume the rollout in Argo CD, then sync {name} again."
        case AppOutcome.SUPERSEDED:
            return "The newer change decides; nothing needs to be done here."
        case AppOutcome.CANCELLED:
            return after_stopping(deployment)
        case _:
            unwell = bool(ended and (ended.health == "Degraded" or _timed_out(run)))
            parts = [look_at(name, failing, unwell=unwell), way_back(deployment)]
            return " ".join(part for part in parts if part)


def look_at(application: str, failing: Sequence[FailingResource], *, unwell: bool) -> str:
    """Which object, and what shows more of it; `unwell` ones were applied and do not run well."""
    if not failing:
        return f"See what Argo CD says of it: `/shipmate app get {application}`."
    first = failing[0]
    about = f"{first.kind}/{first.name}"
    said = " ".join((first.message, *first.events))
    if any(word in said for word in _NO_IMAGE):
        return f"See that the image of {about} is in its registry."
    if unwell and first.kind in _RUNS_PODS:
        return f"Look into {about}: `/shipmate app logs {application} {about}`."
    if unwell:
        return f"Look at {about}: `/shipmate app events {application}`."
    return f"Mend {about} in Git; `/shipmate app resources {application}` shows how it stands."


def way_back(deployment: Deployment) -> str:
    """How to have the earlier tag again, "" where there is no one earlier tag to go back to.

    Where changes wait for an approval, it is the rollback, which does not.
    """
    committed = deployment.commit is not None and deployment.commit.changed
    if not committed or deployment.reverted or not deployment.planned:
        return ""
    earlier = {change.before for change in deployment.planned.plan.effective}
    if len(earlier) != 1:
        return ""
    request = deployment.request
    unseen = request.break_glass or (request.way_back is not None and request.way_back.to_review)
    if request.needs_approval or unseen:
        return f"`/rollback {request.environment}` goes back at once."
    words = " ".join(("/deploy", request.environment, earlier.pop(), *request.services))
    return f"`{words}` goes back."


def after_success(deployment: Deployment) -> str:
    """After a rollback: what waits for a word now. Nothing after anything else."""
    if not deployment.is_rollback:
        return ""
    request = deployment.request
    held = f"`/shipmate resume {request.environment or request.applications[0]}`"
    return f"Automation is refused here until {held}."


def after_stopping(deployment: Deployment) -> str:
    """After Stop Waiting: what goes on by itself, and how to look at it or undo it."""
    if deployment.cancel and deployment.cancel.rollback:
        return ""
    asked = [name for name, run in deployment.runs.items() if run.intended_at]
    look = f"`/shipmate app get {asked[0]}` shows how it goes on." if asked else ""
    return " ".join(part for part in (look, way_back(deployment)) if part)


def after_a_fault(deployment: Deployment) -> str:
    """What to do when a system outside kept refusing a step."""
    committed = deployment.commit is not None and deployment.commit.changed
    wanted = deployment.cancel is not None and deployment.cancel.revert
    if wanted and committed and not deployment.reverted:
        return "The new tags are still in Git: mend that, then deploy the earlier ones."
    return "Mend that first."


def _timed_out(run: ApplicationRun) -> bool:
    return run.outcome is AppOutcome.TIMED_OUT
