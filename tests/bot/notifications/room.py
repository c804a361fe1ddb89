"""An announcer over a record, whose clock stands still, and what it owes to a Slack."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from bot.catalog import Catalog
from bot.controls.register import Register
from bot.deployments.events import ApprovalRequested, DeploymentEvent
from bot.deployments.ledger import Ledger
from bot.deployments.plan import Plan
from bot.deployments.rollouts.progress import ProgressBoard
from bot.notifications.announcer import Announcer
from bot.notifications.owed import Owed
from bot.store import Store
from bot.views.plain import lines
from tests.bot.controls.lives import Wall
from tests.bot.deployments.histories import History, asked, at
from tests.bot.deployments.services import services


class Shelf:
    """What is owed to Slack, which takes nothing more than is asked about."""

    def __init__(self) -> None:
        self.owed: list[Owed] = []
        self.in_the_channel = 0
        self.tears: set[str] = set()  # keys that it trips over
        self.unposted: set[str] = set()  # deployments whose card Slack does not have

    def owe(self, owed: Owed) -> None:
        if any(part in owed.key for part in self.tears):
            raise RuntimeError("a bug")
        self.owed.append(owed)

    def card_link(self, key: str) -> str:
        return "" if key.split(":")[1] in self.unposted else f"https://slack.example/{key}"

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
        await self.has_happened(story)

    async def has_happened(self, story: History) -> None:
        """Record a whole story."""
        request = story.deployment.request
        await self.ledger.request(request)
        for event in story.events[1:]:
            await self.happens(request.id, event)

    async def happens(self, key: str, event: DeploymentEvent) -> None:
        await self.ledger.record(key, lambda _: [event])

    def renders(self) -> dict[str, str]:
        """The cards that are owed now, by deployment, as text."""
        self.shelf.owed.clear()
        self.announcer.tick()
        cards = [each for each in self.shelf.owed if not each.thread_of]
        return {each.key.split(":")[1]: "\n".join(lines(each.message)) for each in cards}


@asynccontextmanager
async def opened(database: Path, catalog: Catalog) -> AsyncIterator[Room]:
    """One life of it, which goes on from the record of an earlier one."""
    wall, shelf = Wall(), Shelf()
    store = Store.open(database, wall)
    ledger, controls = Ledger(store, wall), Register(store, wall)
    await ledger.load()
    found = services(
        catalog=catalog, clock=wall, store=store, ledger=ledger, controls=controls, outbox=shelf,
        progress=ProgressBoard(), argocd_url="", applications=SimpleNamespace(applications={}),
    )  # fmt: skip
    yield Room(wall, ledger, controls, shelf, Announcer(found))
    await store.close()
