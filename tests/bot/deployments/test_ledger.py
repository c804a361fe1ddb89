"""The ledger over a real store: one lock, no change missed, the same after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.deployments.deployment import Deployment, Stage, State
from bot.deployments.events import (
    CancelRequested,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentRequested,
    DeploymentStarted,
    Outcome,
    SyncIntended,
)
from bot.deployments.ledger import Ledger, deployment_id
from bot.errors import NotKnown
from bot.store import Store
from integrations.clock import SystemClock
from tests.bot.deployments.histories import DANA, OLU, History, asked, asked_to_sync, at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(tmp_path / "shipmate.db", SystemClock())
    yield opened
    await opened.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store, SystemClock())


def requested(history: History) -> DeploymentRequested:
    event = history.events[0]
    assert isinstance(event, DeploymentRequested)
    return event


async def tell(ledger: Ledger, history: History) -> Deployment:
    """Record a whole history."""
    deployment = await ledger.request(requested(history))
    for event in history.events[1:]:
        deployment = await ledger.record(deployment.id, lambda _, event=event: [event])  # type: ignore[misc]  # bound now
    return deployment


async def types_of(store: Store, key: str) -> list[str]:
    return [recorded.type for recorded in await store.read(f"deployment/{key}")]


def start(deployment: Deployment) -> list[DeploymentEvent]:
    return [] if deployment.started_at else [DeploymentStarted(at=at(5))]


async def test_what_is_recorded_is_what_is_folded(ledger: Ledger) -> None:
    history = asked().found().started().planned(["a"]).intended().committed().wave().well("a")

    deployment = await tell(ledger, history)

    assert deployment == history.deployment == ledger.get("d1")


async def test_the_same_id_a_second_time_is_the_deployment_that_is_there(ledger: Ledger) -> None:
    first = await tell(ledger, asked(reason="once").found())
    heard: list[str] = []
    ledger.listeners.append(lambda _, event: heard.append(event.type))

    again = await ledger.request(requested(asked(reason="twice")))

    assert again == first
    assert again.request.reason == "once"
    assert not heard


def test_the_same_delivery_asks_for_the_same_deployment() -> None:
    assert deployment_id("trigger:1") == deployment_id("trigger:1") != deployment_id("trigger:2")


async def test_of_two_that_meet_the_second_decides_again_on_what_the_first_did(
    ledger: Ledger, store: Store
) -> None:
    await tell(ledger, asked().found())
    other = Ledger(store, SystemClock())
    await other.load()
    seen: list[State] = []

    def begin(deployment: Deployment) -> list[DeploymentEvent]:
        seen.append(deployment.state)
        return start(deployment)

    async with asyncio.TaskGroup() as group:
        for number, one in enumerate((ledger, other, ledger, other)):
            group.create_task(one.record("d1", begin), name=f"starter {number}")

    assert seen.count(State.QUEUED) == 2
    assert (await types_of(store, "d1")).count("DeploymentStarted") == 1


async def test_when_a_whole_wave_has_news_at_once_nothing_is_loaded_again(ledger: Ledger) -> None:
    names = [f"app-{number}" for number in range(30)]
    history = asked(applications=names).found().started().planned(names).committed(changed=False)
    await tell(ledger, history.wave())
    asks = 0

    def ask(name: str) -> list[DeploymentEvent]:
        nonlocal asks
        asks += 1
        return [SyncIntended(at=at(9), application=name, operation_id=f"d1-{name}")]

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(ledger.record("d1", lambda _, name=name: ask(name)), name=name)  # type: ignore[misc]  # bound now

    assert asks == len(names)
    assert all(run.stage is Stage.INTENDED for run in ledger.get("d1").runs.values())


async def test_what_cannot_have_happened_is_refused_and_not_recorded(
    ledger: Ledger, store: Store
) -> None:
    await tell(ledger, asked().over(Outcome.FAILED))

    with pytest.raises(ValueError, match="after the end"):
        await ledger.record("d1", lambda _: [DeploymentStarted(at=at(9))])

    assert await types_of(store, "d1") == ["DeploymentRequested", "DeploymentEnded"]


async def test_after_a_restart_everything_is_as_before(ledger: Ledger, store: Store) -> None:
    await tell(ledger, asked("d1", applications=["a", "b"]).found().started())
    await tell(ledger, asked("d2", applications=["b"]).found().queued("d1"))
    await tell(ledger, asked("d3").found().over(Outcome.FAILED))
    await tell(ledger, asked("d4", applications=["c"]))

    again = Ledger(store, SystemClock())
    await again.load()

    assert [d.id for d in again.newest()] == ["d4", "d3", "d2", "d1"]
    assert again.newest() == ledger.newest()
    assert again.open() == ledger.open()
    assert again.count_queued(DANA.subject) == ledger.count_queued(DANA.subject) == 2
    assert again.ahead_of(again.get("d2")) == ledger.ahead_of(ledger.get("d2"))


async def test_no_change_is_missed_between_looking_and_waiting(ledger: Ledger) -> None:
    await tell(ledger, asked())
    whole, one, other = ledger.bell(), ledger.bell("d1"), ledger.bell("d2")

    await ledger.record("d1", start)

    async with asyncio.timeout(1):
        await whole.wait()
        await one.wait()
    assert not other.is_set()
    assert not ledger.bell("d1").is_set()


async def test_who_waits_for_the_bell_sees_the_change_when_it_rings(ledger: Ledger) -> None:
    await tell(ledger, asked())

    async def watch() -> State:
        bell = ledger.bell("d1")
        while not ledger.get("d1").started_at:
            await bell.wait()
            bell = ledger.bell("d1")
        return ledger.get("d1").state

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        watching = group.create_task(watch(), name="watch")
        await asyncio.sleep(0)
        group.create_task(ledger.record("d1", start), name="start")
    assert watching.result() is State.RUNNING


async def test_listeners_hear_of_each_event_once_it_is_durable(
    ledger: Ledger, store: Store
) -> None:
    heard: list[tuple[str, int]] = []
    ledger.listeners.append(lambda d, event: heard.append((event.type, d.version)))

    await tell(ledger, asked().found())

    assert heard == [("DeploymentRequested", 1), ("BuildFound", 2)]
    assert len(await store.read("deployment/d1")) == 2


async def test_ahead_are_earlier_ones_and_later_ones_that_run_and_share_an_application(
    ledger: Ledger,
) -> None:
    await tell(ledger, asked("elsewhere", applications=["x"]))
    await tell(ledger, asked("done").over())
    await tell(ledger, asked("early"))
    mine = await tell(ledger, asked("mine", applications=["a", "b"]))
    await tell(ledger, asked("late", applications=["b"]))
    await tell(ledger, asked("overtook", applications=["b"]).found().started())

    assert [d.id for d in ledger.ahead_of(mine)] == ["early", "overtook"]


async def test_one_that_it_queued_behind_stays_ahead_when_it_has_ended(ledger: Ledger) -> None:
    await tell(ledger, asked("d0").found().started().over(Outcome.FAILED))
    mine = await tell(ledger, asked("mine").found().queued("d0", "forgotten"))

    assert [d.id for d in ledger.ahead_of(mine)] == ["d0"]


async def test_the_newest_of_a_scope_is_the_last_that_touches_any_of_its_applications(
    ledger: Ledger,
) -> None:
    old = await tell(ledger, asked("d1", applications=["a", "b"]))
    assert ledger.is_newest(old)
    await tell(ledger, asked("d2", applications=["c"]))
    assert ledger.is_newest(old)
    await tell(ledger, asked("d3", applications=["b"]))
    assert not ledger.is_newest(old)


async def test_a_dry_run_is_nobodys_newer_deployment(ledger: Ledger) -> None:
    old = await tell(ledger, asked("d1").found().started().over(Outcome.FAILED))
    await tell(ledger, asked_to_sync("d2", dry_run=True))

    assert ledger.is_newest(old)
    assert not list(ledger.later_than(old))


async def test_rollbacks_are_found_by_their_environment_newest_first(
    ledger: Ledger, store: Store
) -> None:
    for key, environment in (("d1", "production"), ("d3", "staging"), ("d4", "production")):
        await tell(ledger, asked(key, purpose="rollback", environment=environment))
    await tell(ledger, asked("d5", environment="production"))
    again = Ledger(store, SystemClock())
    await again.load()
    for one in (ledger, again):
        assert [each.id for each in one.rollbacks("production")] == ["d4", "d1"]
        assert not list(one.rollbacks("dev"))


async def test_an_environments_newest_are_found_however_often_they_change(
    ledger: Ledger, store: Store
) -> None:
    for key, environment in (("d1", "production"), ("d2", "staging"), ("d3", "production")):
        await tell(ledger, asked(key, environment=environment))
    await ledger.record("d1", lambda _: [DeploymentEnded(at=at(9), outcome=Outcome.CANCELLED)])
    again = Ledger(store, SystemClock())
    await again.load()
    for one in (ledger, again):
        assert [each.id for each in one.newest("production")] == ["d3", "d1"]
        assert [each.id for each in one.newest("production", limit=1)] == ["d3"]
        assert one.newest("dev") == []
        assert [each.id for each in one.newest()] == ["d3", "d2", "d1"]
        assert one.newest("production")[1].ended is not None


async def test_what_waits_for_something_itself_is_in_nobodys_way(ledger: Ledger) -> None:
    await tell(ledger, asked("d1").found())
    await tell(ledger, asked("d2").found().started())
    await tell(ledger, asked("d3", when_green=7))
    await tell(ledger, asked("d4", when_ready=True).found())
    await tell(ledger, asked("d5", needs_approval=True).found())
    await tell(ledger, asked("d6").over(Outcome.CANCELLED))
    here = ledger.get("d1").request.applications

    assert [each.id for each in ledger.in_the_way(here)] == ["d1", "d2"]
    assert not ledger.in_the_way(["kong"])


async def test_those_behind_are_told_so_and_have_not_started(ledger: Ledger) -> None:
    bad = await tell(ledger, asked("d1").found().started().over(Outcome.FAILED))
    await tell(ledger, asked("d2").found().queued("d1"))
    await tell(ledger, asked("d3").found().queued("d2").held("d1"))
    await tell(ledger, asked("d4").found().queued("d1").started())
    await tell(ledger, asked("d5").found().queued("d4"))

    assert [waiting.id for waiting in ledger.behind(bad)] == ["d2", "d3"]


async def test_a_person_has_as_many_waiting_as_have_neither_begun_nor_ended(
    ledger: Ledger,
) -> None:
    await tell(ledger, asked("d1"))
    await tell(ledger, asked("d2").found().started())
    await tell(ledger, asked("d3").over(Outcome.CANCELLED))
    await tell(ledger, asked("d4", actor=OLU))

    assert ledger.count_queued(DANA.subject) == 1
    assert ledger.count_queued(OLU.subject) == 1
    assert ledger.count_queued("slack:U0NOBODY") == 0


async def test_a_deployment_is_found_by_an_unambiguous_beginning_of_its_id(
    ledger: Ledger,
) -> None:
    for key in ("dabc1", "dabd2", "dx"):
        await tell(ledger, asked(key))

    assert ledger.get("dabc").id == "dabc1"
    for wrong, near in (("dab", ("dabc1", "dabd2")), ("zzz", ()), ("dxy", ("dx",))):
        with pytest.raises(NotKnown) as refused:
            ledger.get(wrong)
        assert refused.value.near == near


async def test_a_cancellation_and_an_end_that_meet_leave_one_order(ledger: Ledger) -> None:
    """Whoever is second sees the first: an end after the wish, or no wish after the end."""
    await tell(ledger, asked().found())

    def cancel(deployment: Deployment) -> list[DeploymentEvent]:
        wish = CancelRequested(at=at(8), actor=OLU, revert=False)
        return [] if deployment.ended else [wish]

    def end(deployment: Deployment) -> list[DeploymentEvent]:
        outcome = Outcome.CANCELLED if deployment.cancel else Outcome.SUCCEEDED
        return [] if deployment.ended else [DeploymentEnded(at=at(9), outcome=outcome)]

    async with asyncio.TaskGroup() as group:
        group.create_task(ledger.record("d1", cancel), name="cancel")
        group.create_task(ledger.record("d1", end), name="end")

    assert ledger.get("d1").state is State.CANCELLED
