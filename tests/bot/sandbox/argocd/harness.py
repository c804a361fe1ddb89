"""A sandbox Argo CD over real HTTP, and the few things a test does with it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from aiohttp import web

from bot.sandbox.argocd import Definition, SandboxArgoCD, Timings
from integrations.clock import FastClock
from integrations.groups import TaskGroup
from tests.bot.sandbox.argocd.small_gitops import SmallGitOps

Json = dict[str, Any]
SPEED = 20.0
QUICK = Timings(
    operation=1.5, pickup=0.2, rollout=4.0, compare=0.3, event_delay=0.2, progress_deadline=6.0
)
APPLICATIONS = "/api/v1/applications"


class Argo:
    """The sandbox, a client with its token, and shorthands."""

    def __init__(
        self, sandbox: SandboxArgoCD, client: httpx.AsyncClient, gitops: SmallGitOps
    ) -> None:
        self.sandbox = sandbox
        self.client = client
        self.gitops = gitops

    async def get(self, name: str, **query: str) -> Json:
        answer = await self.client.get(f"{APPLICATIONS}/{name}", params=query)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def list(self, fields: str = "", **query: str) -> list[Json]:
        params = {"fields": fields, **query} if fields else query
        answer = await self.client.get(APPLICATIONS, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"] or []

    async def sync(self, name: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"{APPLICATIONS}/{name}/sync", json=body)

    async def ends(self, name: str) -> Json:
        """Wait for the operation to be over, and read what is written then."""
        app = self.sandbox.application(name)

        def is_over() -> bool:
            return app.operation is None and app.state is not None and app.state.is_over

        await self.sandbox.until(is_over, 600)
        return await self.get(name)

    async def becomes(self, name: str, health: str, sync: str = "") -> Json:
        """Wait until Argo CD says so, however late."""
        app = self.sandbox.application(name)
        await self.sandbox.until(
            lambda: app.health == health and (not sync or app.sync == sync), 600
        )
        return await self.get(name)

    @asynccontextmanager
    async def stream(
        self, accept: str = "text/event-stream", **query: str
    ) -> AsyncIterator[Frames]:
        headers, path = {"Accept": accept}, "/api/v1/stream/applications"
        async with self.client.stream("GET", path, params=query, headers=headers) as response:
            yield Frames(response)


class Frames:
    """The frames of a stream, one after the other."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.aiter_lines()

    async def next(self) -> Json:
        async for line in self.lines:
            if line.startswith(("data: ", "{")):
                frame: Json = json.loads(line.removeprefix("data: "))
                return frame
        return {}

    async def until(self, wanted: Callable[[Json], bool]) -> list[Json]:
        """Every frame up to and including the first wanted one."""
        seen = []
        while frame := await self.next():
            seen.append(frame)
            if wanted(frame):
                return seen
        raise AssertionError(f"the stream ended after {len(seen)} frames")


@asynccontextmanager
async def running(
    gitops: SmallGitOps,
    *,
    timings: Timings | None = None,
    definitions: Iterable[Definition] | None = None,
    speed: float = SPEED,
) -> AsyncIterator[Argo]:
    clock = FastClock(speed)
    sandbox = SandboxArgoCD(clock, gitops.path, timings=timings or QUICK, definitions=definitions)
    runner = web.AppRunner(sandbox.app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    client = httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=20)
    try:
        async with TaskGroup() as tasks, client:
            controllers = tasks.create_task(sandbox.run(), name="controllers")
            yield Argo(sandbox, client, gitops)
            controllers.cancel()
    finally:
        await runner.cleanup()
