"""Says in one plain line what happened to a deployment (pure)."""

from __future__ import annotations

from bot.deployments import events as e
from bot.views.promoting import promotion_stage
from bot.views.wording import count, listed


def said(event: e.DeploymentEvent) -> str:
    """The line for one event; "" for what only matters to the bot itself."""
    match event:
        case e.DeploymentRequested():
            return f"Requested as {event.id}."
        case e.DeploymentQueued():
            return f"Queued behind {listed(event.behind)}: {listed(event.applications)} in use."
        case e.QueueHeld():
            return f"{event.by} ended {event.outcome}: a person has to say go on."
        case e.QueueResumed():
            return f"{event.actor.name or event.actor.id} said go on."
        case e.DeploymentStarted():
            return "Started."
        case e.BuildFound():
            return _build(event)
        case e.DeploymentPlanned():
            return _plan(event)
        case _:
            return _git(event) or _argocd(event) or _end(event)


def _build(event: e.BuildFound) -> str:
    newer = f" A newer build ({event.newer.sha[:7]}) is not finished." if event.newer else ""
    return f"Tag {event.build.tag}.{newer}"


def _plan(event: e.DeploymentPlanned) -> str:
    images = count(len(event.plan.effective), "image")
    names = [app.name for app in event.plan.applications]
    note = f" {event.note}" if event.note else ""
    return f"Changes {images}; syncs {listed(names) or 'nothing'}.{note}"


def _git(event: e.DeploymentEvent) -> str:
    match event:
        case e.Committed(changed=True):
            return f"The tags are in Git as {event.sha[:7]}."
        case e.Committed():
            return "The tags were in Git already."
        case e.Reverted():
            return f"The earlier tags are back in Git as {event.sha[:7]}."
        case _:
            return promotion_stage(event)


def _argocd(event: e.DeploymentEvent) -> str:
    match event:
        case e.SyncBlocked():
            return f"{event.application} is busy with another operation, by {event.by}."
        case e.SyncStarted():
            return f"{event.application} is syncing."
        case e.SyncSkipped():
            return f"{event.application} is left as it is: {event.why}."
        case e.ApplicationEnded():
            message = f": {event.message}" if event.message else "."
            return f"{event.application} {event.outcome.value.lower()}{message}"
        case _:
            return ""


def _end(event: e.DeploymentEvent) -> str:
    match event:
        case e.CancelRequested():
            how = "the earlier tags go back" if event.revert else "the tags stay"
            return f"{event.actor.name or event.actor.id} cancels it; {how}."
        case e.DeploymentEnded():
            return " ".join(part for part in (event.message, event.next_step) if part)
        case e.DeploymentCorrected():
            return event.message
        case _:
            return ""
