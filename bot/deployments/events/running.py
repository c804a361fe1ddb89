"""What a run does: build, plan, commit, and each application's sync."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from bot.deployments.events.event import Event
from bot.deployments.plan import Build, NewerBuild, Plan, Value


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


class ScopePinned(Event):
    """A rollback holds its applications: automation is refused there, and people are warned."""

    type: Literal["ScopePinned"] = "ScopePinned"


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
