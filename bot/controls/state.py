"""The controls of one scope are the fold of its events (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar, assert_never

from bot.access import Actor
from bot.controls.events import (
    ControlEvent,
    FreezeBegun,
    FreezeEnded,
    HotfixHeld,
    HotfixReleased,
    HotfixUnknown,
    LockAsked,
    LockHandedOver,
    LockReleased,
    LockReminded,
    LockStolen,
    LockTaken,
    PinNagged,
    Pinned,
    PinResumed,
)

V = TypeVar("V")

EVERYWHERE = "all"
"""The scope that lies over every environment and over what is shared."""


@dataclass(frozen=True, slots=True)
class Lock:
    """One person's hold on a scope. It always ends."""

    owner: Actor
    since: datetime
    until: datetime
    reason: str = ""
    number: int = 0  # counts the locks of the scope, so that each has a message of its own
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """A rollback that holds, and when people were last told of it."""

    pinned: Pinned
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Controls:
    """Everything that lies over one scope; `version` counts the events folded so far."""

    scope: str
    version: int = 0
    freezes: Mapping[str, FreezeBegun] = field(default_factory=dict)
    lock: Lock | None = None
    locks: int = 0
    asked: tuple[Actor, ...] = ()  # who waits for the lock, in order
    hoping: tuple[Actor, ...] = ()  # who asked for its release, and may not have it themselves
    holds: Mapping[str, HotfixHeld] = field(default_factory=dict)
    judged: frozenset[str] = frozenset()  # deployments of which it was asked: a hotfix?
    pins: Mapping[str, Pin] = field(default_factory=dict)

    @property
    def is_bare(self) -> bool:
        """Whether nothing lies over it, at any time to come."""
        return not (self.freezes or self.lock or self.holds or self.pins)

    def freezes_at(self, now: datetime) -> tuple[FreezeBegun, ...]:
        """The freezes whose time is not up, oldest first."""
        return tuple(each for each in self.freezes.values() if not each.is_over(now))

    def lock_at(self, now: datetime) -> Lock | None:
        """The lock, None where nobody has it or its time is up."""
        return self.lock if self.lock is not None and now < self.lock.until else None

    def holds_at(self, now: datetime) -> tuple[HotfixHeld, ...]:
        """The holds whose time is not up."""
        return tuple(each for each in self.holds.values() if now < each.until)

    def is_waiting(self, subject: str) -> bool:
        """Whether this person has asked for the lock and not had it since."""
        return any(each.subject == subject for each in self.asked)

    def has_asked(self, subject: str) -> bool:
        """Whether this person waits for the lock, or hopes for its release."""
        return any(each.subject == subject for each in (*self.asked, *self.hoping))


def fold(scope: str, events: Iterable[ControlEvent]) -> Controls:
    """The controls that these events tell of."""
    controls = Controls(scope)
    for event in events:
        controls = after(controls, event)
    return controls


def after(was: Controls, event: ControlEvent) -> Controls:
    """The controls once `event` has happened. Raises ValueError where it cannot happen."""
    match event:
        case FreezeBegun():
            moved = replace(was, freezes=_with(was.freezes, event.id, event))
        case FreezeEnded():
            moved = replace(was, freezes=_without(was.freezes, event.id))
        case HotfixHeld():
            held = _with(was.holds, event.id, event)
            moved = replace(was, holds=held, judged=was.judged | {event.id})
        case HotfixUnknown():
            moved = replace(was, judged=was.judged | {event.id})
        case HotfixReleased():
            moved = replace(was, holds=_without(was.holds, event.id))
        case Pinned():
            moved = replace(was, pins=_with(was.pins, event.id, Pin(event, event.at)))
        case PinNagged():
            pin = was.pins.get(event.id)
            if pin is None:
                raise ValueError(f"there is no {event.id}")
            moved = replace(was, pins={**was.pins, event.id: replace(pin, told_at=event.at)})
        case PinResumed():
            moved = replace(was, pins=_without(was.pins, event.id))
        case _:
            moved = _after_lock(was, event)
    return replace(moved, version=was.version + 1)


def _after_lock(
    was: Controls,
    event: LockTaken | LockAsked | LockHandedOver | LockStolen | LockReminded | LockReleased,
) -> Controls:
    lock = was.lock
    match event:
        case LockTaken():
            mine = lock is not None and lock.owner.subject == event.actor.subject
            if was.lock_at(event.at) and not mine:
                raise ValueError(f"{was.scope} is locked already")
            if lock is not None and mine:
                reason = event.reason or lock.reason
                return replace(
                    was, lock=replace(lock, until=event.until, reason=reason, reminded=False)
                )
            return _owned(was, event.actor, event, event.reason)
        case LockStolen():
            return _owned(was, event.actor, event, event.reason)
        case LockHandedOver():
            return _owned(was, event.to, event, "")
        case LockAsked():
            return _asked(was, event)
        case LockReminded() | LockReleased():
            if lock is None:
                raise ValueError(f"{was.scope} is not locked")
            if isinstance(event, LockReminded):
                return replace(was, lock=replace(lock, reminded=True))
            return replace(was, lock=None, hoping=())
        case _:
            assert_never(event)


def _asked(was: Controls, event: LockAsked) -> Controls:
    if was.has_asked(event.actor.subject):
        return was
    if event.may_hold:
        return replace(was, asked=(*was.asked, event.actor))
    return replace(was, hoping=(*was.hoping, event.actor))


def _owned(
    was: Controls, owner: Actor, event: LockTaken | LockStolen | LockHandedOver, reason: str
) -> Controls:
    number = was.locks + 1
    asked = tuple(each for each in was.asked if each.subject != owner.subject)
    lock = Lock(owner, event.at, event.until, reason, number)
    return replace(was, lock=lock, locks=number, asked=asked)


def _with(known: Mapping[str, V], key: str, value: V) -> Mapping[str, V]:
    if key in known:
        raise ValueError(f"{key} is there already")
    return {**known, key: value}


def _without(known: Mapping[str, V], key: str) -> Mapping[str, V]:
    if key not in known:
        raise ValueError(f"there is no {key}")
    return {each: value for each, value in known.items() if each != key}
