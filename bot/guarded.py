"""What keeps a worker at its work: one stray exception is logged, and it goes on."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog

from integrations.clock import Clock

log = structlog.get_logger(__name__)


async def guarded(
    worker: str, tick: Callable[[], Awaitable[object]], clock: Clock, *, every: float
) -> None:
    """Look every so many seconds until cancelled, whatever one look comes to."""
    while True:
        await attempt(worker, tick)
        await clock.sleep(every)


async def attempt(worker: str, look: Callable[[], Awaitable[object]]) -> None:
    """One look. A bug in it is logged with a reference, and ends nothing else."""
    try:
        await look()
    except Exception:
        log.exception("worker.bug", worker=worker, reference=secrets.token_hex(4))
