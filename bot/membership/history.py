"""Who was seen to be in a group since when: the streams `group/<name>`, kept in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from bot.membership.seen import Group, GroupMembersSeen, after, difference, read_event
from bot.store import EventStore, NewEvent, Recorded, VersionConflict
from integrations.clock import Clock

PREFIX = "group/"


Listener = Callable[[str, int, GroupMembersSeen], None]
"""Is told of a group's name, the version of its stream, and what was seen."""


class GroupHistory:
    """What was seen of each group. An observation is durable before anybody decides by it.

    `listeners` are told of each change after it is durable; they must not wait.
    """

    def __init__(self, store: EventStore, clock: Clock) -> None:
        self.listeners: list[Listener] = []
        self._store = store
        self._clock = clock
        self._groups: dict[str, Group] = {}
        self._looks: dict[str, int] = {}
        self._look = 0
        self._lock = asyncio.Lock()

    async def load(self) -> None:
        """Fold everything that the store holds."""
        self._groups = fold(await self._store.read_all(prefix=PREFIX))

    def group(self, name: str) -> Group:
        """What is known of a group; nothing of one that was never seen."""
        return self._groups.get(name, Group())

    def begin_look(self) -> int:
        """To be called before the members are asked for; `saw` takes what it returns."""
        self._look += 1
        return self._look

    async def saw(self, look: int, found: Mapping[str, frozenset[str]]) -> None:
        """Note who is in some groups now. An answer that a newer one has overtaken counts no more.

        Raises whatever the store does: what cannot be recorded must not be relied on.
        """
        for name, members in found.items():
            async with self._lock:
                if self._looks.get(name, 0) > look:
                    continue
                self._looks[name] = look
                await self._note(name, members)

    async def _note(self, name: str, members: frozenset[str]) -> None:
        group = self.group(name)
        event = difference(group, members, self._clock.now())
        if event is None:
            return
        stored = NewEvent(type=event.type, data=event.model_dump(mode="json"))
        try:
            await self._store.append(PREFIX + name, group.version, [stored])
        except VersionConflict:
            # An append that was given up on has happened after all.
            await self.load()
            await self._note(name, members)
            return
        self._groups[name] = after(group, event)
        for listener in self.listeners:
            listener(name, group.version + 1, event)


def fold(recorded: Iterable[Recorded]) -> dict[str, Group]:
    """Every group by name, from the events of their streams, in order."""
    groups: dict[str, Group] = {}
    for each in recorded:
        name = each.stream.removeprefix(PREFIX)
        groups[name] = after(groups.get(name, Group()), read_event(each.data))
    return groups
