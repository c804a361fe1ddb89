"""Try again while an outside system is away, and say so; give up after a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from integrations.clock import Clock
from integrations.errors import RateLimited, UpstreamError
from integrations.groups import TaskGroup

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 8.0


async def patiently(
    clock: Clock,
    attempt: Callable[[], Awaitable[None]],
    *,
    seconds: float,
    waiting: Callable[[UpstreamError], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    bell: Callable[[], asyncio.Event] = asyncio.Event,
    lasting: bool = False,
    well: Callable[[], datetime | None] = lambda: None,
) -> None:
    """Run `attempt`, which must be safe to begin again, until it returns.

    A passing UpstreamError is told to `waiting` and tried again after a growing pause (or the
    time that the system names), for at most `seconds` of this clock's time; it is raised once
    that is over, or is certain to be over first. The time counts from the beginning, or for what
    may go on for long from the last moment that was `well`. A lasting one is raised at once,
    unless `lasting` waits for that too. `stop`, asked anew whenever the `bell` of the moment
    rings, ends the waiting early, without an error.
    """
    began = clock.now()
    pause = _FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except UpstreamError as error:
            asked = error.retry_after if isinstance(error, RateLimited) else 0.0
            waited = (clock.now() - max(began, well() or began)).total_seconds()
            if waited + asked > seconds or not (error.transient or lasting):
                raise
            waiting(error)
            if await _stopped(clock, max(asked, pause), stop, bell):
                return None
            pause = min(pause * 2, _LONGEST_PAUSE)


async def unless(
    over: Callable[[], bool],
    bell: Callable[[], asyncio.Event],
    attempt: Callable[[], Awaitable[None]],
) -> None:
    """Run `attempt`, which must be safe to leave at any point, until it returns or `over` comes
    true; `over` is asked anew whenever the `bell` of the moment rings.
    """
    failed: list[Exception] = []

    async def work() -> None:
        try:
            await attempt()
        except Exception as error:  # noqa: BLE001 - it is raised below, as it is
            failed.append(error)
        watching.cancel()

    async def watch() -> None:
        while not over():
            await bell().wait()
        working.cancel()

    async with TaskGroup() as group:
        working = group.create_task(work(), name="attempt")
        watching = group.create_task(watch(), name="is it over")
    if failed:
        raise failed[0]


async def _stopped(
    clock: Clock, seconds: float, stop: Callable[[], bool], bell: Callable[[], asyncio.Event]
) -> bool:
    """Whether `stop` came true within the pause."""
    try:
        async with clock.timeout(seconds):
            while not stop():
                await bell().wait()
    except TimeoutError:
        return stop()
    return True
