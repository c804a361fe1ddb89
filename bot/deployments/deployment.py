"""What is known of one deployment: the value that its events fold into (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.deployments.approvals.approval import Approval
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    ApprovalLapsed,
    AutoSyncSwitchedOff,
    BuildFound,
    CancelRequested,
    CommitIntended,
    Committed,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentPlanned,
    DeploymentQueued,
    DeploymentRequested,
    DeploymentReviewed,
    NewerBuildSeen,
    QueueHeld,
    Reverted,
    RevertIntended,
    ScopePinned,
    SoakReached,
    TagsGiven,
    TagsIntended,
)
from bot.deployments.plan import Plan, PlannedApplication


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
    approval: Approval | None = None  # the newest asking, and what was said to it
    lapsed: ApprovalLapsed | None = None  # why it had to be asked for again
    newer: NewerBuildSeen | None = None
    soaked: SoakReached | None = None
    planned: DeploymentPlanned | None = None
    tags_intended: TagsIntended | None = None
    tags_given: TagsGiven | None = None
    commit_intended: CommitIntended | None = None
    commit: Committed | None = None
    pinned: ScopePinned | None = None
    switched_off: Mapping[str, AutoSyncSwitchedOff] = field(default_factory=dict)
    restored: frozenset[str] = frozenset()  # whose auto-sync is as it was, or another's by now
    wave: int = -1
    runs: Mapping[str, ApplicationRun] = field(default_factory=dict)
    cancel: CancelRequested | None = None
    revert_intended: RevertIntended | None = None
    reverted: Reverted | None = None
    ended: DeploymentEnded | None = None
    corrected: DeploymentCorrected | None = None
    reviewed: DeploymentReviewed | None = None

    @property
    def id(self) -> str:
        """The Deploy-Id: in the commit's trailer, in Argo CD's infos, on the card."""
        return self.request.id

    @property
    def state(self) -> State:
        """Where it is."""
        if self.ended:
            return State(self.ended.outcome.value)
        if self.started_at:
            return State.RUNNING
        if self.awaits_source or not self.awaits_approval:
            return State.QUEUED
        return State.WAITING

    @property
    def tag(self) -> str:
        """The tag that ships, "" while it is not known (or for a sync)."""
        return self.found.build.tag if self.found else self.request.tag

    @property
    def plan(self) -> Plan | None:
        """The plan that runs, or that is put before the approvers; None while there is none."""
        if self.planned:
            return self.planned.plan
        return self.approval.asked.plan if self.approval else None

    @property
    def waves(self) -> tuple[tuple[PlannedApplication, ...], ...]:
        """The waves that are to run: the plan's, or after a revert all its applications."""
        if self.reverted:
            return (self.reverted.applications,)
        return self.planned.plan.waves if self.planned else ()

    @property
    def holds_queue(self) -> bool:
        """Whether those behind it wait for a person's word: it ended badly and may have changed
        something, or it is a rollback, which they would undo.
        """
        if self.ended and self.ended.refused:
            return False
        if self.state.ended_badly:
            return self.commit_intended is not None or self.has_asked
        went_back = self.is_rollback and self.state is State.SUCCEEDED
        return went_back and self.started_at is not None

    @property
    def went_badly(self) -> bool:
        """Whether it failed or timed out, or succeeded and degraded soon after."""
        degraded = self.corrected is not None and not self.corrected.healthy
        return degraded or self.state in (State.FAILED, State.TIMED_OUT)

    @property
    def is_rollback(self) -> bool:
        """Whether it sets what ran before."""
        return self.request.purpose == "rollback"

    @property
    def owes_auto_sync(self) -> tuple[AutoSyncSwitchedOff, ...]:
        """What it switched off and has not given back."""
        return tuple(off for name, off in self.switched_off.items() if name not in self.restored)

    @property
    def awaits_review(self) -> bool:
        """Whether it went without an approval where others need one, and no approver has looked
        at it yet.
        """
        way_back = self.request.way_back
        unseen = self.request.break_glass or (way_back is not None and way_back.to_review)
        return unseen and self.reviewed is None and self.leaves_its_mark

    @property
    def awaits_build(self) -> bool:
        """Whether it waits for a build to become green, and so stands in nobody's way yet."""
        return bool(self.request.when_green) and self.found is None

    @property
    def awaits_source(self) -> bool:
        """Whether it waits until its source has run it for long enough, and so stands in nobody's
        way yet.
        """
        waits = self.request.when_ready and self.found is not None
        return waits and self.soaked is None and self.started_at is None

    @property
    def lacks_tags(self) -> bool:
        """Whether what is promoted must be given its tags in the registry before Git names them."""
        return self.request.purpose == "promotion" and self.tags_given is None

    @property
    def is_approved(self) -> bool:
        """Whether as many people as must have said yes to the plan as it is."""
        return self.approval is not None and self.approval.is_granted

    @property
    def awaits_approval(self) -> bool:
        """Whether it waits for a yes, and so stands in nobody's way."""
        return self.request.needs_approval and self.started_at is None and not self.is_approved

    @property
    def lets_others_pass(self) -> bool:
        """Whether it waits itself for a build, its source or a yes, and so is in nobody's way."""
        return self.awaits_build or self.awaits_source or self.awaits_approval

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
    def has_written(self) -> bool:
        """Whether it is known to have changed anything: a commit, or a sync that was begun."""
        committed = self.commit is not None and self.commit.changed
        return committed or any(run.started_at for run in self.runs.values())

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
