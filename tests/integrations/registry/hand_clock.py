"""A clock that is moved on by hand: waiting takes no time."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.clock import SystemClock


class HandClock(SystemClock):
    """Stands still until somebody sleeps."""

    def __init__(self) -> None:
        self._now = super().now()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
