"""Who may do what in production, and what lies over it, as the proofs know it by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.access import Actor, Door
from integrations.clock import Clock
from tests.proofs.people import Slack

HELD_BY = {
    "approve": {"approvers"},
    "rollback": {"oncall"},
    "freeze": {"oncall"},
    "override": {"oncall"},
    "break-glass": {"oncall"},
    "lock": {"oncall", "developers"},
    "deploy": {"oncall", "developers"},
}
DECIDES = {"approve", "override", "break-glass"}
LOGINS = {"amir", "dana", "newt", "olu", "pat", "vera"}
_NEW = timedelta(hours=24)
_LATE = timedelta(seconds=70)


class Wish(Protocol):
    """Somebody wanted something, at some time."""

    @property
    def who(self) -> Actor:
        """Somebody."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...


@dataclass
class Frozen:
    """One freeze; `id` as the bot calls it."""

    id: str
    scope: str
    begun: datetime
    rollbacks: bool


@dataclass
class Locked:
    """Production is somebody's."""

    who: str
    begun: datetime
    until: datetime


class Rights:
    """What holds at a moment."""

    def __init__(self, slack: Slack, clock: Clock) -> None:
        self.freezes: list[Frozen] = []
        self.lock: Locked | None = None
        self._slack, self._clock = slack, clock

    def holds(self, who: Actor, permission: str, at: datetime) -> bool:
        """Whether somebody may, who may have lost the right in the last moment before now."""
        decides = permission in DECIDES
        if who.kind != "slack":
            return permission in ("deploy", "sync")
        if who.id in self._slack.guests or (decides and who.door is not Door.SLACK):
            return False
        return any(self._is_in(group, who.id, at, decides) for group in HELD_BY[permission])

    def _is_in(self, group: str, who: str, at: datetime, decides: bool) -> bool:  # noqa: FBT001
        known = (group, who) in self._slack.since
        if not known:
            left = self._slack.left.get((group, who))
            return left is not None and at < left + _LATE
        since = self._slack.since[group, who]
        return since is None or at >= since + (_NEW if decides else timedelta())

    def lies_over(self, scope: str, what: str, told: Mapping[str, Any]) -> str:
        """Something was laid over production, or taken away; why it may not be, "" where it may."""
        if what.startswith("Lock") and scope != "production":
            return ""
        who = Actor.model_validate(told["actor"]) if told.get("actor") else None
        now = self._clock.now()
        if what == "FreezeBegun":
            frozen = Frozen(told["id"], scope, now, rollbacks=told["including_rollbacks"])
            self.freezes.append(frozen)
        if what == "FreezeEnded":
            self.freezes = [each for each in self.freezes if each.id != told["id"]]
        if what in ("LockTaken", "LockStolen"):
            self.lock = Locked(told["actor"]["id"], now, datetime.fromisoformat(told["until"]))
        if what == "LockHandedOver":
            self.lock = Locked(told["to"]["id"], now, datetime.fromisoformat(told["until"]))
        if what == "LockReleased":
            self.lock = None
        needed = "freeze" if what.startswith("Freeze") else "lock"
        if who is None or what.startswith("Pin") or self.holds(who, needed, now):
            return ""
        return f"{who.subject}: {what} of {scope}, and may not"

    def login(self, who: Actor) -> str:
        """Their name on GitHub."""
        return who.id.removeprefix("U0").lower()

    def is_known(self, login: str) -> bool:
        """Whether an author has a Slack account that is known."""
        return login in LOGINS

    def may_cancel(self, requester: Actor, wish: Wish) -> bool:
        """The requester, on-call, and who has the lock."""
        has_lock = self.lock is not None and self.lock.who == wish.who.id
        return wish.who.id == requester.id or has_lock or self.holds(wish.who, "rollback", wish.at)

    def closed(self, requester: Actor, started: datetime, *, rollback: bool = False) -> str:
        """What lay over production when a deployment started, and still does; "" for nothing."""
        for freeze in self.freezes:
            if (
                freeze.scope in ("production", "all")
                and freeze.begun < started
                and (freeze.rollbacks or not rollback)
            ):
                return f"frozen since {freeze.begun}"
        lock = self.lock
        if lock is None or rollback or lock.who == requester.id or lock.begun >= started:
            return ""
        return f"locked by {lock.who}" if self._clock.now() < lock.until else ""
