"""`kill -9` at any moment: one commit, one operation per application, one card, the right end."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.argocd import Timings
from bot.sandbox.demo import install
from bot.sandbox.slack.model import SlackMessage
from bot.sandbox.world import World, world
from bot.store import verify_file
from integrations.clock import FastClock
from integrations.groups import TaskGroup
from tests.forked import ForkedBot

MOMENTS = int(os.environ.get("SHIPMATE_CRASH_MOMENTS", "5"))
PER_DEPLOYMENT = 5

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300 + 20 * MOMENTS)]

SPEED = 20.0
MOST_LIVES = 60
PLAIN = ("bot.sandbox.resident",)


@dataclass
class Scene:
    """A world, and a bot that dies."""

    world: World
    bot: ForkedBot

    async def ask(self, line: str) -> None:
        """Type a command; the bot may die before it answers."""
        await self.world.slack.command("U0DANA", "#deployments", line)

    def card(self) -> SlackMessage | None:
        """The only card there may be."""
        cards = [
            m for m in self.world.slack.messages("#deployments") if m.bot_id and not m.is_reply
        ]
        assert len(cards) <= 1, [card.text for card in cards]
        return cards[0] if cards else None

    def is_over(self) -> bool:
        """Whether the card shows an end."""
        card = self.card()
        return card is not None and not card.text.startswith(("Queued", "Running"))

    async def live_on(self) -> None:
        """Start the bot without a fuse and wait for the end."""
        self.bot.command = PLAIN
        await self.bot.start()
        await self.world.slack.until(self.is_over, 60)

    async def die_and_rise(self, moment: str, events: int) -> None:
        """Let every life of the bot store this many events and no more, until the end is near."""
        self.bot.command = ("tests.crash.fused", moment, str(events))
        for _ in range(MOST_LIVES):
            await self._one_life()
            if self.is_over() or self.bot.is_running:
                return
        raise AssertionError("it never came to an end")

    async def _one_life(self) -> None:
        try:
            await self.bot.start()
        except RuntimeError:
            return  # it died before it was ready: that is a moment, too
        async with TaskGroup() as group:
            died = group.create_task(self.bot.died())
            over = group.create_task(self.world.slack.until(self.is_over, 60))
            await asyncio.wait({died, over}, return_when=asyncio.FIRST_COMPLETED)
            died.cancel()
            over.cancel()

    async def expect_exactly_one_of_everything(self, before: str) -> None:
        """One commit, one operation per application, one card that says Succeeded."""
        await self.bot.stop()
        card = self.card()
        assert card is not None
        assert card.text.startswith("Succeeded"), self.world.slack.screen()
        log = await self.world.repository.log(before)
        assert [commit.title.startswith("Deploy sha-") for commit in log] == [True]
        for application in ("link-app-staging", "link-frontend"):
            ours = [o for o in self.world.argocd.operations if o.application == application]
            assert len(ours) == 1, application
        ends = [r.text for r in self.world.slack.thread(card.ts) if "*Succeeded*" in r.text]
        assert len(ends) == 1
        assert verify_file(self.world.directory / "shipmate.db").is_whole


@asynccontextmanager
async def scene(directory: Path) -> AsyncIterator[Scene]:
    """A world whose bot has not started."""
    clock = FastClock(SPEED)
    timings = Timings(operation=2.0, rollout=4.0)
    async with world(directory, clock, timings=timings) as everything:
        bot = ForkedBot(everything.environment(), clock, directory / "bot.log")
        install(everything, bot)
        try:
            yield Scene(everything, bot)
        finally:
            await bot.kill()


@pytest.mark.parametrize("moment", ["after", "before"])
async def test_killed_at_every_event(tmp_path: Path, moment: str) -> None:
    async with scene(tmp_path) as crash:
        before = await crash.world.repository.head()
        await crash.bot.start()
        await crash.ask("/deploy staging")
        await crash.bot.kill()

        await crash.die_and_rise(moment, 1)
        await crash.bot.kill()
        await crash.live_on()

        await crash.expect_exactly_one_of_everything(before)


@pytest.mark.parametrize("deployment", range(-(-MOMENTS // PER_DEPLOYMENT)))
async def test_killed_at_seeded_moments(tmp_path: Path, deployment: int) -> None:
    seed = os.environ.get("SHIPMATE_CRASH_SEED", "1")
    chance = random.Random(f"{seed}/{deployment}")
    async with scene(tmp_path) as crash:
        before = await crash.world.repository.head()
        await crash.bot.start()
        await crash.ask("/deploy staging")

        for _ in range(min(PER_DEPLOYMENT, MOMENTS - deployment * PER_DEPLOYMENT)):
            await asyncio.sleep(chance.uniform(0.0, 0.6))
            await crash.bot.kill()
            await crash.bot.start()
        await crash.world.slack.until(crash.is_over, 60)

        await crash.expect_exactly_one_of_everything(before)
