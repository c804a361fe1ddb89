"""How often the bot asks Argo CD while applications sit in Progressing and nothing happens."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.argocd import Definition, SandboxArgoCD, Timings
from bot.sandbox.argocd.generator import many_applications
from bot.sandbox.argocd.platform import environment_applications, link_platform
from bot.sandbox.process import BotProcess
from bot.sandbox.world import world
from integrations.clock import FastClock
from tests.bench.catalogs import in_one_wave

_HOLD = 120.0
"""Seconds of the clock in Progressing."""
_PERSON = "U0OLU"
_CHANGES = frozenset({"sync", "login", "terminate"})


@dataclass(frozen=True)
class Calls:
    """`asked` counts every read from the command to the end of the hold, by kind; `held` is how
    many applications of `applications` sat in Progressing.
    """

    applications: int
    held: int
    asked: Counter[str]

    @property
    def per_app_minute(self) -> float:
        """Reads beyond two refreshes for each application, spread over the hold."""
        beyond = self.asked.total() - min(self.asked["refresh"], 2 * self.applications)
        return beyond / self.held / (_HOLD / 60)


async def platform(directory: Path) -> Calls:
    """All 27 applications of the platform."""
    return await _measure(directory, link_platform(), speed=10)


async def thousand(directory: Path) -> Calls:
    """A thousand applications."""
    environments = environment_applications()
    return await _measure(
        directory, (*environments, *many_applications(1000 - len(environments))), speed=4
    )


async def _measure(directory: Path, definitions: Sequence[Definition], speed: float) -> Calls:
    clock = FastClock(speed)
    names = [definition.name for definition in definitions]
    async with world(
        directory, clock, timings=Timings(operation=5.0), definitions=definitions
    ) as everything:
        catalog = in_one_wave(directory, names)
        bot = BotProcess(
            {**everything.environment(), "SHIPMATE_CATALOG": str(catalog)},
            clock,
            directory / "bot.log",
        )
        argocd = everything.argocd
        await bot.start()
        everything.slack.bot_url = bot.url
        try:
            held = await _get_stuck(argocd, names)
            before = Counter(argocd.requests)
            await everything.slack.command(_PERSON, "#deployments", "/sync all --yes")
            await _until_synced(argocd, names)
            await clock.sleep(_HOLD)
            asked = Counter(argocd.requests) - before
            _expect_still_running(directory / "shipmate.db", held)
        finally:
            await bot.kill()
    for kind in _CHANGES:
        del asked[kind]
    return Calls(len(names), len(held), asked)


async def _get_stuck(argocd: SandboxArgoCD, names: Sequence[str]) -> list[str]:
    """Those that have pods stay in Progressing; the others fall out of sync."""
    applications = argocd.simulation.applications
    held = []
    for name in names:
        argocd.set_auto_sync(name, on=False)
        if any(live.manifest.runs_pods for live in applications[name].live.values()):
            argocd.stuck(name)
            held.append(name)
        else:
            argocd.drift(name)
    await argocd.until(lambda: all(applications[name].health == "Progressing" for name in held))
    return held


async def _until_synced(argocd: SandboxArgoCD, names: Sequence[str]) -> None:
    """Until every application's operation is over."""

    def done() -> bool:
        return len(argocd.operations) == len(names) and all(
            operation.finished for operation in argocd.operations
        )

    await argocd.until(done)


def _expect_still_running(database: Path, held: Sequence[str]) -> None:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT data ->> 'application' FROM events WHERE type = 'ApplicationEnded'"
        )
        ended = {name for (name,) in rows} & set(held)
    if ended:
        raise RuntimeError(f"These did not stay in Progressing: {', '.join(sorted(ended)[:5])}")


async def both(directory: Path) -> tuple[Calls, Calls]:
    """Of 27 applications and of a thousand, one after the other."""
    few, many = directory / "27", directory / "1000"
    await asyncio.to_thread(few.mkdir)
    await asyncio.to_thread(many.mkdir)
    return await platform(few), await thousand(many)
