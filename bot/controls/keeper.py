"""Ends what has a time, reminds of what is about to end, and nags about what never does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.controls.events import (
    ControlEvent,
    FreezeEnded,
    HotfixReleased,
    LockHandedOver,
    LockReleased,
    LockReminded,
    PinNagged,
)
from bot.controls.state import Controls
from bot.guarded import guarded

if TYPE_CHECKING:
    from bot.services import Services

LOCKED_FOR = timedelta(hours=2)
"""How long a lock lasts where nobody says otherwise."""

_EVERY = 5.0
_REMIND_BEFORE = timedelta(minutes=10)
_NAG_EVERY = timedelta(days=1)


def due(controls: Controls, now: datetime) -> list[ControlEvent]:
    """What the time alone brings about (pure)."""
    events: list[ControlEvent] = [
        FreezeEnded(at=now, id=key)
        for key, freeze in controls.freezes.items()
        if freeze.is_over(now)
    ]
    events += [
        HotfixReleased(at=now, id=key) for key, hold in controls.holds.items() if hold.until <= now
    ]
    events += [
        PinNagged(at=now, id=key)
        for key, pin in controls.pins.items()
        if now - pin.told_at >= _NAG_EVERY
    ]
    return [*events, *_lock(controls, now)]


def _lock(controls: Controls, now: datetime) -> list[ControlEvent]:
    lock = controls.lock
    if lock is None:
        return []
    if lock.until <= now:
        return [released(controls, now)]
    is_short = lock.until - lock.since <= _REMIND_BEFORE
    if lock.reminded or is_short or now < lock.until - _REMIND_BEFORE:
        return []
    return [LockReminded(at=now)]


def released(controls: Controls, now: datetime) -> LockHandedOver | LockReleased:
    """The end of a lock: whoever asked first has it next (pure)."""
    if controls.asked:
        return LockHandedOver(at=now, to=controls.asked[0], until=now + LOCKED_FOR)
    return LockReleased(at=now)


class Keeper:
    """Looks every few seconds; what it does is decided anew at each look, so none is missed."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def run(self) -> None:
        """Until cancelled."""
        await guarded("controls", self.tick, self._services.clock, every=_EVERY)

    async def tick(self) -> None:
        """Record everything that is due."""
        register, now = self._services.controls, self._services.clock.now()
        for controls in list(register.all()):
            if due(controls, now):
                await register.record(controls.scope, lambda found: due(found, now))
