"""Appends in a loop until it is killed, saying what was acknowledged. Run by test_crash.py."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bot.store import NewEvent, Store
from integrations.clock import SystemClock
from integrations.groups import TaskGroup


async def append_for_ever(store: Store, writer: int) -> None:
    stream = f"{os.getpid()}/{writer}"
    version = 0
    while True:
        request = f"{stream}/{version}"
        store.remember(request, 3600)
        events = [NewEvent("Happened", {"n": version}), NewEvent("Followed", {"n": version})]
        placed = await store.append(stream, version, events[: 1 + version % 2])
        version = placed[-1].version
        os.write(1, f"{stream} {version} {placed[-1].hash} {request}\n".encode())


async def main(database: Path) -> None:
    store = Store.open(database, SystemClock())
    async with TaskGroup() as group:
        for writer in range(8):
            group.create_task(append_for_ever(store, writer), name=f"writer {writer}")


asyncio.run(main(Path(sys.argv[1])))
