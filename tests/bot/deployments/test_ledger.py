"""The ledger over a real store: one lock, no change missed, the same after a restart."""

from __future__ import annotations

import asyncio
import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deployments.deployment import Deployment, Stage, State
from bot.deployments.events import (
    CancelRequested,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentStarted,
    Outcome,
    SyncIntended,
)
from bot.deployments.ledger import Ledger, deployment_id
from bot.store import Store
from integrations.clock import SystemClock
from integrations.groups import TaskGroup
from tests.bot.deployments.histories import DANA, OLU, asked, at
from tests.bot.deployments.ledgers import requested, tell


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


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_id_is_the_beginning_of_the_keys_hash_in_base32(key: str) -> None:
    digest = base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()
    assert deployment_id(key) == f"d{digest[:9].lower()}"


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

    async with TaskGroup() as group:
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

    async with TaskGroup() as group:
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

    async with asyncio.timeout(5), TaskGroup() as group:
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


async def test_a_cancellation_and_an_end_that_meet_leave_one_order(ledger: Ledger) -> None:
    """Whoever is second sees the first: an end after the wish, or no wish after the end."""
    await tell(ledger, asked().found())

    def cancel(deployment: Deployment) -> list[DeploymentEvent]:
        wish = CancelRequested(at=at(8), actor=OLU, revert=False)
        return [] if deployment.ended else [wish]

    def end(deployment: Deployment) -> list[DeploymentEvent]:
        outcome = Outcome.CANCELLED if deployment.cancel else Outcome.SUCCEEDED
        return [] if deployment.ended else [DeploymentEnded(at=at(9), outcome=outcome)]

    async with TaskGroup() as group:
        group.create_task(ledger.record("d1", cancel), name="cancel")
        group.create_task(ledger.record("d1", end), name="end")

    assert ledger.get("d1").state is State.CANCELLED
