"""A verdict that stops being true within its watch time is corrected, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.deployments.aftercare import Aftercare
from bot.deployments.deployment import Deployment
from bot.deployments.events import AppOutcome, DeploymentRequested, Outcome
from bot.deployments.ledger import Ledger
from bot.store import Store
from integrations.argocd.model import (
    Application,
    Health,
    Operation,
    OperationState,
    Phase,
    Sync,
)
from integrations.clock import SystemClock
from tests.bot.deployments.histories import NEW, OLD, History, asked, asked_to_sync, at
from tests.bot.deployments.services import services

IMAGE = "ghcr.io/link/user-svc"
WELL = Application(
    "a",
    health=Health.HEALTHY,
    sync=Sync.SYNCED,
    state=OperationState(Operation(), Phase.SUCCEEDED, started_at=at(1), finished_at=at(5)),
    reconciled_at=at(6),
    images=(f"{IMAGE}:{NEW}",),
)


class HandClock(SystemClock):
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = at(60)

    def now(self) -> datetime:
        return self.time

    def passes(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Watch:
    applications: dict[str, Application] = field(default_factory=dict)


@dataclass
class Ward:
    """Ended deployments, what Argo CD shows of their applications, and who looks after them."""

    ledger: Ledger
    clock: HandClock
    watch: Watch

    def __post_init__(self) -> None:
        known = services(ledger=self.ledger, clock=self.clock, applications=self.watch)
        self.aftercare = Aftercare(known)

    async def has(self, history: History) -> None:
        first = history.events[0]
        assert isinstance(first, DeploymentRequested)
        await self.ledger.request(first)
        rest = history.events[1:]
        await self.ledger.record(first.id, lambda _: rest)

    async def sees(self, app: Application, *, after: float = 0) -> Deployment:
        self.watch.applications[app.name] = app
        self.clock.passes(after)
        await self.aftercare.tick()
        return self.ledger.get("d1")


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    clock = HandClock()
    store = Store.open(tmp_path / "shipmate.db", clock)
    yield Ward(Ledger(store, clock), clock, Watch())
    await store.close()


def ended(outcome: Outcome, app: AppOutcome) -> History:
    history = asked().found().started().planned(["a"], ["b"]).intended().committed().wave()
    return history.syncing("a").ended("a", app).over(outcome)


TIMED_OUT = (Outcome.TIMED_OUT, AppOutcome.TIMED_OUT)
SUCCEEDED = (Outcome.SUCCEEDED, AppOutcome.SUCCEEDED)


async def test_a_time_out_that_turns_healthy_on_our_images_corrects_its_card(ward: Ward) -> None:
    await ward.has(ended(*TIMED_OUT))

    corrected = (await ward.sees(WELL)).corrected

    assert corrected is not None
    assert corrected.healthy
    assert "a was Synced and Healthy after all" in corrected.message


@pytest.mark.parametrize(
    "app",
    [
        replace(WELL, health=Health.PROGRESSING),
        replace(WELL, sync=Sync.OUT_OF_SYNC),
        replace(WELL, images=(f"{IMAGE}:{OLD}",)),
        replace(WELL, images=(f"{IMAGE}:{NEW}", f"{IMAGE}:{OLD}")),
        replace(WELL, operation=Operation()),
        replace(WELL, reconciled_at=at(5)),
        replace(WELL, reconciled_at=None),
        replace(WELL, state=None),
        replace(WELL, state=OperationState(Operation(), Phase.FAILED, finished_at=at(5))),
    ],
    ids=["progressing", "unsynced", "old", "mixed", "busy", "stale", "masked", "none", "failed"],
)
async def test_nothing_less_than_all_of_it_corrects_a_time_out(
    ward: Ward, app: Application
) -> None:
    await ward.has(ended(*TIMED_OUT))

    assert (await ward.sees(app)).corrected is None


async def test_a_success_that_stays_degraded_for_the_grace_is_corrected_once(ward: Ward) -> None:
    await ward.has(ended(*SUCCEEDED))
    bad = replace(WELL, health=Health.DEGRADED, health_message="crash loop")

    assert (await ward.sees(bad)).corrected is None
    assert (await ward.sees(bad, after=29)).corrected is None
    corrected = (await ward.sees(bad, after=1)).corrected

    assert corrected is not None
    assert not corrected.healthy
    assert "Degraded since: crash loop" in corrected.message
    assert (await ward.sees(bad, after=60)).version == (await ward.sees(WELL)).version


async def test_a_blip_is_forgiven(ward: Ward) -> None:
    await ward.has(ended(*SUCCEEDED))
    bad = replace(WELL, health=Health.DEGRADED)

    await ward.sees(bad)
    await ward.sees(WELL, after=20)
    await ward.sees(bad, after=20)

    assert (await ward.sees(bad, after=20)).corrected is None


async def test_after_its_watch_time_a_deployment_is_left_alone(ward: Ward) -> None:
    await ward.has(ended(*TIMED_OUT))

    assert (await ward.sees(WELL, after=60 * 60 * 24)).corrected is None


async def test_one_that_waited_while_many_went_past_is_watched_all_the_same(ward: Ward) -> None:
    first, *rest = ended(*TIMED_OUT).events
    assert isinstance(first, DeploymentRequested)
    await ward.ledger.request(first)
    for number in range(60):
        await ward.has(asked(f"x{number}", applications=["c"]).over(Outcome.CANCELLED))
    await ward.ledger.record("d1", lambda _: rest)

    assert (await ward.sees(WELL)).corrected is not None


async def test_one_that_only_waits_for_a_yes_answers_for_nothing(ward: Ward) -> None:
    await ward.has(ended(*TIMED_OUT))
    await ward.has(asked("d2", begins=20, needs_approval=True).found())

    assert (await ward.sees(WELL)).corrected is not None


async def test_a_newer_deployment_of_the_scope_answers_for_its_applications(ward: Ward) -> None:
    await ward.has(ended(*TIMED_OUT))
    await ward.has(asked("d2", begins=20).found().started())

    assert (await ward.sees(WELL)).corrected is None


async def test_what_failed_or_was_only_a_dry_run_is_not_watched(ward: Ward) -> None:
    await ward.has(ended(Outcome.FAILED, AppOutcome.FAILED))
    assert (await ward.sees(WELL)).corrected is None

    dry = asked_to_sync("dry", dry_run=True).started().planned(["a"]).wave().well("a").over()
    await ward.has(dry)
    await ward.sees(replace(WELL, health=Health.DEGRADED))
    await ward.sees(replace(WELL, health=Health.DEGRADED), after=60)

    assert ward.ledger.get("dry").corrected is None
