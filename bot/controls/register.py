"""The controls of every scope, kept in memory as folds and in the store as events."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.access import Actor
from bot.controls.events import ControlEvent, Pinned, PinResumed, read_event
from bot.controls.state import Controls, after, fold
from bot.guarded import stumbled
from bot.store import EventStore, VersionConflict
from bot.store.recording import as_recorded, to_store
from integrations.clock import Clock

PREFIX = "controls/"


Listener = Callable[[Controls, ControlEvent], None]


def control_id(request_key: str) -> str:
    """The id of what one delivery begins: the same delivery, the same id."""
    digest = hashlib.sha256(f"control {request_key}".encode()).digest()
    return base64.b32encode(digest[:5]).decode().lower()[:6]


class Register:
    """What lies over each scope now; the only way to change it is to append to it.

    `listeners` are told of each event after it is durable; they must not wait, and a bug in one
    fails nobody.
    """

    def __init__(self, store: EventStore, clock: Clock) -> None:
        self.listeners: list[Listener] = []
        self._store = store
        self._clock = clock
        self._all: dict[str, Controls] = {}
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def load(self) -> None:
        """Fold everything that the store holds."""
        for recorded in await self._store.read_all(prefix=PREFIX):
            scope = recorded.stream.removeprefix(PREFIX)
            self._all[scope] = after(self.of(scope), read_event(recorded.data))

    def of(self, scope: str) -> Controls:
        """What lies over one scope itself; what lies over `all` is of a scope of its own."""
        return self._all.get(scope) or Controls(scope)

    def is_bare(self, scope: str) -> bool:
        """Whether nothing lies over the scope itself."""
        return scope not in self._all or self._all[scope].is_bare

    def all(self) -> Iterator[Controls]:
        """Every scope over which something lies, or lay."""
        yield from self._all.values()

    async def record(
        self, scope: str, decide: Callable[[Controls], Sequence[ControlEvent]]
    ) -> Controls:
        """Append what `decide` makes of the present state; on a conflict, load and ask it again."""
        async with self._turns[scope]:
            while True:
                controls = self.of(scope)
                events = decide(controls)
                if not events:
                    return controls
                try:
                    return await self._append(controls, events)
                except VersionConflict:
                    stored = await self._store.read(PREFIX + scope)
                    self._all[scope] = fold(scope, (read_event(each.data) for each in stored))

    async def pin(
        self,
        scope: str,
        *,
        applications: Sequence[str],
        deployment: str,
        actor: Actor,
        tags: Mapping[str, str],
        candidate: str = "",
        reason: str = "",
    ) -> Controls:
        """Hold the applications where the rollback `deployment` puts them, until a person resumes;
        an earlier pin of any of them gives way. The same rollback a second time changes nothing.
        """
        return await self.record(
            scope,
            lambda controls: _pinning(
                controls,
                Pinned(
                    at=self._clock.now(),
                    id=deployment,
                    actor=actor,
                    applications=tuple(applications),
                    tags=dict(tags),
                    candidate=candidate,
                    reason=reason,
                ),
            ),
        )

    async def _append(self, was: Controls, events: Sequence[ControlEvent]) -> Controls:
        steps = _folded(was, events)  # refuses what cannot happen before it is recorded
        drafts = [to_store(event) for event in events]
        placed = await self._store.append(PREFIX + was.scope, was.version, drafts)
        kept = as_recorded(events, drafts, placed, read_event)
        if kept is not events:
            steps = _folded(was, kept)
        controls = self._all[was.scope] = steps[-1][0]
        for then, event in steps:
            for listener in self.listeners:
                try:
                    listener(then, event)
                except Exception as error:  # noqa: BLE001 - it is logged with its trace
                    stumbled("listener", error)
        return controls


def _folded(was: Controls, events: Sequence[ControlEvent]) -> list[tuple[Controls, ControlEvent]]:
    """Each event, with the controls once it has happened."""
    steps = []
    for event in events:
        was = after(was, event)
        steps.append((was, event))
    return steps


def _pinning(controls: Controls, pinned: Pinned) -> list[ControlEvent]:
    if pinned.id in controls.pins:
        return []
    touched = set(pinned.applications)
    replaced: list[ControlEvent] = [
        PinResumed(at=pinned.at, id=key, actor=pinned.actor)
        for key, pin in controls.pins.items()
        if touched >= set(pin.pinned.applications)
    ]
    return [*replaced, pinned]
