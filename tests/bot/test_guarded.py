"""A worker outlives one bad look, and a deployment that cannot even be failed outlives a full disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import capture_logs

from bot.controls.events import FreezeEnded
from bot.controls.keeper import Keeper
from bot.controls.register import Register
from bot.deployments.controller import Controller
from bot.deployments.deployment import State
from bot.deployments.hotfix import HotfixWatch
from bot.deployments.ledger import Ledger
from bot.deployments.rollouts.progress import ProgressBoard
from bot.guarded import count_faults, for_ever, guarded, to_its_end
from bot.measures import Measures
from bot.store import NewEvent, Recorded, Store
from integrations.clock import FastClock
from integrations.groups import TaskGroup
from tests.bot.controls.laid import frozen
from tests.bot.deployments.histories import asked, at
from tests.bot.deployments.services import services

CLOCK = FastClock(1000)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(tmp_path / "shipmate.db", CLOCK)
    yield opened
    await opened.close()


def _registry(faults: Mapping[str, int]) -> CollectorRegistry:
    registry = CollectorRegistry()
    nothing = SimpleNamespace(open=list, listeners=[])
    Measures(
        services(
            ledger=nothing,
            reachability=SimpleNamespace(degraded={}),
            outbox=SimpleNamespace(undelivered=()),
            argocd=SimpleNamespace(requests={}),
            applications=SimpleNamespace(age_seconds=1.0, connected=True),
        ),
        registry,
        faults,
    )
    return registry


class FullDisk:
    """A store that cannot write while it is full."""

    def __init__(self, store: Store) -> None:
        self.is_full = False
        self.refused = asyncio.Event()
        self._store = store

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent]
    ) -> tuple[Recorded, ...]:
        if self.is_full:
            self.refused.set()
            raise OSError(28, "No space left on device")
        return await self._store.append(stream, expected_version, events)

    async def read(self, stream: str) -> list[Recorded]:
        return await self._store.read(stream)

    async def read_all(self, after: int = 0, prefix: str = "") -> list[Recorded]:
        return await self._store.read_all(after, prefix)


class Beside:
    """A GitHub where no commit is on the branch."""

    async def compare(self, base: str, head: str, *, limit: int) -> SimpleNamespace:
        return SimpleNamespace(status="diverged", about=(base, head, limit))


async def test_a_look_that_fails_once_is_logged_with_a_reference_and_the_next_one_is_made() -> None:
    looks, again = list[int](), asyncio.Event()

    async def tick() -> None:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("a bug")
        again.set()

    with capture_logs() as logs:
        async with asyncio.timeout(30), TaskGroup() as group:
            worker = group.create_task(guarded("sweeper", tick, CLOCK, every=1))
            await again.wait()
            worker.cancel()

    (said,) = logs
    assert (said["event"], said["worker"], len(said["reference"])) == ("worker.bug", "sweeper", 8)


async def test_what_runs_for_ever_and_what_has_an_end_are_begun_again_and_counted() -> None:
    turns, runs, both = list[int](), list[int](), asyncio.Barrier(2)

    async def turn() -> None:
        turns.append(1)
        if len(turns) != 3:
            raise RuntimeError("a bug")
        await both.wait()
        await asyncio.Event().wait()

    async def run() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise ExceptionGroup("a child's", [ValueError("a bug")])

    faults = count_faults()
    async with asyncio.timeout(30), TaskGroup() as group:
        working = group.create_task(for_ever("outbox", turn, CLOCK))
        await to_its_end("slack", run, CLOCK)
        await both.wait()
        working.cancel()

    assert faults == {"outbox": 2, "slack": 1}
    told = generate_latest(_registry(faults)).decode()
    assert 'shipmate_worker_faults_total{worker="outbox"} 2.0' in told


async def test_a_listener_that_trips_fails_nobody_who_records(store: Store) -> None:
    ledger, heard = Ledger(store, CLOCK), list[str]()
    ledger.listeners.append(lambda deployment, _: heard.remove(deployment.id))
    ledger.listeners.append(lambda deployment, _: heard.append(deployment.id))
    faults = count_faults()

    await ledger.request(asked().deployment.request)

    assert heard == ["d1"]
    assert faults == {"listener": 1}


async def test_the_keeper_of_controls_outlives_a_full_disk(store: Store) -> None:
    disk = FullDisk(store)
    register, thawed = Register(disk, CLOCK), asyncio.Event()
    register.listeners.append(
        lambda _, event: thawed.set() if isinstance(event, FreezeEnded) else None
    )
    await register.record("staging", lambda _: [frozen(until=at(0))])
    disk.is_full = True

    async with asyncio.timeout(30), TaskGroup() as group:
        keeper = group.create_task(Keeper(services(controls=register, clock=CLOCK)).run())
        await disk.refused.wait()
        disk.is_full = False
        await thawed.wait()
        keeper.cancel()

    assert not register.of("staging").freezes


async def test_a_deployment_that_cannot_even_be_failed_is_looked_at_again(store: Store) -> None:
    disk = FullDisk(store)
    ledger, ended = Ledger(disk, CLOCK), asyncio.Event()
    ledger.listeners.append(lambda deployment, _: ended.set() if deployment.ended else None)
    deployment = await ledger.request(asked().deployment.request)
    disk.is_full = True
    found = services(ledger=ledger, clock=CLOCK, progress=ProgressBoard())  # no Git: its plan fails

    async with asyncio.timeout(30), TaskGroup() as group:
        controller = group.create_task(Controller(found).run())
        await disk.refused.wait()
        disk.is_full = False
        await ended.wait()
        controller.cancel()

    assert ledger.get(deployment.id).state is State.FAILED


async def test_a_hotfix_that_cannot_be_recorded_ends_no_watch(store: Store) -> None:
    disk = FullDisk(store)
    ledger, controls = Ledger(store, CLOCK), Register(disk, CLOCK)
    found = services(ledger=ledger, controls=controls, clock=CLOCK, github=Beside())
    disk.is_full = True

    async with asyncio.timeout(30), TaskGroup() as group:
        watch = group.create_task(HotfixWatch(found).run())
        for key in ("d1", "d2"):
            await ship(ledger, key)
            await disk.refused.wait()
            disk.refused.clear()
        watch.cancel()


async def ship(ledger: Ledger, key: str) -> None:
    """A person's commit of this minute is in Git."""
    story = asked(key).found().started().planned(("a",)).intended().committed()
    await ledger.request(story.deployment.request)
    for event in story.events[1:]:
        now = event.model_copy(update={"at": CLOCK.now()})
        await ledger.record(key, lambda _, now=now: [now])  # type: ignore[misc]  # bound now
