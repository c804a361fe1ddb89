"""What can happen to a deployment. Every event is stored for good; the deployment is their fold.

Life: DeploymentRequested, then per step an intent and an outcome, then exactly one
DeploymentEnded (which DeploymentCorrected may follow).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.access import Actor
from bot.deployments.plan import Build, NewerBuild, Plan, PlannedApplication, Value


class Event(Value):
    """Something that happened, at a time (UTC)."""

    at: datetime


class SyncTarget(Value):
    """What `/sync` was asked for: the word typed, and one object of it where named."""

    words: str
    applications: tuple[str, ...]
    left_out: tuple[str, ...] = ()  # named by the words, and not touched
    resource: str = ""  # "kind/name", or "" for the whole application
    force: bool = False
    prune: bool = False
    dry_run: bool = False

    @property
    def is_sharp(self) -> bool:
        """Whether it replaces or deletes objects: those are named, and asked for each time."""
        return (self.force or self.prune) and not self.dry_run


class DeploymentRequested(Event):
    """Someone asked. `kind` "deploy" sets images of an environment; "sync" only syncs."""

    type: Literal["DeploymentRequested"] = "DeploymentRequested"
    id: str
    kind: Literal["deploy", "sync"]
    actor: Actor
    environment: str = ""  # "" for a sync of applications of several environments
    applications: tuple[str, ...]  # what this run locks
    channel: str  # where the card lives: a channel's name with "#"
    tag: str = ""  # "" means: find the newest
    services: tuple[str, ...] = ()  # () means: all of the environment
    reason: str = ""
    when_green: int = 0  # workflow run to wait for, 0 for none
    sync: SyncTarget | None = None
    retry_of: str = ""


class DeploymentQueued(Event):
    """Other runs hold some of the applications. `tags` is what Git held then, per service."""

    type: Literal["DeploymentQueued"] = "DeploymentQueued"
    behind: tuple[str, ...]
    applications: tuple[str, ...]
    tags: dict[str, str] = Field(default_factory=dict)


class QueueHeld(Event):
    """The run ahead did not end well: this one waits for a person's word."""

    type: Literal["QueueHeld"] = "QueueHeld"
    by: str
    outcome: str


class QueueResumed(Event):
    """A person said go on."""

    type: Literal["QueueResumed"] = "QueueResumed"
    actor: Actor


class DeploymentStarted(Event):
    """The run has its applications and goes."""

    type: Literal["DeploymentStarted"] = "DeploymentStarted"


class BuildFound(Event):
    """The tag is known. `newer` is a build that is not finished yet; it is only named."""

    type: Literal["BuildFound"] = "BuildFound"
    build: Build
    newer: NewerBuild | None = None


class DeploymentPlanned(Event):
    """What will change and sync, computed when the run started; `note` says what differs
    from the time of the request.
    """

    type: Literal["DeploymentPlanned"] = "DeploymentPlanned"
    plan: Plan
    note: str = ""


class CommitIntended(Event):
    """The commit will be pushed onto a branch; a crash after this looks for the Deploy-Id."""

    type: Literal["CommitIntended"] = "CommitIntended"
    base: str


class Committed(Event):
    """The branch carries our commit. `changed` is False where Git already said so."""

    type: Literal["Committed"] = "Committed"
    sha: str
    changed: bool = True


class WaveStarted(Event):
    """The applications of one wave (index into plan.waves) are next."""

    type: Literal["WaveStarted"] = "WaveStarted"
    wave: int


class SyncIntended(Event):
    """A sync of one application will be asked for, under this operation id."""

    type: Literal["SyncIntended"] = "SyncIntended"
    application: str
    operation_id: str


class SyncBlocked(Event):
    """Argo CD runs another operation on the application; the step waits for it."""

    type: Literal["SyncBlocked"] = "SyncBlocked"
    application: str
    by: str
    message: str = ""


class SyncStarted(Event):
    """Argo CD took the operation, or one of its own (`adopted`) already deploys our commit."""

    type: Literal["SyncStarted"] = "SyncStarted"
    application: str
    adopted: str = ""


class SyncSkipped(Event):
    """Nothing to do: already Synced and Healthy."""

    type: Literal["SyncSkipped"] = "SyncSkipped"
    application: str
    why: str


class FailingResource(Value):
    """One object that is in the way, in Argo CD's own words, with its newest events."""

    kind: str
    name: str
    namespace: str = ""
    message: str = ""
    events: tuple[str, ...] = ()


class AppOutcome(StrEnum):
    """How one application ended within one deployment."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    SUSPENDED = "Suspended"
    TIMED_OUT = "Timed out"
    SUPERSEDED = "Superseded"
    NOT_ATTEMPTED = "Not attempted"
    CANCELLED = "Cancelled"


class ApplicationEnded(Event):
    """The verdict on one application."""

    type: Literal["ApplicationEnded"] = "ApplicationEnded"
    application: str
    outcome: AppOutcome
    message: str = ""
    notes: tuple[str, ...] = ()  # said, and not a failure: "2 objects need pruning"
    failing: tuple[FailingResource, ...] = ()
    revision: str = ""
    sync: str = ""  # as Argo CD said at the end: Synced, OutOfSync, …
    health: str = ""


class CancelRequested(Event):
    """A person stops it. `revert` puts the earlier tags back."""

    type: Literal["CancelRequested"] = "CancelRequested"
    actor: Actor
    revert: bool


class RevertIntended(Event):
    """The earlier tags will be pushed; a crash after this looks for the Deploy-Id."""

    type: Literal["RevertIntended"] = "RevertIntended"
    base: str


class Reverted(Event):
    """The branch carries the earlier tags again; the applications sync once more."""

    type: Literal["Reverted"] = "Reverted"
    sha: str
    applications: tuple[PlannedApplication, ...]


class Outcome(StrEnum):
    """How a deployment ends; also the first word of its card."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    TIMED_OUT = "Timed out"
    CANCELLED = "Cancelled"
    SUPERSEDED = "Superseded"
    REJECTED = "Rejected"
    EXPIRED = "Expired"


class DeploymentEnded(Event):
    """The end. `message` is one or two sentences: what happened; `next_step`, what to do."""

    type: Literal["DeploymentEnded"] = "DeploymentEnded"
    outcome: Outcome
    message: str = ""
    next_step: str = ""
    by: str = ""  # the deployment that superseded it


class DeploymentCorrected(Event):
    """The world changed soon after the end: a time-out turned Healthy, a success degraded."""

    type: Literal["DeploymentCorrected"] = "DeploymentCorrected"
    message: str
    healthy: bool
    applications: tuple[str, ...] = ()  # those of which it is told
    sync: str = ""  # as Argo CD said then
    failing: tuple[FailingResource, ...] = ()
    next_step: str = ""


DeploymentEvent = Annotated[
    DeploymentRequested
    | DeploymentQueued
    | QueueHeld
    | QueueResumed
    | DeploymentStarted
    | BuildFound
    | DeploymentPlanned
    | CommitIntended
    | Committed
    | WaveStarted
    | SyncIntended
    | SyncBlocked
    | SyncStarted
    | SyncSkipped
    | ApplicationEnded
    | CancelRequested
    | RevertIntended
    | Reverted
    | DeploymentEnded
    | DeploymentCorrected,
    Field(discriminator="type"),
]

_ADAPTER: TypeAdapter[DeploymentEvent] = TypeAdapter(DeploymentEvent)


def read_event(stored: object) -> DeploymentEvent:
    """An event from its stored JSON value. Raises pydantic.ValidationError on anything else."""
    return _ADAPTER.validate_python(stored)
