"""When applications ran what Healthy: the streams `spells/<application>`, kept in the store."""

from __future__ import annotations

from bot.deployments.releases.spells import Seen, SpellEvent, Watched, after, read_event
from bot.store import EventStore, VersionConflict
from bot.store.recording import to_store

PREFIX = "spells/"


class SpellBook:
    """What was watched of each application. `seen` is this life's own memory, and never kept."""

    def __init__(self, store: EventStore) -> None:
        self.seen: dict[str, Seen] = {}
        self._store = store
        self._all: dict[str, Watched] = {}

    async def load(self) -> None:
        """Fold everything that the store holds; until it has been read, what was known counts."""
        found: dict[str, Watched] = {}
        for recorded in await self._store.read_all(prefix=PREFIX):
            name = recorded.stream.removeprefix(PREFIX)
            found[name] = after(found.get(name, Watched()), read_event(recorded.data))
        self._all = found

    def of(self, application: str) -> Watched:
        """What is known of one application; nothing of one that was never watched."""
        return self._all.get(application, Watched())

    async def note(self, application: str, event: SpellEvent) -> None:
        """Append what a look has found; what another life of the bot noted meanwhile counts."""
        was = self.of(application)
        try:
            await self._store.append(PREFIX + application, was.version, [to_store(event)])
        except VersionConflict:
            await self.load()
            return
        self._all[application] = after(was, event)
