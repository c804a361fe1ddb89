"""The register over a real store: nothing is lost, and two who meet are both heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.controls.events import ControlEvent, FreezeEnded
from bot.controls.register import Register, control_id
from bot.controls.state import Controls
from bot.store import Store
from integrations.clock import SystemClock
from integrations.groups import TaskGroup
from tests.bot.controls.laid import frozen, locked
from tests.bot.deployments.histories import OLU, at
from tests.bot.store.planted import PLANTED


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store.open(tmp_path / "shipmate.db", SystemClock())
    yield opened
    await opened.close()


async def test_what_was_laid_is_there_in_the_next_life(store: Store) -> None:
    register = Register(store, SystemClock())
    await register.record("staging", lambda _: [frozen(), locked()])
    await register.record("all", lambda _: [frozen("f2")])

    next_life = Register(store, SystemClock())
    await next_life.load()

    assert next_life.of("staging") == register.of("staging")
    assert set(next_life.of("all").freezes) == {"f2"}
    assert next_life.of("production") == Controls("production")


async def test_of_two_registers_that_meet_the_second_decides_anew(store: Store) -> None:
    one, other = Register(store, SystemClock()), Register(store, SystemClock())
    await one.record("staging", lambda _: [frozen("f1")])

    def thaw(controls: Controls) -> list[ControlEvent]:
        return [FreezeEnded(at=at(1), id=key, actor=OLU) for key in controls.freezes] or [
            frozen("f0")
        ]

    controls = await other.record("staging", thaw)

    assert not controls.freezes


async def test_many_who_freeze_at_once_are_all_counted(store: Store) -> None:
    register = Register(store, SystemClock())
    async with TaskGroup() as group:
        for number in range(8):
            event = frozen(f"f{number}")
            group.create_task(register.record("staging", lambda _, e=event: [e]))  # type: ignore[misc]  # bound now
    assert len(register.of("staging").freezes) == 8


async def test_listeners_hear_of_what_is_durable_alone(store: Store) -> None:
    register, heard = Register(store, SystemClock()), list[str]()
    register.listeners.append(
        lambda controls, event: heard.append(f"{controls.scope} {event.type}")
    )

    await register.record("staging", lambda _: [frozen()])
    with pytest.raises(ValueError, match="there already"):
        await register.record("staging", lambda _: [frozen()])

    assert heard == ["staging FreezeBegun"]


async def test_a_rollback_pins_once_and_an_earlier_pin_of_the_same_gives_way(store: Store) -> None:
    register = Register(store, SystemClock())
    for key in ("d7", "d7", "d8"):
        await register.pin(
            "staging",
            applications=("link-app-staging",),
            deployment=key,
            actor=OLU,
            tags={"user-svc": "sha-0000001"},
            candidate="sha-abc1234",
        )
    assert set(register.of("staging").pins) == {"d8"}
    assert len(await store.read("controls/staging")) == 3


@pytest.mark.parametrize("secret", PLANTED)
async def test_a_credential_in_a_reason_reaches_nobody(store: Store, secret: str) -> None:
    register, heard = Register(store, SystemClock()), list[object]()
    register.listeners.append(lambda controls, event: heard.append((controls, event)))
    freeze = frozen().model_copy(update={"reason": f"hurry {secret}"})
    lock = locked().model_copy(update={"reason": f"hurry {secret}"})

    told = await register.record("staging", lambda _: [freeze, lock])

    again = Register(store, SystemClock())
    await again.load()
    assert again.of("staging") == told == register.of("staging")
    assert told.freezes["f1"].reason.startswith("hurry ")
    assert len(heard) == 2
    assert secret not in repr(told) + repr(heard)


def test_the_same_delivery_begins_the_same_thing() -> None:
    assert control_id("a") == control_id("a") != control_id("b")
    assert len(control_id("a")) == 6
