"""Try again while an outside system is away, and say so; give up after a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from integrations.clock import Clock
from integrations.errors import RateLimited, UpstreamError

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


async def patiently(
    clock: Clock,
    attempt: Callable[[], Awaitable[None]],
    *,
    seconds: float,
    waiting: Callable[[UpstreamError], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    lasting: bool = False,
) -> None:
    """Run `attempt`, which must be safe to begin again, until it returns.

    A passing UpstreamError is told to `waiting` and tried again after a growing pause (or the
    time that the system names), for at most `seconds` of this clock's time, after which it is
    raised; a lasting one is raised at once, unless `lasting` waits for that too. `stop` ends the waiting early, without an error.
    """
    began = clock.now()
    pause = _FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except UpstreamError as error:
            waited = (clock.now() - began).total_seconds()
            if waited > seconds or not (error.transient or lasting):
                raise
            waiting(error)
            await clock.sleep(error.retry_after if isinstance(error, RateLimited) else pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            if stop():
                return None
