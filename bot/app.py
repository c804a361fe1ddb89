"""Where everything is joined: settings, clients, services, doors, workers; start and stop."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web

from bot import clients
from bot.command import Command
from bot.controls.keeper import Keeper
from bot.declared import as_registered, declared
from bot.deployments.aftercare import Aftercare
from bot.deployments.controller import Controller
from bot.deployments.hotfix import HotfixWatch
from bot.deployments.lookout import Lookout
from bot.deployments.releases.spell_watch import SpellWatch
from bot.deployments.rollbacks.auto_sync import AutoSyncKeeper
from bot.deployments.rollbacks.worker import RollbackWorker
from bot.dispatch import Dispatch
from bot.doors.opening import Doors
from bot.guarded import count_faults, to_its_end
from bot.measures import Measures
from bot.membership import MembershipWatch
from bot.membership.grants_seen import note_grants
from bot.metrics import Metrics
from bot.notifications.announcer import Announcer
from bot.notifications.control_news import ControlNews
from bot.notifications.group_changes import GroupChanges
from bot.notifications.left_to_people import leave_to_people
from bot.notifications.weekly import WeeklyDigest
from bot.ports import expect_free
from bot.services import Services
from bot.settings import Settings
from bot.store import Store
from bot.tidying import keep_tidy
from integrations.clock import Clock, SystemClock
from integrations.groups import TaskGroup

log = structlog.get_logger(__name__)

_DRAIN_SECONDS = 3.0
_FLUSH_SECONDS = 4.0
_CLOSE_SECONDS = 2.0
_DRIVING = ("controller", "aftercare", "rollbacks", "auto-sync")


class Bot:
    """One running bot. `drive` False takes requests and works on none, for measurements."""

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, drive: bool = True
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.ready = asyncio.Event()
        self.metrics = Metrics()
        self.port = 0
        self.services: Services | None = None
        self._drive = drive
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask it to end: no new work, what runs stays resumable, what is owed is delivered."""
        self._stopping.set()

    async def run(self) -> None:
        """From start to a clean end, within ten seconds of `stop`.

        Raises SettingsError for wrong settings, a wrong catalog, a database or a port in use;
        systems that are away never stop the start.
        """
        found = declared(self.settings.shipmate_commands)
        async with AsyncExitStack() as stack:
            store = Store.open(Path(self.settings.shipmate_database), self.clock)
            stack.push_async_callback(store.close)
            await self._expect_free_port()
            services = await stack.enter_async_context(
                clients.services(self.settings, self.clock, store)
            )
            self.services = services
            commands = as_registered(found, services.catalog.slash_commands)
            Measures(services, self.metrics.registry, count_faults())
            await services.ledger.load()
            await services.controls.load()
            await services.spells.load()
            await services.membership.history.load()
            await note_grants(store, services.catalog, self.clock)
            async with TaskGroup() as group:
                workers, server = await self._live(commands, services, group)
                await services.outbox.flush(_FLUSH_SECONDS)
                for task in workers:
                    task.cancel()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_CLOSE_SECONDS):
                        await server.cleanup()

    async def _live(
        self, commands: Sequence[Command[Any]], services: Services, group: TaskGroup
    ) -> tuple[list[asyncio.Task[None]], web.AppRunner]:
        """Serve until told to stop, then let answers that are being made reach their people."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None) as limit, TaskGroup() as answers:
                dispatch = Dispatch(commands, services, self.metrics)
                doors = Doors(self.settings, services, dispatch, self.metrics, answers)
                workers = await self._start(group, services, doors)
                server = await self._listen(doors)
                log.info("ready", port=self.port)
                self.ready.set()
                await self._stopping.wait()
                log.info("stopping")
                doors.close()
                for task in workers:
                    if task.get_name() in _DRIVING:
                        task.cancel()
                limit.reschedule(asyncio.get_running_loop().time() + _DRAIN_SECONDS)
        return workers, server

    async def _start(
        self, group: TaskGroup, services: Services, doors: Doors
    ) -> list[asyncio.Task[None]]:
        announcer, group_changes = Announcer(services), GroupChanges(services)
        await services.outbox.load()
        await announcer.restore()
        await group_changes.restore()
        await ControlNews(services).restore()
        running: dict[str, Callable[[], Awaitable[object]]] = {
            "outbox": services.outbox.run,
            "cards": announcer.run,
            "slack": doors.run,
            "applications": services.applications.run,
            "reachability": services.reachability.run,
            "memberships": MembershipWatch(services.membership, self.clock).run,
        }
        if self._drive:
            running |= _driving(services)
        return [
            group.create_task(to_its_end(name, run, self.clock), name=name)
            for name, run in running.items()
        ]

    async def _expect_free_port(self) -> None:
        remedy = "SHIPMATE_HOST and SHIPMATE_PORT say where the bot listens."
        host, port = self.settings.shipmate_host, self.settings.shipmate_port
        await asyncio.to_thread(expect_free, host, port, remedy=remedy)

    async def _listen(self, doors: Doors) -> web.AppRunner:
        runner = web.AppRunner(doors.application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        host, port = self.settings.shipmate_host, self.settings.shipmate_port
        await web.TCPSite(runner, host, port).start()
        self.port = int(runner.addresses[0][1])
        return runner


def _driving(services: Services) -> dict[str, Callable[[], Awaitable[object]]]:
    """What changes the world, by name."""
    return {
        "controller": Controller(services).run,
        "spells": SpellWatch(services).run,
        "aftercare": Aftercare(services).run,
        "lookout": Lookout(services).run,
        "rollbacks": RollbackWorker(services, partial(leave_to_people, services.outbox)).run,
        "auto-sync": AutoSyncKeeper(services).run,
        "controls": Keeper(services).run,
        "tidying": partial(keep_tidy, services),
        "hotfixes": HotfixWatch(services).run,
        "weekly digest": WeeklyDigest(services).run,
    }


async def serve(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT."""
    bot = Bot(settings, clock=clock)
    tune_garbage_collection()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, bot.stop)
    await bot.run()


def tune_garbage_collection() -> None:
    """Look for garbage in cycles less often: what a request allocates is freed without that.

    By default every request is followed by a look at the young, and now and then by one at
    everything, which grows with the record.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
