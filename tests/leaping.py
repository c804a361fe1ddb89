"""Time that passes slowly while anything is under way, and else leaps to the next thing to do."""

from __future__ import annotations

import asyncio
import os
import selectors
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

from integrations.clock import Clock, FastClock, SystemClock

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SPEED = 20.0

WORK = 0.2
"""Seconds for which a real one counts while work is under way: a busy machine takes longer to do
it, and nobody in a story shall be late for that.
"""

GRACE = 0.001
"""Real seconds in which nothing may happen before time leaps, unless the leap is SHORT."""

SHORT = 0.5

LOOK = 0.005
"""Real seconds after which work that nobody waits for is looked at again."""

Events = list[tuple[selectors.SelectorKey, int]]


class _Leaping(selectors.DefaultSelector):
    """Waits as long as something is under way; else the time until the next timer is skipped."""

    def __init__(self) -> None:
        super().__init__()
        self.speed = WORK
        self.is_busy: Callable[[], bool] = lambda: False
        self._then, self._passed = time.monotonic(), 0.0

    @property
    def passed(self) -> float:
        """Seconds since the beginning: real ones, `speed` times over, and those skipped."""
        return self._passed + (time.monotonic() - self._then) * self.speed

    def hurry(self, speed: float) -> None:
        """From now on a real second of work counts as so many."""
        self._passed, self._then, self.speed = self.passed, time.monotonic(), speed

    def select(self, timeout: float | None = None) -> Events:
        if timeout == 0:
            return super().select(0)
        if self.is_busy():
            left = LOOK if timeout is None else min(LOOK, timeout / self.speed)
            return super().select(left)
        then = self.passed
        os.sched_yield()
        grace = GRACE if timeout is None or timeout > SHORT else 0
        if (events := super().select(grace)) or timeout is None or self.is_busy():
            return events
        self._passed += max(0.0, then + timeout - self.passed)
        return []


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time leaps while nothing but timers is waited for.

    What runs beside it is waited for: threads of executors, child processes, and whatever
    `beside` answers True for. What is on its way between two ends in this process is not idle
    either: loopback delivers it at once.
    """

    def __init__(self) -> None:
        self._leaping = _Leaping()
        self._leaping.is_busy = self._is_busy
        self._threads = 0
        self._children: list[asyncio.SubprocessTransport] = []
        self.beside: list[Callable[[], bool]] = []
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.passed

    def hurry(self, speed: float) -> None:
        """From now on a real second of work counts as so many."""
        self._leaping.hurry(speed)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._threads += 1
        future.add_done_callback(self._came_back)
        return future

    async def shutdown_default_executor(self, *_: object, **__: object) -> None:
        """However long its threads take to end: the limit that Runner gives would be leapt over."""
        await super().shutdown_default_executor()

    def _came_back(self, _: asyncio.Future[Any]) -> None:
        self._threads -= 1

    async def _make_subprocess_transport(
        self, *args: Any, **kwargs: Any
    ) -> asyncio.SubprocessTransport:
        self._threads += 1
        try:
            made = super()._make_subprocess_transport(*args, **kwargs)  # type: ignore[misc]
            child: asyncio.SubprocessTransport = await made
        finally:
            self._threads -= 1
        self._children.append(child)
        return child

    def _is_busy(self) -> bool:
        if self._children:
            self._children = [c for c in self._children if c.get_returncode() is None]
        return bool(self._threads or self._children) or any(busy() for busy in self.beside)


class LeapingClock(SystemClock):
    """The time of a LeapingLoop, which starts at the machine's."""

    def __init__(self, loop: LeapingLoop) -> None:
        self._loop = loop
        self._epoch = datetime.now(UTC) - timedelta(seconds=loop.time())

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=self._loop.time())

    def pass_by(self, seconds: float) -> None:
        """So much time is gone, without a timer noticing: as if the machine had slept."""
        self._epoch += timedelta(seconds=seconds)


def clock_of_this_loop() -> Clock:
    """A clock that leaps with this loop; a fast one where the loop does not leap."""
    loop = asyncio.get_running_loop()
    return LeapingClock(loop) if isinstance(loop, LeapingLoop) else FastClock(SPEED)


@asynccontextmanager
async def waiting_for(is_busy: Callable[[], bool]) -> AsyncIterator[None]:
    """Within the block time does not leap while this work goes on."""
    loop = asyncio.get_running_loop()
    beside = loop.beside if isinstance(loop, LeapingLoop) else []
    beside.append(is_busy)
    try:
        yield
    finally:
        beside.remove(is_busy)


@asynccontextmanager
async def hurried(speed: float = SPEED) -> AsyncIterator[None]:
    """Within the block real seconds count more, for processes that wait for this one."""
    loop = asyncio.get_running_loop()
    leaping = loop if isinstance(loop, LeapingLoop) else None
    if leaping:
        leaping.hurry(speed)
    try:
        yield
    finally:
        if leaping:
            leaping.hurry(WORK)
