"""Time that passes only where everybody waits, and the line by which a bot reaches the world."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

from integrations.clock import SystemClock

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

BEGIN = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
CALL = 0.01
"""Seconds that every call to the world takes."""


class _Leaping(selectors.SelectSelector):
    """Waits for nothing: the time until the next thing to do passes at once."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for what never comes"
        self.passed += max(timeout, 0.0)
        return super().select(0)


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time leaps from one thing to do to the next."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.passed

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """At once and here: time would leap on while a thread thinks."""
        del executor
        came: asyncio.Future[T] = self.create_future()
        came.set_result(func(*args))
        return came

    def leap(self, seconds: float) -> None:
        """So much time passes, in which nobody does anything."""
        self._leaping.passed += seconds


class LeapingClock(SystemClock):
    """The time of a LeapingLoop."""

    def __init__(self, loop: LeapingLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self._loop.time())


class Line:
    """Every call of a bot to its record, Git, Argo CD and Slack; cut, the bot is dead."""

    def __init__(self) -> None:
        self.cut = asyncio.Event()
        self.dies_in = 0  # calls and answers from now on, 0 for never
        self.meanwhile: tuple[int, Callable[[], object]] | None = None

    async def passes(self) -> None:
        """A call goes out, or an answer comes back; to the dead neither happens."""
        if not self.cut.is_set() and self.dies_in:
            self.dies_in -= 1
            if not self.dies_in:
                self.cut.set()
        await self._is_whole()
        if self.meanwhile:
            left, happens = self.meanwhile
            self.meanwhile = (left - 1, happens) if left > 1 else None
            if left == 1:
                happens()
        await asyncio.sleep(CALL)
        await self._is_whole()

    async def _is_whole(self) -> None:
        if self.cut.is_set():
            await asyncio.Event().wait()

    async def through(self, answer: Callable[[], T]) -> T:
        """A call and its answer: a bot may die before it, and before it knows of it."""
        await self.passes()
        said = answer()
        await self.passes()
        return said


def finish(loop: LeapingLoop, line: Line, doing: Coroutine[Any, Any, T]) -> T | None:
    """Run to the end; None where the bot died meanwhile."""

    async def until_death() -> T | None:
        task, death = asyncio.ensure_future(doing), asyncio.ensure_future(line.cut.wait())
        await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=1)
            return None
        death.cancel()
        return task.result()

    return loop.run_until_complete(until_death())
