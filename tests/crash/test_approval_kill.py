"""`kill -9` around an approval: no yes is lost, and what it is to happens exactly once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.argocd import Timings
from bot.sandbox.demo import install
from bot.sandbox.slack.model import SlackMessage
from bot.sandbox.world import world
from bot.store import verify_file
from integrations.clock import FastClock
from integrations.groups import TaskGroup
from tests.crash.test_kill import MOMENTS, SPEED, Scene
from tests.forked import ForkedBot
from tests.scenarios.production import IN_ORDER, OUT_OF_ORDER, release
from tests.scenarios.story import platform

pytestmark = [pytest.mark.crash, pytest.mark.timeout(1200)]

PATIENT = platform(
    {
        "    mode: approval\n": "    mode: approval\n    approval: {start_within_minutes: 1000}\n",
        IN_ORDER: OUT_OF_ORDER,
    }
)
"""So many lives take longer than an approval lasts."""
PLACE = "#production"


@dataclass
class ApprovalScene(Scene):
    """A world in which Amir approves whatever asks for it, and the bot dies of it."""

    async def begin(self, line: str) -> None:
        """Type the command, wait for the card that asks, and end that life."""
        await self.world.slack.command("U0DANA", PLACE, line)
        await self.world.slack.until(self.asks, 60)
        await self.bot.kill()

    def card(self) -> SlackMessage | None:
        """The only card there may be."""
        posts = [m for m in self.world.slack.messages(PLACE) if m.bot_id and not m.is_reply]
        cards = [m for m in posts if "production" in m.text]
        assert len(cards) <= 1, [card.text for card in cards]
        return cards[0] if cards else None

    def is_over(self) -> bool:
        """Whether the card shows an end."""
        card = self.card()
        going = ("Queued", "Waiting", "Running")
        return card is not None and not card.text.startswith(going)

    def asks(self) -> SlackMessage | None:
        """The card while it asks for a yes."""
        card = self.card()
        asking = card is not None and card.text.startswith("Waiting") and "Approve" in str(card)
        return card if asking else None

    async def approves(self) -> None:
        """Click for as long as the card asks: nobody knows whether the last click was heard."""
        while True:
            card = await self.world.slack.until(self.asks, 600)
            assert card is not None
            await self.world.slack.click("U0AMIR", card, "Approve", confirm=True)
            await asyncio.sleep(0.3)

    def recorded(self) -> Counter[str]:
        """How often each kind of event was recorded."""
        with closing(sqlite3.connect(self.world.directory / "shipmate.db")) as database:
            rows = database.execute("SELECT type FROM events WHERE stream LIKE 'deployment/%'")
            return Counter(kind for (kind,) in rows)


@asynccontextmanager
async def scene(directory: Path) -> AsyncIterator[ApprovalScene]:
    """A world whose bot has not started."""
    clock = FastClock(SPEED)
    timings = Timings(operation=2.0, rollout=4.0)
    async with world(directory, clock, timings=timings) as everything:
        (directory / "catalog.yaml").write_text(PATIENT)
        environment = everything.environment()
        environment["SHIPMATE_CATALOG"] = str(directory / "catalog.yaml")
        bot = ForkedBot(environment, clock, directory / "bot.log")
        install(everything, bot)
        try:
            yield ApprovalScene(everything, bot)
        finally:
            await bot.kill()


@pytest.mark.parametrize("moment", ["before", "after"] if MOMENTS > 5 else ["before"])
async def test_killed_at_every_event_of_an_approved_deployment(tmp_path: Path, moment: str) -> None:
    async with scene(tmp_path) as crash:
        before = await crash.world.repository.head()
        await crash.bot.start()
        await crash.begin(f"/deploy production {release(crash)}")
        async with TaskGroup() as group:
            amir = group.create_task(crash.approves())
            await crash.die_and_rise(moment, 1)
            await crash.bot.kill()
            await crash.live_on()
            amir.cancel()
        await crash.bot.stop()

        card, recorded = crash.card(), crash.recorded()
        assert card is not None
        assert card.text.startswith("Succeeded"), crash.world.slack.screen()
        log = await crash.world.repository.log(before)
        assert [commit.title.startswith("Deploy v") for commit in log] == [True]
        operations = crash.world.argocd.operations
        ours = [o for o in operations if o.application == "link-app-production" and o.infos]
        assert len(ours) == 1
        assert (recorded["Approved"], recorded["Committed"], recorded["DeploymentEnded"]) == (
            1,
        ) * 3
        assert verify_file(tmp_path / "shipmate.db").is_whole
