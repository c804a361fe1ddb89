"""What keeps a worker at its work: a stray exception is logged and counted, and it goes on."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from contextvars import ContextVar

import structlog

from integrations.backoff import Backoff
from integrations.clock import Clock

log = structlog.get_logger(__name__)

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_FAULTS: ContextVar[Counter[str]] = ContextVar("faults")


def count_faults() -> Counter[str]:
    """Count what trips the workers that are started from here on, by their names."""
    faults = Counter[str]()
    _FAULTS.set(faults)
    return faults


def stumbled(worker: str, error: Exception, event: str = "worker.bug", **about: str) -> str:
    """A worker has tripped over `error`, a bug or a full disk: it is logged and counted.

    Returns the reference by which the log's entry is found.
    """
    reference = secrets.token_hex(4)
    log.error(event, exc_info=error, worker=worker, reference=reference, **about)
    faults = _FAULTS.get(None)
    if faults is not None:
        faults[worker] += 1
    return reference


async def attempt(worker: str, look: Callable[[], Awaitable[object]]) -> bool:
    """One look. A bug in it is logged with a reference, and ends nothing else. Whether it had
    none.
    """
    try:
        await look()
    except Exception as error:  # noqa: BLE001 - it is logged with its trace
        stumbled(worker, error)
        return False
    return True


async def guarded(
    worker: str, tick: Callable[[], Awaitable[object]], clock: Clock, *, every: float
) -> None:
    """Look every so many seconds until cancelled, whatever one look comes to."""
    while True:
        await attempt(worker, tick)
        await clock.sleep(every)


async def for_ever(worker: str, turn: Callable[[], Awaitable[object]], clock: Clock) -> None:
    """One turn after the other until cancelled, each of which waits for its work by itself; after
    a bug a pause, and longer ones while it trips again and again.
    """
    pauses = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
    while True:
        if await attempt(worker, turn):
            pauses.reset()
        else:
            await clock.sleep(pauses.next())


async def to_its_end(worker: str, run: Callable[[], Awaitable[object]], clock: Clock) -> None:
    """Run it, and after a bug again, until it comes to an end of its own."""
    pauses = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
    while not await attempt(worker, run):
        await clock.sleep(pauses.next())
