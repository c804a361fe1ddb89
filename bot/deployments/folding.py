"""A deployment is the fold of its events (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.deployments.approvals.approval import Approval
from bot.deployments.deployment import ApplicationRun, Deployment, Stage
from bot.deployments.events import (
    ApplicationEnded,
    ApprovalLapsed,
    ApprovalReminded,
    ApprovalRequested,
    Approved,
    AutoSyncLeftAlone,
    AutoSyncRestored,
    AutoSyncSwitchedOff,
    BuildFound,
    CancelRequested,
    CommitIntended,
    Committed,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentPlanned,
    DeploymentQueued,
    DeploymentRequested,
    DeploymentReviewed,
    DeploymentStarted,
    NewerBuildSeen,
    QueueHeld,
    QueueResumed,
    Rejected,
    Reverted,
    RevertIntended,
    ScopePinned,
    SoakReached,
    SyncBlocked,
    SyncIntended,
    SyncSkipped,
    SyncStarted,
    TagsGiven,
    TagsIntended,
    WaveStarted,
)
from bot.deployments.plan import Plan

_AFTER_THE_END = (DeploymentCorrected, DeploymentReviewed)
_WHENEVER = (AutoSyncRestored, AutoSyncLeftAlone)


def fold(events: Iterable[DeploymentEvent]) -> Deployment:
    """The deployment that these events tell of. Raises ValueError when they tell of none."""
    deployment: Deployment | None = None
    for event in events:
        deployment = after(deployment, event)
    if deployment is None:
        raise ValueError("a deployment begins with DeploymentRequested")
    return deployment


def after(deployment: Deployment | None, event: DeploymentEvent) -> Deployment:
    """The deployment once `event` has happened. Raises ValueError where it cannot happen."""
    if isinstance(event, DeploymentRequested):
        if deployment is not None:
            raise ValueError(f"{deployment.id} was asked for already")
        return Deployment(request=event, version=1, updated_at=event.at)
    if deployment is None:
        raise ValueError(f"{event.type} before DeploymentRequested")
    is_late = deployment.ended is not None and not isinstance(event, _WHENEVER)
    if is_late is not isinstance(event, _AFTER_THE_END):
        when = "after" if deployment.ended else "before"
        raise ValueError(f"{event.type} {when} the end of {deployment.id}")
    moved = (
        _in_queue(deployment, event)
        or _in_approval(deployment, event)
        or _in_promotion(deployment, event)
        or _in_run(deployment, event)
    )
    return replace(moved, version=deployment.version + 1, updated_at=event.at)


def _in_queue(was: Deployment, event: DeploymentEvent) -> Deployment | None:
    match event:
        case DeploymentQueued():
            first = was.tags_when_queued or event.tags
            return replace(was, queued=event, held=None, tags_when_queued=first)
        case QueueHeld():
            return replace(was, held=event)
        case QueueResumed():
            return replace(was, held=None, resumed_at=event.at)
        case DeploymentStarted():
            return replace(was, started_at=event.at, queued=None, held=None)
        case CancelRequested():
            return replace(was, cancel=event)
        case DeploymentEnded():
            return replace(was, ended=event, held=None)
        case DeploymentCorrected():
            return replace(was, corrected=event)
        case DeploymentReviewed():
            return replace(was, reviewed=event)
        case _:
            return None


def _in_approval(was: Deployment, event: DeploymentEvent) -> Deployment | None:
    match event:
        case ApprovalRequested():
            return replace(was, approval=Approval(event), newer=None)
        case ApprovalLapsed():
            return replace(
                was,
                approval=None,
                lapsed=event,
                started_at=None,
                queued=None,
                planned=None,
                commit_intended=None,
                tags_given=None,
                commit=None,
                wave=-1,
                runs={},
            )
        case NewerBuildSeen():
            return replace(was, newer=event)
        case Approved() | Rejected() | ApprovalReminded():
            if was.approval is None:
                raise ValueError(f"{event.type} of {was.id}, which nobody is asked to approve")
            return replace(was, approval=was.approval.after(event))
        case _:
            return None


def _in_promotion(was: Deployment, event: DeploymentEvent) -> Deployment | None:
    match event:
        case SoakReached():
            return replace(was, soaked=event)
        case TagsIntended():
            return replace(was, tags_intended=event)
        case TagsGiven():
            return replace(was, tags_given=event)
        case _:
            return None


def _in_run(was: Deployment, event: DeploymentEvent) -> Deployment:
    match event:
        case BuildFound():
            return replace(was, found=event)
        case DeploymentPlanned():
            runs = {app.name: ApplicationRun(app) for app in event.plan.applications}
            return replace(was, planned=_sharing(event, was.approval), runs=runs)
        case CommitIntended():
            return replace(was, commit_intended=event)
        case Committed():
            return replace(was, commit=event)
        case ScopePinned() | AutoSyncSwitchedOff() | AutoSyncRestored() | AutoSyncLeftAlone():
            return _going_back(was, event)
        case WaveStarted():
            return replace(was, wave=event.wave)
        case RevertIntended():
            return replace(was, revert_intended=event)
        case Reverted():
            fresh = {app.name: ApplicationRun(app) for app in event.applications}
            return replace(was, reverted=event, runs={**was.runs, **fresh}, wave=-1)
        case SyncIntended() | SyncBlocked() | SyncStarted() | SyncSkipped() | ApplicationEnded():
            return replace(was, runs={**was.runs, event.application: _run_after(was, event)})
        case _:
            raise ValueError(f"{event.type} has no place here")


def _going_back(
    was: Deployment,
    event: ScopePinned | AutoSyncSwitchedOff | AutoSyncRestored | AutoSyncLeftAlone,
) -> Deployment:
    match event:
        case ScopePinned():
            return replace(was, pinned=event)
        case AutoSyncSwitchedOff():
            return replace(was, switched_off={**was.switched_off, event.application: event})
        case AutoSyncRestored() | AutoSyncLeftAlone():
            return replace(was, restored=was.restored | {event.application})


def _run_after(
    deployment: Deployment,
    event: SyncIntended | SyncBlocked | SyncStarted | SyncSkipped | ApplicationEnded,
) -> ApplicationRun:
    was = deployment.runs.get(event.application)
    if was is None or was.stage is Stage.ENDED:
        state = "has ended" if was else "is not planned"
        raise ValueError(f"{event.type} of {event.application}, which {state}")
    match event:
        case SyncIntended():
            return replace(
                was,
                stage=Stage.INTENDED,
                operation_id=event.operation_id,
                intended_at=event.at,
            )
        case SyncBlocked():
            return replace(was, blocked_by=event.by or "someone")
        case SyncStarted():
            return replace(
                was,
                stage=Stage.SYNCING,
                started_at=event.at,
                adopted=event.adopted,
                blocked_by="",
            )
        case SyncSkipped():
            return replace(was, stage=Stage.ENDED, skipped=event.why)
        case ApplicationEnded():
            return replace(was, stage=Stage.ENDED, ended=event, blocked_by="")


def _sharing(planned: DeploymentPlanned, approval: Approval | None) -> DeploymentPlanned:
    """The plan, whose parts that are as they were asked for are the very same: both are kept in
    memory for good.
    """
    if approval is None:
        return planned
    asked, plan = approval.asked.plan, planned.plan
    parts = ((name, getattr(plan, name), getattr(asked, name)) for name in Plan.model_fields)
    same = {name: then for name, now, then in parts if now == then}
    return planned.model_copy(update={"plan": plan.model_copy(update=same)})
