"""How close `/sync all` comes to the critical path, with every application out of sync.

The critical path is what Argo CD and the cluster take by themselves: over the waves, the sum of
the slowest application (from its operation's start to its last new pod) and the settle time.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.catalog import Catalog, load
from bot.sandbox.argocd import SandboxArgoCD, Timings
from bot.sandbox.process import BotProcess
from bot.sandbox.slack import SandboxSlack
from bot.sandbox.world import world
from integrations.clock import SystemClock
from integrations.groups import TaskGroup
from tests.bench.catalogs import PLATFORM

_TIMINGS = Timings(operation=5.0)
_LONGEST = 600.0
_PERSON = "U0OLU"


@dataclass(frozen=True)
class Waves:
    """Lengths in seconds: how long it took, and by wave what it could not be shorter than."""

    seconds: float
    critical: dict[int, float]

    @property
    def critical_seconds(self) -> float:
        """The length of the critical path."""
        return sum(self.critical.values())

    @property
    def ratio(self) -> float:
        """How much longer it took than that."""
        return self.seconds / self.critical_seconds


async def measure(directory: Path) -> Waves:
    """Sync everything once, in real time."""
    catalog = load(PLATFORM)
    names = [app.name for app in catalog.applications if app.environment != "production"]
    async with world(directory, SystemClock(), timings=_TIMINGS) as everything:
        bot = BotProcess(everything.environment(), everything.clock, directory / "bot.log")
        await bot.start()
        everything.slack.bot_url = bot.url
        try:
            await _fall_out_of_sync(everything.argocd, names)
            async with TaskGroup() as group:
                rollouts = _Rollouts(everything.argocd)
                watching = group.create_task(rollouts.run(), name="rollouts")
                began = everything.clock.now()
                await everything.slack.command(_PERSON, "#deployments", "/sync all --yes")
                await _until_ended(everything.slack)
                watching.cancel()
        finally:
            await bot.stop()
        ended = _ended_at(directory / "shipmate.db")
        critical = _critical(catalog, everything.argocd, rollouts, names)
    return Waves((ended - began).total_seconds(), critical)


class _Rollouts:
    """When the last rollout of each application ends: the cluster forgets it."""

    def __init__(self, argocd: SandboxArgoCD) -> None:
        self.ends: dict[str, datetime] = {}
        self._argocd = argocd

    async def run(self) -> None:
        while True:
            for app in self._argocd.simulation.applications.values():
                for live in app.live.values():
                    if live.rollout is not None:
                        end = live.rollout.started + timedelta(seconds=live.rollout.seconds)
                        self.ends[app.name] = max(end, self.ends.get(app.name, end))
            await asyncio.sleep(0.5)


async def _fall_out_of_sync(argocd: SandboxArgoCD, names: list[str]) -> None:
    applications = argocd.simulation.applications
    for name in names:
        argocd.set_auto_sync(name, on=False)
        argocd.drift(name)
    await argocd.until(lambda: all(applications[name].sync == "OutOfSync" for name in names))


async def _until_ended(slack: SandboxSlack) -> None:
    def has_ended() -> bool:
        cards = [each for each in slack.messages("#deployments") if each.bot_id]
        if not cards or cards[0].text.startswith(("Queued", "Waiting", "Running")):
            return False
        if not cards[0].text.startswith("Succeeded"):
            raise RuntimeError(f"The sync did not succeed: {cards[0].text}")
        return True

    await slack.until(has_ended, _LONGEST)


def _ended_at(database: Path) -> datetime:
    """When the bot knew of the end; the card follows within Slack's rate limits."""
    with closing(sqlite3.connect(database)) as connection:
        row = connection.execute("SELECT at FROM events WHERE type = 'DeploymentEnded'").fetchone()
    return datetime.fromisoformat(row[0])


def _critical(
    catalog: Catalog, argocd: SandboxArgoCD, rollouts: _Rollouts, names: list[str]
) -> dict[int, float]:
    slowest: dict[int, float] = defaultdict(float)
    for operation in argocd.operations:
        if operation.application in names:
            assert operation.started is not None
            assert operation.finished is not None
            end = max(
                operation.finished, rollouts.ends.get(operation.application, operation.finished)
            )
            wave = catalog.application(operation.application).wave
            took = (end - operation.started).total_seconds()
            slowest[wave] = max(slowest[wave], took)
    return {wave: took + catalog.settle_seconds for wave, took in sorted(slowest.items())}
