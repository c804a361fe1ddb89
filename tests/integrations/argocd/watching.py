"""A watch that runs against the stub, and what a test waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from integrations.argocd.client import ArgoCD
from integrations.argocd.model import Health
from integrations.argocd.watch import ApplicationWatch
from integrations.clock import Clock, FastClock
from integrations.groups import TaskGroup
from tests.integrations.argocd.samples import row
from tests.integrations.argocd.stub import Connection, Stub, client

DEV, STAGING = "link-app-dev", "link-app-staging"


@asynccontextmanager
async def watching(
    stub: Stub, clock: Clock | None = None, *, list_every: float = 60.0
) -> AsyncIterator[tuple[ApplicationWatch, ArgoCD]]:
    """A watch that runs inside the block, on a clock ten times as fast as the machine's."""
    clock = clock or FastClock(10)
    async with client(stub.url, clock=clock) as argocd:
        watch = ApplicationWatch(argocd, clock, list_every=list_every)
        async with TaskGroup() as tasks:
            running = tasks.create_task(watch.run(), name="watch")
            try:
                yield watch, argocd
            finally:
                running.cancel()


async def sees(watch: ApplicationWatch, condition: Callable[[], bool]) -> None:
    """Wait until the watch shows it; at most ten real seconds."""
    with watch.subscribe() as changes:
        async with asyncio.timeout(10):
            while not condition():
                await changes.changed(None, 2)


def health_of(watch: ApplicationWatch, name: str = DEV) -> Health | None:
    app = watch.get(name)
    return app.health if app else None


async def started(stub: Stub, watch: ApplicationWatch, *apps: dict[str, Any]) -> Connection:
    """The first stream, once everything on it was heard and the LIST after it is in."""
    stub.rows = [row(app) for app in apps]
    connection = await stub.stream()
    await connection.send("ADDED", *apps)
    names = {app["metadata"]["name"] for app in apps}
    await sees(watch, lambda: all((a := watch.get(name)) and a.complete for name in names))
    assert await watch.wait_ready(100)
    return connection
