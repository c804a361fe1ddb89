"""Cards of what waits are rendered anew when something comes over them, and decided ones first."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.access import Actor
from bot.catalog import Catalog, load
from bot.controls.register import Register
from bot.deployments.events import ApprovalRequested, Approved, DeploymentEvent
from bot.deployments.ledger import Ledger
from bot.deployments.plan import Plan
from bot.deployments.rollouts.progress import ProgressBoard
from bot.notifications.announcer import Announcer
from bot.notifications.owed import Owed, card_key
from bot.store import Store
from bot.views.plain import lines
from tests.bot.controls.laid import frozen
from tests.bot.controls.lives import Wall
from tests.bot.deployments.histories import T0, asked, at
from tests.bot.deployments.services import services
from tests.scenarios.story import platform

AMIR = Actor(id="U0AMIR", name="Amir Approver")


class Shelf:
    """What is owed to Slack, which takes nothing more than is asked about."""

    def __init__(self) -> None:
        self.owed: list[Owed] = []
        self.in_the_channel = 0
        self.tears: set[str] = set()  # keys that it trips over

    def owe(self, owed: Owed) -> None:
        if any(part in owed.key for part in self.tears):
            raise RuntimeError("a bug")
        self.owed.append(owed)

    def card_link(self, key: str) -> str:
        return f"https://slack.example/{key}"

    def posted(self, key: str) -> None:
        del key

    def waits(self, key: str) -> bool:
        del key
        return False

    def waiting_cards(self) -> Counter[str]:
        return Counter({"#production": self.in_the_channel})


@dataclass
class Room:
    """An announcer over a record, whose clock stands still."""

    wall: Wall
    ledger: Ledger
    controls: Register
    shelf: Shelf
    announcer: Announcer

    async def waits_for_approval(self, key: str) -> None:
        story = asked(
            key, applications=("link-app-production",), environment="production",
            channel="#production", needs_approval=True,
        ).found()  # fmt: skip
        story.then(
            ApprovalRequested, plan=Plan(), digest="p1", remind_at=at(7200), expires_at=at(14_400)
        )
        await self.ledger.request(story.deployment.request)
        for event in story.events[1:]:
            await self.happens(key, event)

    async def happens(self, key: str, event: DeploymentEvent) -> None:
        await self.ledger.record(key, lambda _: [event])

    def renders(self) -> dict[str, str]:
        """The cards that are owed now, by deployment, as text."""
        self.shelf.owed.clear()
        self.announcer.tick()
        cards = [each for each in self.shelf.owed if not each.thread_of]
        return {each.key.split(":")[1]: "\n".join(lines(each.message)) for each in cards}


def windowed(tmp_path: Path) -> Catalog:
    path = tmp_path / "catalog.yaml"
    text = platform({})
    before, production, after = text.partition("  - name: production\n")
    windows = '    freezes: [{cron: "0 13 * * *", duration: "1h", reason: "The fair"}]\n'
    path.write_text(before + production + windows + after)
    return load(path)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    wall, shelf = Wall(), Shelf()
    store = Store.open(tmp_path / "shipmate.db", wall)
    ledger, controls = Ledger(store, wall), Register(store, wall)
    found = services(
        catalog=windowed(tmp_path), clock=wall, ledger=ledger, controls=controls, outbox=shelf,
        progress=ProgressBoard(), argocd_url="", applications=SimpleNamespace(applications={}),
    )  # fmt: skip
    yield Room(wall, ledger, controls, shelf, Announcer(found))
    await store.close()


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
