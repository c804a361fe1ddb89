"""A deployment is the fold of its events (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
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
    DeploymentStarted,
    QueueHeld,
    QueueResumed,
    Reverted,
    RevertIntended,
    SyncBlocked,
    SyncIntended,
    SyncSkipped,
    SyncStarted,
    WaveStarted,
)
from bot.deployments.plan import PlannedApplication


class State(StrEnum):
    """Where a deployment is; also the first word of its card."""

    QUEUED = "Queued"
    WAITING = "Waiting"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    TIMED_OUT = "Timed out"
    CANCELLED = "Cancelled"
    SUPERSEDED = "Superseded"
    REJECTED = "Rejected"
    EXPIRED = "Expired"

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (State.QUEUED, State.WAITING, State.RUNNING)

    @property
    def ended_badly(self) -> bool:
        """Whether it ended without having done what was asked, and by no newer one's will."""
        return self in (State.FAILED, State.TIMED_OUT, State.CANCELLED)


class Stage(StrEnum):
    """How far one application is within one deployment."""

    PENDING = "pending"
    INTENDED = "intended"  # a sync may or may not have been asked for
    SYNCING = "syncing"  # Argo CD has it: operation, comparison, rollout
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ApplicationRun:
    """One application's part in one deployment."""

    planned: PlannedApplication
    stage: Stage = Stage.PENDING
    operation_id: str = ""
    intended_at: datetime | None = None
    started_at: datetime | None = None
    adopted: str = ""
    blocked_by: str = ""
    skipped: str = ""
    ended: ApplicationEnded | None = None

    @property
    def outcome(self) -> AppOutcome | None:
        """How it ended, None while it has not. A skipped one succeeded."""
        if self.ended:
            return self.ended.outcome
        return AppOutcome.SUCCEEDED if self.skipped else None


@dataclass(frozen=True, slots=True)
class Deployment:
    """Everything known about one deployment; `version` counts the events folded so far."""

    request: DeploymentRequested
    version: int
    updated_at: datetime
    queued: DeploymentQueued | None = None
    held: QueueHeld | None = None
    resumed_at: datetime | None = None  # a person waved through every bad end until then
    tags_when_queued: Mapping[str, str] = field(default_factory=dict)  # service -> tag in Git
    started_at: datetime | None = None
    found: BuildFound | None = None
    planned: DeploymentPlanned | None = None
    commit_intended: CommitIntended | None = None
    commit: Committed | None = None
    wave: int = -1
    runs: Mapping[str, ApplicationRun] = field(default_factory=dict)
    cancel: CancelRequested | None = None
    revert_intended: RevertIntended | None = None
    reverted: Reverted | None = None
    ended: DeploymentEnded | None = None
    corrected: DeploymentCorrected | None = None

    @property
    def id(self) -> str:
        """The Deploy-Id: in the commit's trailer, in Argo CD's infos, on the card."""
        return self.request.id

    @property
    def state(self) -> State:
        """Where it is."""
        if self.ended:
            return State(self.ended.outcome.value)
        return State.RUNNING if self.started_at else State.QUEUED

    @property
    def tag(self) -> str:
        """The tag that ships, "" while it is not known (or for a sync)."""
        return self.found.build.tag if self.found else self.request.tag

    @property
    def waves(self) -> tuple[tuple[PlannedApplication, ...], ...]:
        """The waves that are to run: the plan's, or after a revert all its applications."""
        if self.reverted:
            return (self.reverted.applications,)
        return self.planned.plan.waves if self.planned else ()

    @property
    def holds_queue(self) -> bool:
        """Whether those behind it wait for a person's word: it ended badly after it had begun."""
        return self.state.ended_badly and self.started_at is not None

    @property
    def went_badly(self) -> bool:
        """Whether it failed or timed out, or succeeded and degraded soon after."""
        degraded = self.corrected is not None and not self.corrected.healthy
        return degraded or self.state in (State.FAILED, State.TIMED_OUT)

    @property
    def awaits_build(self) -> bool:
        """Whether it waits for a build to become green, and so stands in nobody's way yet."""
        return bool(self.request.when_green) and self.found is None

    @property
    def is_stopping(self) -> bool:
        """Whether it was cancelled, and nothing more is to begin but the way back."""
        return self.cancel is not None and self.reverted is None

    @property
    def is_dry_run(self) -> bool:
        """Whether it only asks what a sync would do."""
        return self.request.sync is not None and self.request.sync.dry_run

    @property
    def leaves_its_mark(self) -> bool:
        """Whether it changed something, or may yet: a commit, or a sync that was asked for."""
        if self.is_dry_run:
            return False
        committed = self.commit is not None and self.commit.changed
        return self.ended is None or committed or self.has_asked

    @property
    def has_asked(self) -> bool:
        """Whether Argo CD was asked, or is about to be, for any operation."""
        return any(run.intended_at for run in self.runs.values())

    @property
    def ended_at(self) -> datetime | None:
        """When it ended."""
        return self.ended.at if self.ended else None

    def overlaps(self, other: Deployment) -> bool:
        """Whether both touch some application."""
        return bool(set(self.request.applications) & set(other.request.applications))


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
    if (deployment.ended is not None) is not isinstance(event, DeploymentCorrected):
        when = "after" if deployment.ended else "before"
        raise ValueError(f"{event.type} {when} the end of {deployment.id}")
    moved = _in_queue(deployment, event) or _in_run(deployment, event)
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
        case _:
            return None


def _in_run(was: Deployment, event: DeploymentEvent) -> Deployment:
    match event:
        case BuildFound():
            return replace(was, found=event)
        case DeploymentPlanned():
            runs = {app.name: ApplicationRun(app) for app in event.plan.applications}
            return replace(was, planned=event, runs=runs)
        case CommitIntended():
            return replace(was, commit_intended=event)
        case Committed():
            return replace(was, commit=event)
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
