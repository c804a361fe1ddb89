"""Turns what happens to freezes, locks, pins and holds into what is owed to Slack."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.controls.events import (
    ControlEvent,
    FreezeBegun,
    FreezeEnded,
    HotfixHeld,
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
    read_event,
)
from bot.controls.register import PREFIX
from bot.controls.scopes import channels_of, is_known
from bot.controls.state import Controls, Lock, after
from bot.notifications.owed import Owed, card_key
from bot.views import freezes, locks, pins
from bot.views.message import Message
from bot.views.wording import who

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.services import Services

_REMEMBERED = timedelta(hours=1)


class ControlNews:
    """Owes one message for each freeze, lock and pin, and words in its thread to whom it
    concerns.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._before: dict[str, Controls] = {}
        services.controls.listeners.append(self._hear)

    async def restore(self) -> None:
        """Owe again what an earlier life may have left undelivered; the outbox knows the rest."""
        horizon = self._services.clock.now() - _REMEMBERED
        for recorded in await self._services.store.read_all(prefix=PREFIX):
            scope, event = recorded.stream.removeprefix(PREFIX), read_event(recorded.data)
            before = self._before.get(scope) or Controls(scope)
            controls = self._before[scope] = after(before, event)
            if event.at > horizon:
                self._owe(before, controls, event)

    def _hear(self, controls: Controls, event: ControlEvent) -> None:
        before = self._before.get(controls.scope) or Controls(controls.scope)
        self._before[controls.scope] = controls
        self._owe(before, controls, event)

    def _owe(self, before: Controls, controls: Controls, event: ControlEvent) -> None:
        catalog = self._services.catalog
        if not is_known(controls.scope, catalog):  # the catalog has lost that environment since
            return
        for owed in news(before, controls, event, catalog):
            self._services.outbox.owe(owed)


def news(
    before: Controls, controls: Controls, event: ControlEvent, catalog: Catalog
) -> Iterator[Owed]:
    """What Slack has to show of one event (pure)."""
    scope = controls.scope
    match event:
        case FreezeBegun():
            yield from _freeze(scope, event, catalog, freezes.announcement(scope, event))
        case FreezeEnded():
            freeze = before.freezes[event.id]
            told = freezes.announcement(scope, freeze, ended_at=event.at, by=event.actor)
            yield from _freeze(scope, freeze, catalog, told)
        case Pinned():
            yield _pin(scope, event, catalog, pins.announcement(scope, event))
        case PinResumed():
            pinned = before.pins[event.id].pinned
            yield _pin(scope, pinned, catalog, pins.over(pinned, event.at, event.actor))
        case PinNagged():
            pinned = controls.pins[event.id].pinned
            key, told = f"pin:{scope}:{event.id}", pins.nag(scope, pinned, event.at)
            yield _reply(key, event, controls, catalog, told, loud=True)
        case HotfixHeld():
            told = pins.held(scope, event)
            yield _reply(card_key(event.id), event, controls, catalog, told)
        case HotfixUnknown():
            yield _reply(card_key(event.id), event, controls, catalog, pins.not_held(event))
        case _:
            yield from _lock(before, controls, event, catalog)


def _lock(
    before: Controls, controls: Controls, event: ControlEvent, catalog: Catalog
) -> Iterator[Owed]:
    lock, was = controls.lock, before.lock
    match event:
        case LockTaken() if lock is not None:
            if was is not None and was.number != lock.number:
                yield _lock_message(
                    before, was, catalog, locks.over(before, was, "its time was up")
                )
            yield _lock_message(controls, lock, catalog, locks.announcement(controls, lock))
        case LockAsked() if lock is not None:
            yield _lock_message(controls, lock, catalog, locks.announcement(controls, lock))
            told = locks.asking(controls, lock, event.actor, may_hold=event.may_hold)
            yield _reply(_lock_key(controls, lock), event, controls, catalog, told)
        case LockReminded() if lock is not None:
            told = locks.reminder(controls, lock)
            yield _reply(_lock_key(controls, lock), event, controls, catalog, told)
        case LockHandedOver() | LockStolen() if lock is not None:
            yield _lock_message(controls, lock, catalog, locks.announcement(controls, lock))
            stolen = isinstance(event, LockStolen)
            if was is not None:
                verb = "taken by" if stolen else "handed over to"
                how = f"{verb} {who(lock.owner)}"
                yield _lock_message(before, was, catalog, locks.over(before, was, how))
                told = locks.passed_on(controls, was, lock, stolen=stolen)
                key = _lock_key(before, was) if stolen else _lock_key(controls, lock)
                yield _reply(key, event, controls, catalog, told)
        case LockReleased() if was is not None:
            how = f"released by {who(event.actor)}" if event.actor else "its time was up"
            yield _lock_message(before, was, catalog, locks.over(before, was, how))
            if before.hoping:
                yield _reply(_lock_key(before, was), event, before, catalog, locks.free(before))
        case _:
            return


def _freeze(scope: str, freeze: FreezeBegun, catalog: Catalog, message: Message) -> Iterator[Owed]:
    for channel in channels_of(scope, catalog):
        yield Owed(f"freeze:{scope}:{freeze.id}:{channel}", channel, message, urgent=True)


def _pin(scope: str, pinned: Pinned, catalog: Catalog, message: Message) -> Owed:
    return Owed(f"pin:{scope}:{pinned.id}", _channel(scope, catalog), message)


def _lock_message(controls: Controls, lock: Lock, catalog: Catalog, message: Message) -> Owed:
    return Owed(_lock_key(controls, lock), _channel(controls.scope, catalog), message)


def _lock_key(controls: Controls, lock: Lock) -> str:
    return f"lock:{controls.scope}:{lock.number}"


def _reply(
    thread_of: str,
    event: ControlEvent,
    controls: Controls,
    catalog: Catalog,
    message: Message,
    *,
    loud: bool = False,
) -> Owed:
    moment = int(event.at.timestamp() * 1000)
    return Owed(
        key=f"{thread_of}:{event.type}:{moment}",
        channel=_channel(controls.scope, catalog),
        message=message,
        thread_of=thread_of,
        broadcast=loud,
        once=True,
    )


def _channel(scope: str, catalog: Catalog) -> str:
    return channels_of(scope, catalog)[0]
