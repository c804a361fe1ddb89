"""What is said of a deployment when it ends: what happened, what is left, what to do (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.access import Actor
from bot.deployments.deployment import ApplicationRun, Deployment
from bot.deployments.events import AppOutcome


def success(deployment: Deployment) -> str:
    """Every application of every wave came to a good end."""
    sync, commit = deployment.request.sync, deployment.commit
    if deployment.reverted:
        return "The earlier tags are back in Git and running again."
    if not deployment.runs:
        return "There was nothing to sync."
    if all(run.skipped for run in deployment.runs.values()):
        return "Everything was already Synced and Healthy."
    if sync and sync.dry_run:
        return "The dry run found nothing that would be refused."
    if commit and not commit.changed:
        return "Git already had these tags; every application is Healthy."
    others = [
        run for run in deployment.runs.values() if run.ended and run.ended.sync == "OutOfSync"
    ]
    if others:
        return "Every application was synced and is Healthy; the notes say what is OutOfSync now."
    return "Every application is Synced and Healthy."


def failure(deployment: Deployment, first: ApplicationRun, left: Sequence[str]) -> str:
    """The application that decided the end, in its own words, and what was not attempted."""
    name = first.planned.name
    said = first.ended.message if first.ended else ""
    message = f"{name}: {said}" if said else f"{name} {str(first.outcome).lower()}."
    if deployment.reverted:
        message = f"The earlier tags are back in Git, but not everywhere in place. {message}"
    if left:
        message += f" Not attempted: {', '.join(left)}."
    return message


def next_step(run: ApplicationRun) -> str:
    """What a person can do about an application that did not end well."""
    match run.outcome:
        case AppOutcome.SUSPENDED:
            return f"Resume the rollout in Argo CD, then sync {run.planned.name} again."
        case AppOutcome.TIMED_OUT:
            return "Look at the object named above; Retry starts over when it is mended."
        case AppOutcome.SUPERSEDED:
            return "The newer change decides; nothing needs to be done here."
        case _:
            return "Mend what the object above says, then Retry."


def after_a_fault(deployment: Deployment) -> str:
    """What to do when a system outside kept refusing a step."""
    committed = deployment.commit is not None and deployment.commit.changed
    wanted = deployment.cancel is not None and deployment.cancel.revert
    if wanted and committed and not deployment.reverted:
        return "The new tags are still in Git: mend that, then deploy the earlier ones."
    return "Mend that, then Retry."


def cancelled(deployment: Deployment, by: Actor) -> str:
    """Who cancelled it, and what it leaves behind."""
    return f"Cancelled by {by.name or by.id}. {_left_behind(deployment)}"


def _left_behind(deployment: Deployment) -> str:
    asked = [name for name, run in deployment.runs.items() if run.intended_at]
    if deployment.request.kind == "sync":
        return f"Synced before that: {', '.join(asked)}." if asked else "Nothing was changed."
    if deployment.commit and deployment.commit.changed:
        touched = running_the_commit(deployment)
        if not touched:
            return "The new tags stay in Git; no application was asked to sync them."
        verb = "runs" if len(touched) == 1 else "run"
        return f"The new tags stay in Git; {', '.join(touched)} {verb} them or may be about to."
    if asked:
        return f"Git was not changed. Asked to sync before that: {', '.join(asked)}."
    return "Nothing was changed."


def running_the_commit(deployment: Deployment) -> tuple[str, ...]:
    """The applications that were asked to sync the commit, or do so by themselves."""
    return tuple(
        name for name, run in deployment.runs.items() if run.intended_at or run.planned.auto_sync
    )
