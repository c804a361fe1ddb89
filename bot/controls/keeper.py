"""Ends what has a time, reminds of what is about to end, and nags about what never does."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.access import Actor, Need, Permission
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
from bot.errors import NotAllowed
from bot.guarded import guarded
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

LOCKED_FOR = timedelta(hours=2)
"""How long a lock lasts where nobody says otherwise."""

_EVERY = 5.0
_REMIND_BEFORE = timedelta(minutes=10)
_NAG_EVERY = timedelta(days=1)


def due(controls: Controls, now: datetime, heir: Actor | None = None) -> list[ControlEvent]:
    """What the time alone brings about; `heir` is who has the lock after its end (pure)."""
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
    return [*events, *_lock(controls, now, heir)]


def _lock(controls: Controls, now: datetime, heir: Actor | None) -> list[ControlEvent]:
    lock = controls.lock
    if lock is None:
        return []
    if lock.until <= now:
        return [released(controls, now, heir)]
    is_short = lock.until - lock.since <= _REMIND_BEFORE
    if lock.reminded or is_short or now < lock.until - _REMIND_BEFORE:
        return []
    return [LockReminded(at=now)]


def released(
    controls: Controls, now: datetime, heir: Actor | None
) -> LockHandedOver | LockReleased:
    """The end of a lock: the heir has it next, who still waits for it (pure)."""
    if heir is not None and controls.is_waiting(heir.subject):
        return LockHandedOver(at=now, to=heir, until=now + LOCKED_FOR)
    return LockReleased(at=now)


async def heir_of(services: Services, controls: Controls) -> Actor | None:
    """Whoever asked first for the lock and may have it now: who is not known to may not."""
    need = Need(permission=Permission.LOCK, scope=controls.scope)
    for actor in controls.asked:
        with suppress(NotAllowed, UpstreamError):
            await services.membership.authorise(actor, [need])
            return actor
    return None


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
                await self._record(controls, now)

    async def _record(self, controls: Controls, now: datetime) -> None:
        has_ended = controls.lock is not None and controls.lock_at(now) is None
        heir = await heir_of(self._services, controls) if has_ended else None
        await self._services.controls.record(controls.scope, lambda found: due(found, now, heir))
