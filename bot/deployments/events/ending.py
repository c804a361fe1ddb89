"""How a deployment is stopped, how it ends, and what is learnt of it afterwards."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from bot.access import Actor
from bot.deployments.events.event import Event
from bot.deployments.events.running import FailingResource
from bot.deployments.plan import PlannedApplication


class CancelRequested(Event):
    """A person stops it. `revert` puts the earlier tags back; `rollback` is the deployment that
    needs it out of the way, and sets them itself.
    """

    type: Literal["CancelRequested"] = "CancelRequested"
    actor: Actor
    revert: bool
    rollback: str = ""


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
    """The end. `message` is one or two sentences: what happened; `next_step`, what to do. What was
    `refused` wrote nothing, whatever it had begun to.
    """

    type: Literal["DeploymentEnded"] = "DeploymentEnded"
    outcome: Outcome
    message: str = ""
    next_step: str = ""
    by: str = ""  # the deployment that superseded it
    refused: bool = False


class DeploymentCorrected(Event):
    """The world changed soon after the end: a time-out turned Healthy, a success degraded."""

    type: Literal["DeploymentCorrected"] = "DeploymentCorrected"
    message: str
    healthy: bool
    applications: tuple[str, ...] = ()  # those of which it is told
    sync: str = ""  # as Argo CD said then
    failing: tuple[FailingResource, ...] = ()
    next_step: str = ""
