"""Who waits for which application, and wakes as soon as something is known of it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from types import TracebackType
from typing import Self

from integrations.clock import Clock


class Changes:
    """One listener's memory of what changed since it last asked; nothing in between is lost.

    Use it as a context manager, or `close` it: it remembers names until then.
    """

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._changed: set[str] = set()
        self._wanted: Collection[str] | None = None
        self._woken = asyncio.Event()

    async def changed(
        self,
        names: Collection[str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # its end is an answer: nothing changed
    ) -> set[str]:
        """Those of `names` (None: of all) that changed since the last call.

        Waits for one up to `timeout` seconds of the clock's time; then the set is empty.
        """
        self._wanted = names
        if not (found := self._take()):
            self._woken.clear()
            with suppress(TimeoutError):
                if timeout is None:
                    await self._woken.wait()
                else:
                    async with self._clock.timeout(timeout):
                        await self._woken.wait()
            found = self._take()
        return found

    def note(self, name: str) -> None:
        """Remember that this application changed, and wake who waits for it."""
        self._changed.add(name)
        if self._wanted is None or name in self._wanted:
            self._woken.set()

    def close(self) -> None:
        """Listen no longer."""
        self._board.leave(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _take(self) -> set[str]:
        found = set(self._changed if self._wanted is None else self._changed & set(self._wanted))
        self._changed -= found
        return found


class Board:
    """Tells every listener of every change."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listeners: set[Changes] = set()

    def join(self) -> Changes:
        """A new listener, which hears what happens from now on."""
        listener = Changes(self, self._clock)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Changes) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    def tell(self, name: str) -> None:
        """The application with this name changed."""
        for listener in self._listeners:
            listener.note(name)
