"""How fast `/deploy staging sha-…` is acknowledged, its durable append included.

Every round asks each server in turn, so that whatever else the machine does meets all of them.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median

from bot.deployments.ledger import PREFIX, deployment_id
from bot.sandbox.process import BotProcess, free_port
from bot.sandbox.slack.model import User
from bot.sandbox.world import SIGNING_SECRET, World, world
from bot.store import verify_file
from integrations.clock import SystemClock
from tests.bench import baselines
from tests.bench.catalogs import with_long_queues
from tests.bench.load import Load, Outcome

OURS = "shipmate"
ALONE, CROWD = 1, 16
"""Connections."""

_REQUESTS = {ALONE: 200, CROWD: 2500}
_WARM_UP = 200
_PEOPLE = tuple(f"U0DEV{number:02}" for number in range(40))


@dataclass
class Acks:
    """Every run by server and number of connections, in the order of the rounds."""

    runs: dict[tuple[str, int], list[Outcome]] = field(default_factory=dict)

    def typical(self, server: str, connections: int) -> tuple[float, float, float]:
        """Medians over the rounds: p50 and p99 in milliseconds, acks per second."""
        runs = self.runs[server, connections]
        return (
            median(run.p50_ms for run in runs),
            median(run.p99_ms for run in runs),
            median(run.rps for run in runs),
        )

    @property
    def p50_ratio(self) -> float:
        """Our p50 over the bare default AsyncApp's, at one connection: the median of pairs."""
        pairs = zip(self.runs[OURS, ALONE], self.runs["default", ALONE], strict=True)
        return median(ours.p50_ms / theirs.p50_ms for ours, theirs in pairs)

    @property
    def rps_ratio(self) -> float:
        """Our acks per second over the bare default AsyncApp's, at sixteen connections."""
        pairs = zip(self.runs[OURS, CROWD], self.runs["default", CROWD], strict=True)
        return median(ours.rps / theirs.rps for ours, theirs in pairs)


async def measure(directory: Path, rounds: int = 5) -> Acks:
    """Run everything. Raises RuntimeError where an ack was not one, or its append is not there."""
    acks, acked = Acks(), []
    async with AsyncExitStack() as stack:
        ports = {name: await stack.enter_async_context(_baseline(name)) for name in baselines.NAMES}
        database, ports[OURS] = await stack.enter_async_context(_ours(directory))
        for name, port in ports.items():
            await generate(_load(name, Load(port, f"warm.{name}", ALONE, _WARM_UP, "")))
        for number in range(rounds):
            for connections, requests in _REQUESTS.items():
                for name in sorted(ports, reverse=bool(number % 2)):
                    run = f"{number}.{connections}.{name}"
                    load = Load(ports[name], run, connections, requests, "")
                    acked += await _ask(acks, name, load)
    await asyncio.to_thread(_expect_recorded, database, acked)
    return acks


async def _ask(acks: Acks, name: str, load: Load) -> list[str]:
    """One run; the triggers that our bot has acknowledged in it."""
    outcome = await generate(_load(name, load))
    if outcome.other:
        raise RuntimeError(f"{name}: {len(outcome.other)} were no acks: {outcome.other[0]}")
    acks.runs.setdefault((name, load.connections), []).append(outcome)
    return outcome.acked if name == OURS else []


def _load(name: str, load: Load) -> Load:
    expected = "goes to *staging*" if name == OURS else ""
    return replace(load, secret=SIGNING_SECRET, people=_PEOPLE, expected=expected)


async def generate(load: Load) -> Outcome:
    """Run the load generator."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench.load"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate(json.dumps(asdict(load)).encode())
    if process.returncode:
        raise RuntimeError(f"The load generator failed with {process.returncode}.")
    return Outcome(**json.loads(printed))


@asynccontextmanager
async def _baseline(name: str) -> AsyncIterator[int]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "tests.bench.baselines", name, str(port))
    )
    try:
        async with asyncio.timeout(60):
            while not await _listens(port):  # noqa: ASYNC110 - another process's port
                await asyncio.sleep(0.05)
        yield port
    finally:
        process.kill()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def _ours(directory: Path) -> AsyncIterator[tuple[Path, int]]:
    """The real bot in the sandbox, with the developers' group full of people; its database."""
    async with world(directory, SystemClock()) as everything:
        _hire(everything)
        bot = BotProcess(
            {
                **everything.environment(),
                "SHIPMATE_CATALOG": str(with_long_queues(directory)),
                "SHIPMATE_LOG": "json",
            },
            everything.clock,
            directory / "bot.log",
            module="tests.bench.paused",
        )
        await bot.start()
        try:
            yield directory / "shipmate.db", bot.port
        finally:
            await bot.kill()  # what was acknowledged must survive just that


def _hire(everything: World) -> None:
    workspace = everything.slack.workspace
    team = workspace.installation.team_id
    for person in _PEOPLE:
        workspace.users[person] = User(person, person.lower(), person, team)
    workspace.groups["S0DEV"] = replace(workspace.groups["S0DEV"], members=frozenset(_PEOPLE))
    workspace.join("C0DEPLOY", *_PEOPLE)


def _expect_recorded(database: Path, acked: list[str]) -> None:
    chain = verify_file(database)
    if not chain.is_whole:
        raise RuntimeError(f"The record is not whole: {chain.why}")
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT stream FROM events WHERE type = 'DeploymentRequested'")
        recorded = {stream for (stream,) in rows}
    lost = [trigger for trigger in acked if PREFIX + deployment_id(trigger) not in recorded]
    if lost or not acked:
        raise RuntimeError(f"{len(lost)} of {len(acked)} acknowledged requests are not recorded.")


def rows(acks: Acks) -> Mapping[str, tuple[str, ...]]:
    """The table: by server, p50 and p99 alone, acks per second, p50 and p99 in the crowd."""
    table = {}
    for name in (OURS, *baselines.NAMES):
        alone, crowd = acks.typical(name, ALONE), acks.typical(name, CROWD)
        cells = (*alone[:2], crowd[2], *crowd[:2])
        table[name] = tuple(f"{cell:,.0f}" if cell >= 100 else f"{cell:.2f}" for cell in cells)
    return table
