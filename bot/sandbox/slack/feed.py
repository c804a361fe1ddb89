"""What just changed in the workspace: one feed that pages, tests and waits listen to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `kind` is the page's event name, or "call" for a Web API call, or
    "socket" for a Socket Mode connection that came or went.

    `user` names the only person who sees it; "" is everybody.
    """

    kind: str
    thing: object
    user: str = ""


class Feed:
    """Hands each change to everyone who listens at that moment."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Change]] = set()

    @property
    def listening(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    def publish(self, kind: str, thing: object, user: str = "") -> None:
        """Tell everyone who listens."""
        change = Change(kind, thing, user)
        for listener in self._listeners:
            listener.put_nowait(change)

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue of every change from now on."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    async def until(self, predicate: Callable[[], T], seconds: float) -> T:
        """The first truthy `predicate()`, asked again after every change.

        `seconds` are real ones: they bound how long a test can hang, whatever its clock.
        Raises TimeoutError.
        """
        with self.listen() as changes:
            async with asyncio.timeout(seconds):
                while not (found := predicate()):
                    await changes.get()
                    while not changes.empty():
                        changes.get_nowait()
        return found
