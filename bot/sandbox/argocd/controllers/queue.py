"""A work queue like the controllers': one entry per key, added now or later."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable

from integrations.clock import Clock
from integrations.groups import TaskGroup


class WorkQueue:
    """Keys that want attention, each handed to at most one worker at a time.

    Adding a key that already waits keeps the earlier moment; a key added while it is being
    worked on comes again afterwards. Nothing wakes while nothing is due.
    """

    def __init__(self, name: str, clock: Clock, workers: int) -> None:
        self.name = name
        self._clock = clock
        self._slots = asyncio.Semaphore(workers)
        self._due: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        self._busy: set[str] = set()
        self._wake = asyncio.Event()

    def add(self, key: str, delay: float = 0.0) -> None:
        """Ask for `key` to be worked on `delay` seconds from now, or earlier."""
        due = self._clock.now().timestamp() + delay
        if key in self._due and self._due[key] <= due:
            return
        self._due[key] = due
        if key not in self._busy:
            heapq.heappush(self._heap, (due, key))
            self._wake.set()

    def forget(self, key: str) -> None:
        """Drop what is due for `key`."""
        self._due.pop(key, None)

    async def run(self, tick: Callable[[str], Awaitable[None]]) -> None:
        """Work for ever: at most `workers` keys at once."""
        async with TaskGroup() as tasks:
            while True:
                key = await self._next()
                await self._slots.acquire()
                self._busy.add(key)
                tasks.create_task(self._work(key, tick), name=f"{self.name}:{key}")

    async def _next(self) -> str:
        while True:
            self._wake.clear()
            now = self._clock.now().timestamp()
            while self._heap and self._heap[0][0] <= now:
                due, key = heapq.heappop(self._heap)
                if self._due.get(key) == due and key not in self._busy:
                    del self._due[key]
                    return key
            try:
                async with self._clock.timeout(self._wait(now)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _wait(self, now: float) -> float:
        return self._heap[0][0] - now if self._heap else 3600.0

    async def _work(self, key: str, tick: Callable[[str], Awaitable[None]]) -> None:
        try:
            await tick(key)
        finally:
            self._busy.discard(key)
            self._slots.release()
            if key in self._due:
                heapq.heappush(self._heap, (self._due[key], key))
                self._wake.set()
