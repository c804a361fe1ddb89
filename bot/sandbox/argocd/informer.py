"""The API server's cache: a little behind, and the only thing LIST and the stream see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.argocd.state import AppState
from bot.sandbox.argocd.wire.application import application as application_json
from integrations.clock import Clock

BUFFER = 1000  # server/broadcast: what does not fit is dropped silently


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One change, with the whole application as the stream shows it."""

    change: str  # ADDED, MODIFIED, DELETED
    name: str
    application: dict[str, Any]


@dataclass(slots=True, eq=False)
class Subscriber:
    """One open stream. None in its queue ends it."""

    queue: asyncio.Queue[WatchEvent | None] = field(default_factory=lambda: asyncio.Queue(BUFFER))

    def end(self) -> None:
        """Close the stream; what it has not sent yet is lost."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Informer:
    """Rows by application name, and the subscribers who hear of changes."""

    def __init__(self, clock: Clock, lag: Callable[[], float]) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.paused = False  # subscribers hear nothing, and never learn what they missed
        self.frozen = False  # LIST and streams stay as they are
        self.drops = 0  # so many further events get lost
        self.followed = asyncio.Event()  # some stream is past its first frames
        self._clock = clock
        self._lag = lag
        self._subscribers: set[Subscriber] = set()
        self._dirty: dict[str, AppState] = {}
        self._wake = asyncio.Event()

    def changed(self, app: AppState, *, at_once: bool = False) -> None:
        """The application was written or deleted; `at_once` where the server waits for itself."""
        if at_once:
            self._dirty.pop(app.name, None)
            self._show(app)
            return
        self._dirty[app.name] = app
        self._wake.set()

    async def run(self) -> None:
        """Catch up with what was written, one lag later, for ever."""
        while True:
            await self._wake.wait()
            await self._clock.sleep(self._lag())
            self._wake.clear()
            self.catch_up()

    def catch_up(self) -> None:
        """Show everything that was written."""
        if self.frozen:
            return
        dirty, self._dirty = self._dirty, {}
        for app in dirty.values():
            self._show(app)

    def subscribe(self) -> Subscriber:
        """Hear of every later change. What happens before is not replayed."""
        subscriber = Subscriber()
        self._subscribers.add(subscriber)
        self.followed.set()
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Hear no more."""
        self._subscribers.discard(subscriber)
        if not self._subscribers:
            self.followed.clear()

    def end_streams(self) -> None:
        """Close every stream without a word, as load balancers do."""
        for subscriber in self._subscribers:
            subscriber.end()

    def _show(self, app: AppState) -> None:
        row = application_json(app, resource_health=True)
        known = app.name in self.rows
        if app.deleted:
            change = "DELETED"
            self.rows.pop(app.name, None)
        else:
            change = "MODIFIED" if known else "ADDED"
            self.rows[app.name] = row
        self._tell(WatchEvent(change, app.name, row))

    def _tell(self, event: WatchEvent) -> None:
        if self.paused:
            return
        if self.drops > 0 and self._subscribers:
            self.drops -= 1
            return
        for subscriber in self._subscribers:
            if not subscriber.queue.full():
                subscriber.queue.put_nowait(event)
