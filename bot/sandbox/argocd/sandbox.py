"""A whole Argo CD on loopback: API server, two controllers, and a cluster that rolls out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from aiohttp import web

from bot.sandbox.argocd.accounts import Account, Accounts
from bot.sandbox.argocd.api.server import Server
from bot.sandbox.argocd.bootstrap import settle_in
from bot.sandbox.argocd.controllers.operation import OperationWorker
from bot.sandbox.argocd.controllers.refresh import RefreshWorker
from bot.sandbox.argocd.controls_wire import WireControls
from bot.sandbox.argocd.controls_world import WorldControls
from bot.sandbox.argocd.definitions import Definition
from bot.sandbox.argocd.platform import link_platform
from bot.sandbox.argocd.repository import Repository
from bot.sandbox.argocd.simulation import OperationRecord, Simulation
from bot.sandbox.argocd.target import Target
from bot.sandbox.argocd.timings import Timings
from integrations.clock import Clock
from integrations.groups import TaskGroup

USERNAME = "shipmate"
PASSWORD = "sandbox-password"


class SandboxArgoCD(WorldControls, WireControls):
    """`app()` serves the API; `run()` is the controllers. `token` is an API key.

    `repository` is the bare GitOps repository: a push is noticed at a refresh or a resync.
    """

    def __init__(
        self,
        clock: Clock,
        repository: Path,
        *,
        timings: Timings | None = None,
        definitions: Iterable[Definition] | None = None,
    ) -> None:
        timings = timings or Timings()
        chosen = link_platform() if definitions is None else tuple(definitions)
        self.simulation = Simulation(clock, Repository(repository), timings, chosen)
        self.target = Target(self.simulation.repository, clock, timings.revision_cache)
        accounts = Accounts(clock, timings.session)
        bot = accounts.add(Account(USERNAME, PASSWORD, api_key=True))
        accounts.add(Account("admin", "admin-password"))
        self.username, self.password = USERNAME, PASSWORD
        self.token = accounts.issue(bot, "apiKey")
        self.server = Server(self.simulation, self.target, accounts)
        self._ready: asyncio.Future[None] | None = None

    def app(self) -> web.Application:
        """The API, ready to be served; the first request finds everything deployed."""
        app = self.server.app()
        app.on_startup.append(self._prepare)
        return app

    async def run(self) -> None:
        """The controllers and the cache, until cancelled."""
        await self.prepare()
        simulation = self.simulation
        operations = OperationWorker(simulation, self.target)
        refreshes = RefreshWorker(simulation, self.target)
        async with TaskGroup() as tasks:
            tasks.create_task(simulation.informer.run(), name="argocd-informer")
            tasks.create_task(
                simulation.operation_queue.run(operations.tick), name="argocd-operations"
            )
            tasks.create_task(simulation.refresh_queue.run(refreshes.tick), name="argocd-refreshes")

    async def prepare(self) -> None:
        """Deploy everything as Git has it now; later calls wait for the first."""
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            await settle_in(self.simulation, self.target)
            self._ready.set_result(None)
        await self._ready

    async def until(self, condition: Callable[[], bool], seconds: float = 600.0) -> None:
        """Wait until `condition` holds, looked at after each change; TimeoutError else."""
        await self.simulation.until(condition, seconds)

    @property
    def operations(self) -> list[OperationRecord]:
        """Every operation that anybody asked for, in order."""
        return self.simulation.operations

    @property
    def requests(self) -> Counter[str]:
        """Calls so far, by kind (list, get, refresh, sync, stream, tree, logs, …)."""
        return self.server.requests

    async def _prepare(self, _: web.Application) -> None:
        await self.prepare()
