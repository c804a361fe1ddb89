"""In which part of a page of evidence each event of a deployment is told (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.deployments import events
from bot.deployments.events import DeploymentEvent


class Part(StrEnum):
    """The parts that tell events, by their titles."""

    REQUEST = "Request"
    PLAN = "Plan"
    APPROVAL = "Gates and approvals"
    RUN = "Queue and start"
    GIT = "Registry and Git"
    ARGOCD = "Argo CD"
    END = "End"
    OTHER = "Also recorded"


_TOLD: Mapping[Part, tuple[type[DeploymentEvent], ...]] = {
    Part.REQUEST: (events.DeploymentRequested, events.BuildFound, events.SoakReached),
    Part.APPROVAL: (
        events.ApprovalRequested,
        events.Approved,
        events.Rejected,
        events.ApprovalReminded,
        events.ApprovalLapsed,
        events.NewerBuildSeen,
        events.DeploymentReviewed,
    ),
    Part.RUN: (
        events.DeploymentQueued,
        events.QueueHeld,
        events.QueueResumed,
        events.DeploymentStarted,
        events.DeploymentPlanned,
    ),
    Part.GIT: (
        events.TagsIntended,
        events.TagsGiven,
        events.CommitIntended,
        events.Committed,
        events.ScopePinned,
        events.RevertIntended,
        events.Reverted,
    ),
    Part.ARGOCD: (
        events.AutoSyncSwitchedOff,
        events.AutoSyncRestored,
        events.AutoSyncLeftAlone,
        events.WaveStarted,
        events.SyncIntended,
        events.SyncBlocked,
        events.SyncStarted,
        events.SyncSkipped,
        events.ApplicationEnded,
    ),
    Part.END: (events.CancelRequested, events.DeploymentEnded, events.DeploymentCorrected),
}
_PARTS = {kind: part for part, kinds in _TOLD.items() for kind in kinds}


def part_of(event: DeploymentEvent | None) -> Part:
    """Where it is told; what nobody has placed, or could read, is told all the same."""
    return _PARTS.get(type(event), Part.OTHER) if event is not None else Part.OTHER
