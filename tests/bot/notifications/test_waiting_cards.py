"""Cards of what waits are rendered anew when something comes over them, and decided ones first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.access import Actor
from bot.catalog import Catalog, load
from bot.deployments.events import Approved
from bot.notifications.owed import card_key
from tests.bot.controls.laid import frozen
from tests.bot.deployments.histories import T0, asked, at
from tests.bot.notifications.room import Room, opened
from tests.scenarios.story import platform

AMIR = Actor(id="U0AMIR", name="Amir Approver")


def windowed(tmp_path: Path) -> Catalog:
    path = tmp_path / "catalog.yaml"
    text = platform({})
    before, production, after = text.partition("  - name: production\n")
    windows = '    freezes: [{cron: "0 13 * * *", duration: "1h", reason: "The fair"}]\n'
    path.write_text(before + production + windows + after)
    return load(path)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened(tmp_path / "shipmate.db", windowed(tmp_path)) as room:
        yield room


async def test_a_window_of_the_catalog_begins_and_ends_on_the_card_by_the_clock(room: Room) -> None:
    await room.waits_for_approval("d1")
    assert "frozen" not in room.renders()["d1"]

    room.announcer.look_at_the_clock()
    assert room.renders() == {}
    room.wall.at = T0 + timedelta(hours=1)
    room.announcer.look_at_the_clock()
    said = room.renders()["d1"]
    assert "production is frozen by a window of the catalog: “The fair”" in said
    assert "opens by itself" in said

    room.wall.at = T0 + timedelta(hours=2)
    room.announcer.look_at_the_clock()
    assert "frozen" not in room.renders()["d1"]


async def test_a_freeze_renders_what_waits_under_it_and_nothing_else(room: Room) -> None:
    await room.waits_for_approval("d1")
    await room.ledger.request(asked("d2", applications=("link-app-staging",)).deployment.request)
    room.renders()

    await room.controls.record("production", lambda _: [frozen()])
    cards = room.renders()
    assert list(cards) == ["d1"]
    assert "is frozen by Olu On-Call" in cards["d1"]
    await room.controls.record("all", lambda _: [frozen("f2", until=at(60))])
    assert set(room.renders()) == {"d1", "d2"}


async def test_a_decided_card_passes_all_that_wait_for_a_busy_channel(room: Room) -> None:
    await room.waits_for_approval("d1")
    room.renders()
    room.shelf.in_the_channel = 1000
    await room.waits_for_approval("d2")
    await room.happens("d1", Approved(at=at(5), actor=AMIR, digest="p1"))

    room.renders()
    urgent = {each.key for each in room.shelf.owed if each.urgent}
    assert card_key("d1") in urgent


async def test_a_card_that_trips_holds_up_no_other_and_comes_again(room: Room) -> None:
    room.shelf.tears.add(card_key("d1"))
    await room.waits_for_approval("d1")
    await room.waits_for_approval("d2")
    assert list(room.renders()) == ["d2"]

    room.shelf.tears.clear()
    room.announcer.again.tick()
    assert [each.key for each in room.shelf.owed][-1] == card_key("d1")


async def test_a_post_that_trips_is_not_lost(room: Room) -> None:
    await room.waits_for_approval("d1")
    room.shelf.tears.add("Approved")
    await room.happens("d1", Approved(at=at(5), actor=AMIR, digest="p1"))
    assert not any("Approved" in each.key for each in room.shelf.owed)
    room.shelf.tears.clear()
    room.announcer.again.tick()
    room.announcer.again.tick()
    assert [":Approved:" in each.key for each in room.shelf.owed].count(True) == 1
