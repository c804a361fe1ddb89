"""What is said of a deployment when it ends: what happened, what is left, what to do (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.deployment import ApplicationRun, Deployment
from bot.deployments.events import Rejected

_UNWRITTEN = "Nothing was written."


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
    message = f"{name}: {said.rstrip('.')}." if said else f"{name} {str(first.outcome).lower()}."
    if deployment.reverted:
        message = f"The earlier tags are back in Git, but not everywhere in place. {message}"
    if left:
        message += f" Not attempted: {', '.join(left)}."
    return message


def rejected(by: Rejected) -> str:
    """Somebody who may approve said no."""
    name = by.actor.name or by.actor.subject
    return f"{name} rejected it: {by.reason.rstrip('.')}. Nothing was changed."


def expired(hours: str) -> str:
    """Nobody decided in time."""
    return f"Nobody approved it within {hours} of working time. Nothing was changed."


def refused(deployment: Deployment, why: str) -> str:
    """A gate was shut, or a permission gone, before it wrote anything that runs: how far it had
    come.
    """
    reason = why.removesuffix(_UNWRITTEN).rstrip()
    if deployment.tags_intended:
        return (
            "Refused after its start, before it wrote to Git; images may have their new tags in "
            f"the registry already: {reason}"
        )
    if deployment.started_at:
        return f"Refused after its start: {reason} {_UNWRITTEN}"
    approved = deployment.approval is not None and deployment.approval.is_granted
    return f"Approved, and refused at its start: {why}" if approved else why


def superseded(newer: Deployment) -> str:
    """A newer request does all that this one would have done, and more."""
    name = newer.request.actor.name or newer.request.actor.subject
    tags = " and ".join(sorted({image.tag for image in newer.request.images})) or newer.tag
    return (
        f"{newer.id}, which {name} asked for, takes its place before it started: {tags} contains "
        "every image of it. Nothing was changed."
    )


def cancelled(deployment: Deployment) -> str:
    """What a cancelled deployment leaves behind."""
    if deployment.cancel and deployment.cancel.rollback:
        return f"Stopped for the rollback {deployment.cancel.rollback}, which sets the tags now."
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
    if deployment.tags_intended:
        return "Git was not changed; images may have their new tags in the registry already."
    return "Nothing was changed."


def running_the_commit(deployment: Deployment) -> tuple[str, ...]:
    """The applications that were asked to sync the commit, or do so by themselves."""
    return tuple(
        name for name, run in deployment.runs.items() if run.intended_at or run.planned.auto_sync
    )
