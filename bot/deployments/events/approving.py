"""The approval of a plan: asked for, given, refused, and lost again when it no longer holds."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from bot.access import Actor
from bot.deployments.approvals.review import Review
from bot.deployments.events.event import Event
from bot.deployments.plan import Plan, Value


class Quorum(Value):
    """So many of the approvals must come from this subject of the catalog."""

    of: str
    at_least: int = 1


class ApprovalRequested(Event):
    """A plan is put before the approvers. What they approve is what `digest` stands for."""

    type: Literal["ApprovalRequested"] = "ApprovalRequested"
    plan: Plan
    digest: str
    review: Review = Review()
    needed: int = 1
    quorum: tuple[Quorum, ...] = ()
    approvers: tuple[str, ...] = ()  # the subjects who may, as the catalog names them
    backup: tuple[str, ...] = ()  # who is reminded when those stay silent
    notify: tuple[str, ...] = ()  # Slack's ids of the approvers' groups and people
    remind_at: datetime
    expires_at: datetime
    start_within: float = 900  # seconds after the last approval within which it must start


class Approved(Event):
    """One person says yes to one plan. `counts_for` are the quorum's subjects they stand for."""

    type: Literal["Approved"] = "Approved"
    actor: Actor
    digest: str
    counts_for: tuple[str, ...] = ()
    override: str = ""  # the reason, where the rule about authors was overridden


class Rejected(Event):
    """One person says no, and why."""

    type: Literal["Rejected"] = "Rejected"
    actor: Actor
    reason: str


class ApprovalReminded(Event):
    """Nobody has decided yet: the approvers were reminded, or in the end the backup."""

    type: Literal["ApprovalReminded"] = "ApprovalReminded"
    to: Literal["approvers", "backup"]
    notify: tuple[str, ...] = ()


class ApprovalLapsed(Event):
    """What was approved, or about to be, no longer holds: it is asked for anew. `why` is a
    sentence.
    """

    type: Literal["ApprovalLapsed"] = "ApprovalLapsed"
    why: str
    approved_by: tuple[Actor, ...] = ()  # whose yes it makes void


class NewerBuildSeen(Event):
    """While this one waits, a newer build became green; it changes nothing by itself."""

    type: Literal["NewerBuildSeen"] = "NewerBuildSeen"
    tag: str
    sha: str = ""
    title: str = ""


class DeploymentReviewed(Event):
    """An approver has looked at what went without an approval."""

    type: Literal["DeploymentReviewed"] = "DeploymentReviewed"
    actor: Actor
    note: str = ""
