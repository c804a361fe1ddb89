"""The real bot with a fuse: it kills itself, as `kill -9` would, at a chosen event."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from bot.sandbox.resident import main
from bot.store import NewEvent, Recorded, Store


def burn() -> NoReturn:
    """Die at once: nothing is said, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def light(moment: str, events: int) -> None:
    """Die "after" the given number of events was stored, or "before" the one after them is.

    "after" tests the loss of everything in memory; "before", of the record of an effect.
    """
    stored = 0
    append = Store.append

    async def fused(
        self: Store, stream: str, expected_version: int, new: Sequence[NewEvent]
    ) -> tuple[Recorded, ...]:
        nonlocal stored
        if moment == "before" and stored >= events:
            burn()
        recorded = await append(self, stream, expected_version, new)
        stored += 1
        if moment == "after" and stored >= events:
            burn()
        return recorded

    setattr(Store, "append", fused)  # noqa: B010 - the fuse


if __name__ == "__main__":
    light(sys.argv[1], int(sys.argv[2]))
    main(float(sys.argv[3]), float(sys.argv[4]))
