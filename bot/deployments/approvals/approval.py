"""Who may approve what, when it counts, and when it no longer does (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.access import Actor, Memberships
from bot.deployments.approvals.review import Review
from bot.deployments.events import (
    ApprovalReminded,
    ApprovalRequested,
    Approved,
    Rejected,
)
from bot.deployments.plan import Plan


@dataclass(frozen=True, slots=True)
class Approval:
    """One plan put before the approvers, and what they said. Nobody counts twice."""

    asked: ApprovalRequested
    approved: tuple[Approved, ...] = ()
    rejected: Rejected | None = None
    reminded: frozenset[str] = frozenset()

    def after(self, event: Approved | Rejected | ApprovalReminded) -> Approval:
        """The approval once `event` has happened; a yes to another plan, or one that comes
        too late, counts for nothing.
        """
        match event:
            case Approved():
                in_time = event.at < self.asked.expires_at
                fits = in_time and event.digest == self.asked.digest
                counts = fits and not self.has_said_yes(event.actor.subject)
                return replace(self, approved=(*self.approved, event)) if counts else self
            case Rejected():
                return replace(self, rejected=event)
            case ApprovalReminded():
                return replace(self, reminded=self.reminded | {event.to})

    def has_said_yes(self, subject: str) -> bool:
        """Whether this person's yes is among those that count."""
        return any(each.actor.subject == subject for each in self.approved)

    @property
    def missing(self) -> int:
        """How many more people must say yes, whoever they are."""
        return max(0, self.asked.needed - len(self.approved), sum(self.missing_of.values()))

    @property
    def missing_of(self) -> Mapping[str, int]:
        """How many more must come from which subject of the catalog."""
        left = {
            each.of: each.at_least - sum(each.of in yes.counts_for for yes in self.approved)
            for each in self.asked.quorum
        }
        return {of: number for of, number in left.items() if number > 0}

    @property
    def is_granted(self) -> bool:
        """Whether everyone who must has said yes, and nobody no."""
        return self.rejected is None and self.missing == 0

    @property
    def granted_at(self) -> datetime | None:
        """When the last yes that was needed came."""
        return self.approved[-1].at if self.is_granted and self.approved else None

    @property
    def start_by(self) -> datetime | None:
        """Until when it must have started, once granted."""
        granted = self.granted_at
        return granted + timedelta(seconds=self.asked.start_within) if granted else None


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is due before this."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Remind:
    """The approvers have been silent for half the time, or all others for longer."""

    whom: Literal["approvers", "backup"]


@dataclass(frozen=True, slots=True)
class Expire:
    """Nobody decided in time: the answer is no."""


def due(approval: Approval, now: datetime) -> Wait | Remind | Expire:
    """What has to happen to an approval that nobody has granted or refused.

    The backup is reminded half way between the approvers' reminder and the end.
    """
    asked = approval.asked
    if now >= asked.expires_at:
        return Expire()
    half = asked.remind_at
    late = half + (asked.expires_at - half) / 2
    if now >= half and "approvers" not in approval.reminded:
        return Remind("approvers")
    if asked.backup and now >= late and "backup" not in approval.reminded:
        return Remind("backup")
    later = [moment for moment in (half, late if asked.backup else half) if moment > now]
    return Wait(min([*later, asked.expires_at]))


def plan_digest(plan: Plan, review: Review = Review()) -> str:  # noqa: B008 - it is frozen
    """What is approved, as one short name: images from and to with their digests, applications,
    what a sync deletes and replaces, and the commits that ride along. Another line of the
    same file is no part of it.
    """
    content = {
        "images": sorted(
            (c.service, c.before, c.digest_before, c.after, c.digest) for c in plan.changes
        ),
        "applications": sorted(app.name for app in plan.applications),
        "riding": [commit.sha for commit in review.riding],
        **({"sharp": plan.sharp} if plan.sharp else {}),
    }
    text = json.dumps(content, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def counts_for(asked: ApprovalRequested, actor: Actor, memberships: Memberships) -> tuple[str, ...]:
    """Which of the quorum's subjects a person stands for; of a group that they joined too lately
    to decide as its member, they do not.
    """
    held = {actor.subject, *(("members",) if memberships.full_member else ())}
    held |= {f"group:{each}" for each in memberships.groups}
    held |= {f"team:{each}" for each in memberships.teams}
    held -= memberships.new.keys()
    return tuple(each.of for each in asked.quorum if each.of in held)
