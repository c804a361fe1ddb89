"""A fact that is asked for at most once a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from integrations.clock import Clock

T = TypeVar("T")

_KEPT = timedelta(minutes=1)


@dataclass(slots=True)
class Remembered(Generic[T]):
    """One fact that is asked for at most once a minute, however many want it at once."""

    ask: Callable[[], Awaitable[T]]
    clock: Clock
    stale_at: datetime | None = None
    value: T | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def fresh(self) -> T | None:
        """The fact, or None where it was not asked for within the last minute."""
        if self.stale_at is None or self.clock.now() >= self.stale_at:
            return None
        return self.value

    async def get(self) -> T:
        """The fact, asked for where it is not fresh. Raises what `ask` raises; keeps nothing."""
        known = self.fresh
        if known is not None:
            return known
        async with self.lock:
            known = self.fresh
            if known is not None:
                return known
            at = self.clock.now()
            value = await self.ask()
            self.stale_at, self.value = at + _KEPT, value
            return value
