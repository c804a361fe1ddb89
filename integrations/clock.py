"""Time as an argument: the clock that every wait, deadline and time stamp asks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how to wait. Tests and the sandbox bring a faster one."""

    def now(self) -> datetime:
        """The current time, aware and in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of this clock's time."""
        ...

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """An `async with` block that raises TimeoutError after `seconds` of this clock's time."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The current time, aware and in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` real seconds."""
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """An `async with` block that raises TimeoutError after `seconds` real seconds."""
        return asyncio.timeout(seconds)


class FastClock:
    """A clock that runs `speed` times faster than the machine's, from the moment it is made.

    Settle times and watchdogs keep their true lengths in its time, so stories about minutes
    are told in seconds. Every system in one story must share one FastClock, or at least its
    `epoch` (real seconds since 1970 at which both clocks agree).
    """

    def __init__(self, speed: float, epoch: float | None = None) -> None:
        self.speed = speed
        self.epoch = datetime.now(UTC).timestamp() if epoch is None else epoch

    def now(self) -> datetime:
        """The current time of this clock, aware and in UTC."""
        real = datetime.now(UTC).timestamp()
        return datetime.fromtimestamp(self.epoch + (real - self.epoch) * self.speed, UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of this clock's time."""
        await asyncio.sleep(seconds / self.speed)

    def timeout(self, seconds: float) -> asyncio.Timeout:
        """An `async with` block that raises TimeoutError after `seconds` of this clock's time."""
        return asyncio.timeout(seconds / self.speed)
