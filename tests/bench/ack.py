"""How fast `/deploy staging sha-…` is acknowledged, its durable append included.

Every round asks each server in turn, so that whatever else the machine does meets all of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.table import Table

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


@dataclass(frozen=True, slots=True)
class Server:
    """Where one of them listens, and its process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What all its threads have taken of the processors so far."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: latencies and processor time of one request in milliseconds, acks per second."""

    p50_ms: float
    p99_ms: float
    rps: float
    cpu_ms: float


@dataclass
class Acks:
    """Every run by server and number of connections, in the order of the rounds."""

    runs: dict[tuple[str, int], list[Run]] = field(default_factory=dict)
    append_ms: float = 0.0  # one fsynced SQLite append, with nothing around it

    def typical(self, server: str, connections: int) -> Run:
        """The median of each over the rounds."""
        runs = self.runs[server, connections]
        return Run(
            median(run.p50_ms for run in runs),
            median(run.p99_ms for run in runs),
            median(run.rps for run in runs),
            median(run.cpu_ms for run in runs),
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
        servers = {name: await stack.enter_async_context(_bare(name)) for name in baselines.NAMES}
        database, servers[OURS] = await stack.enter_async_context(_ours(directory))
        for name, server in servers.items():
            await generate(_load(name, Load(server.port, f"warm.{name}", ALONE, _WARM_UP, "")))
        for number in range(rounds):
            for connections, requests in _REQUESTS.items():
                for name in sorted(servers, reverse=bool(number % 2)):
                    run = f"{number}.{connections}.{name}"
                    load = _load(name, Load(servers[name].port, run, connections, requests, ""))
                    outcome, measured = await _ask(name, servers[name], load)
                    acks.runs.setdefault((name, connections), []).append(measured)
                    acked += outcome.acked if name == OURS else []
    await asyncio.to_thread(_expect_recorded, database, acked)
    acks.append_ms = await asyncio.to_thread(_append_ms, directory / "appends.db")
    return acks


async def _ask(name: str, server: Server, load: Load) -> tuple[Outcome, Run]:
    before = server.cpu_seconds()
    outcome = await generate(load)
    if outcome.other:
        raise RuntimeError(f"{name}: {len(outcome.other)} were no acks: {outcome.other[0]}")
    cpu_ms = (server.cpu_seconds() - before) / load.requests * 1000
    return outcome, Run(outcome.p50_ms, outcome.p99_ms, outcome.rps, cpu_ms)


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
async def _bare(name: str) -> AsyncIterator[Server]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "tests.bench.baselines", name, str(port))
    )
    try:
        async with asyncio.timeout(60):
            while not await _listens(port):  # noqa: ASYNC110 - another process's port
                await asyncio.sleep(0.05)
        yield Server(port, process.pid)
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
async def _ours(directory: Path) -> AsyncIterator[tuple[Path, Server]]:
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
            yield directory / "shipmate.db", Server(bot.port, bot.pid)
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


def _append_ms(database: Path, appends: int = 300) -> float:
    taken = []
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE events (data TEXT)")
        for _ in range(appends):
            began = perf_counter()
            connection.execute("INSERT INTO events VALUES (?)", ("x" * 1000,))
            taken.append(perf_counter() - began)
    return median(taken) * 1000


def table(acks: Acks) -> Table:
    """By server: alone, then in the crowd, with the processor time of one request."""
    headings = ("p50 ms, 1", "p99 ms, 1", "acks/s, 16", "p50 ms, 16", "p99 ms, 16", "CPU ms, 16")
    shown = Table("server", *headings, caption=f"one fsynced append alone: {acks.append_ms:.2f} ms")
    for name in (OURS, *baselines.NAMES):
        alone, crowd = acks.typical(name, ALONE), acks.typical(name, CROWD)
        cells = (alone.p50_ms, alone.p99_ms, crowd.rps, crowd.p50_ms, crowd.p99_ms, crowd.cpu_ms)
        shown.add_row(name, *(f"{cell:,.0f}" if cell >= 100 else f"{cell:.2f}" for cell in cells))
    return shown
