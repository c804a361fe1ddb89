"""What each event of a deployment says to an auditor, as one sentence of untrusted text (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments import events

if TYPE_CHECKING:
    from bot.deployments.plan import PlannedApplication


def sentence(event: events.DeploymentEvent, by: str, wave: str = "") -> str:
    """What happened. `by` is who did it, "" where nobody is named; `wave` the wave that begins.

    Returns "" for a kind of event that it does not know.
    """
    said = (
        _queue(event, by)
        or _approval(event, by)
        or _write(event)
        or _auto_sync(event)
        or _sync(event, wave)
        or _end(event, by)
    )
    return " ".join(said.split())


def wave_name(number: int, applications: Sequence[PlannedApplication], category: str) -> str:
    """A wave by its number in Argo CD, its category and all its applications."""
    named = f"Wave {number} ({category})" if category else f"Wave {number}"
    return f"{named}: {', '.join(app.name for app in applications)}"


def _queue(event: events.DeploymentEvent, by: str) -> str:
    match event:
        case events.DeploymentRequested():
            return f"Asked for by {by}."
        case events.BuildFound(build=build):
            commit = f" of commit {build.sha}" if build.sha else ""
            run = f", from workflow run {build.run_id}" if build.run_id else ""
            return f"The tag is {build.tag}{commit}{run}."
        case events.DeploymentQueued(behind=behind, applications=names):
            return f"Queued behind {', '.join(behind)}, which uses {', '.join(names)}."
        case events.QueueHeld():
            return f"Held: {event.by} ahead of it ended {event.outcome}."
        case events.QueueResumed():
            return f"{by} let it go on."
        case events.SoakReached():
            return f"The source has run it for long enough. {event.note}"
        case events.DeploymentStarted():
            return "Started: it has its applications."
        case events.DeploymentPlanned():
            return f"Planned, with every gate asked again. {event.note}"
        case _:
            return ""


def _approval(event: events.DeploymentEvent, by: str) -> str:
    match event:
        case events.ApprovalRequested():
            return f"Approval asked for, of the plan {event.digest}."
        case events.Approved():
            over = f" Override, because: {event.override}" if event.override else ""
            return f"Approved by {by}: the plan {event.digest}.{over}"
        case events.Rejected():
            return f"Rejected by {by}, because: {event.reason}"
        case events.ApprovalReminded():
            return f"The {event.to} were reminded: nobody had decided."
        case events.ApprovalLapsed():
            names = [actor.name or actor.subject for actor in event.approved_by]
            whose = f" of {', '.join(names)}" if names else ""
            return f"The approval{whose} became void, and was asked for anew. {event.why}"
        case events.NewerBuildSeen():
            return f"A newer build was there, {event.tag}; the request stayed as it was."
        case events.DeploymentReviewed():
            return f"Reviewed by {by}. {event.note}"
        case _:
            return ""


def _write(event: events.DeploymentEvent) -> str:
    match event:
        case events.TagsIntended():
            return "The images were about to get their tags in the registry."
        case events.TagsGiven():
            return "The registry has the images under their new tags."
        case events.CommitIntended():
            return f"A commit was about to be pushed on top of {event.base}."
        case events.Committed(changed=False):
            return f"Git had these tags already, at {event.sha}: nothing was committed."
        case events.Committed():
            return f"Committed and pushed as {event.sha}."
        case events.ScopePinned():
            return "Its applications were pinned: automation stays away until somebody resumes."
        case events.RevertIntended():
            return f"The earlier tags were about to be pushed on top of {event.base}."
        case events.Reverted():
            return f"The earlier tags were put back by commit {event.sha}."
        case _:
            return ""


def _auto_sync(event: events.DeploymentEvent) -> str:
    match event:
        case events.AutoSyncSwitchedOff():
            return f"{event.application}: auto-sync was switched off, to be given back later."
        case events.AutoSyncRestored():
            return f"{event.application}: auto-sync was given back as it was."
        case events.AutoSyncLeftAlone():
            found = f"somebody else had set it meanwhile ({event.found})"
            return f"{event.application}: auto-sync was left alone, for {found}."
        case _:
            return ""


def _sync(event: events.DeploymentEvent, wave: str) -> str:
    match event:
        case events.WaveStarted():
            return f"{wave or f'Wave {event.wave + 1} of the plan'} began."
        case events.SyncIntended():
            return f"{event.application}: a sync was about to be asked for, operation {event.operation_id}."
        case events.SyncBlocked():
            return (
                f"{event.application}: busy with another operation, by {event.by}. {event.message}"
            )
        case events.SyncStarted(adopted=adopted):
            whose = f", one of Argo CD's own ({adopted})" if adopted else ""
            return f"{event.application}: Argo CD took the operation{whose}."
        case events.SyncSkipped():
            return f"{event.application}: not synced, for it was {event.why}."
        case events.ApplicationEnded():
            state = " and ".join(each for each in (event.sync, event.health) if each)
            stood = f", {state}" if state else ""
            at = f" at {event.revision}" if event.revision else ""
            more = event.message if event.message.rstrip(".") != state else ""
            return f"{event.application}: {event.outcome}{stood}{at}. {more}"
        case _:
            return ""


def _end(event: events.DeploymentEvent, by: str) -> str:
    match event:
        case events.CancelRequested():
            how = "and the earlier tags put back" if event.revert else "nothing to be put back"
            return f"Cancelled by {by}, {how}."
        case events.DeploymentEnded():
            over = f" (by {event.by})" if event.by else ""
            return f"Ended {event.outcome}{over}. {event.message}"
        case events.DeploymentCorrected():
            then = "it turned Healthy" if event.healthy else "it degraded"
            return f"Corrected after its end, for {then}. {event.message}"
        case _:
            return ""
