"""What can happen to a deployment. Every event is stored for good; the deployment is their fold.

Life: DeploymentRequested, then per step an intent and an outcome, then exactly one
DeploymentEnded (which DeploymentCorrected and DeploymentReviewed may follow).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from bot.deployments.events.approving import (
    ApprovalLapsed,
    ApprovalReminded,
    ApprovalRequested,
    Approved,
    DeploymentReviewed,
    NewerBuildSeen,
    Quorum,
    Rejected,
)
from bot.deployments.events.asking import (
    DeploymentQueued,
    DeploymentRequested,
    DeploymentStarted,
    QueueHeld,
    QueueResumed,
    SyncTarget,
    WantedImage,
    WayBack,
)
from bot.deployments.events.ending import (
    CancelRequested,
    DeploymentCorrected,
    DeploymentEnded,
    Outcome,
    Reverted,
    RevertIntended,
)
from bot.deployments.events.event import Event
from bot.deployments.events.promoting import SoakReached, TagsGiven, TagsIntended
from bot.deployments.events.running import (
    ApplicationEnded,
    AppOutcome,
    BuildFound,
    CommitIntended,
    Committed,
    DeploymentPlanned,
    FailingResource,
    ScopePinned,
    SyncBlocked,
    SyncIntended,
    SyncSkipped,
    SyncStarted,
    WaveStarted,
)
from bot.deployments.events.switching import (
    AutoSyncLeftAlone,
    AutoSyncRestored,
    AutoSyncSwitchedOff,
)

__all__ = [
    "AppOutcome",
    "ApplicationEnded",
    "ApprovalLapsed",
    "ApprovalReminded",
    "ApprovalRequested",
    "Approved",
    "AutoSyncLeftAlone",
    "AutoSyncRestored",
    "AutoSyncSwitchedOff",
    "BuildFound",
    "CancelRequested",
    "CommitIntended",
    "Committed",
    "DeploymentCorrected",
    "DeploymentEnded",
    "DeploymentEvent",
    "DeploymentPlanned",
    "DeploymentQueued",
    "DeploymentRequested",
    "DeploymentReviewed",
    "DeploymentStarted",
    "Event",
    "FailingResource",
    "NewerBuildSeen",
    "Outcome",
    "QueueHeld",
    "QueueResumed",
    "Quorum",
    "Rejected",
    "RevertIntended",
    "Reverted",
    "ScopePinned",
    "SoakReached",
    "SyncBlocked",
    "SyncIntended",
    "SyncSkipped",
    "SyncStarted",
    "SyncTarget",
    "TagsGiven",
    "TagsIntended",
    "WantedImage",
    "WaveStarted",
    "WayBack",
    "read_event",
]

DeploymentEvent = Annotated[
    DeploymentRequested
    | DeploymentQueued
    | QueueHeld
    | QueueResumed
    | DeploymentStarted
    | BuildFound
    | ApprovalRequested
    | Approved
    | Rejected
    | ApprovalReminded
    | ApprovalLapsed
    | NewerBuildSeen
    | SoakReached
    | DeploymentPlanned
    | TagsIntended
    | TagsGiven
    | CommitIntended
    | Committed
    | ScopePinned
    | AutoSyncSwitchedOff
    | AutoSyncRestored
    | AutoSyncLeftAlone
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
    | DeploymentCorrected
    | DeploymentReviewed,
    Field(discriminator="type"),
]

_ADAPTER: TypeAdapter[DeploymentEvent] = TypeAdapter(DeploymentEvent)


def read_event(stored: object) -> DeploymentEvent:
    """An event from its stored JSON value. Raises pydantic.ValidationError on anything else."""
    return _ADAPTER.validate_python(stored)
