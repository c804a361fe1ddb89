"""`kill -9` while something is rolled back: one commit or one operation, one card, the right end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.argocd import Timings
from bot.sandbox.demo import install
from bot.sandbox.slack.model import SlackMessage
from bot.sandbox.world import world
from bot.store import verify_file
from integrations.clock import FastClock
from tests.crash.test_kill import SPEED, Scene
from tests.forked import ForkedBot
from tests.scenarios.test_rollback_argo import BY_ARGO, NAME, SURE

pytestmark = [pytest.mark.crash, pytest.mark.timeout(1200)]


@dataclass
class RollbackScene(Scene):
    """A world in which on-call rolls back and the bot dies of it."""

    async def begin(self, line: str) -> None:
        """Type the command, and let the bot die once it is written down."""
        await self.world.slack.command("U0OLU", "#deployments", line)
        await self.world.slack.until(self.card, 60)
        await self.bot.kill()

    def card(self) -> SlackMessage | None:
        """The only card of a rollback that there may be."""
        posts = [
            m for m in self.world.slack.messages("#deployments") if m.bot_id and not m.is_reply
        ]
        cards = [m for m in posts if "Roll " in m.text]
        assert len(cards) <= 1, [card.text for card in cards]
        return cards[0] if cards else None

    async def ends_well(self) -> None:
        """Expect a good end, told once, and a record that holds together."""
        await self.bot.stop()
        card = self.card()
        assert card is not None
        assert card.text.startswith("Succeeded"), self.world.slack.screen()
        ends = [r.text for r in self.world.slack.thread(card.ts) if "*Succeeded*" in r.text]
        assert len(ends) == 1
        assert verify_file(self.world.directory / "shipmate.db").is_whole

    def asked(self, application: str) -> int:
        """How many operations the bot asked for there."""
        ours = (o for o in self.world.argocd.operations if o.application == application)
        return len([o for o in ours if o.initiated_by == "shipmate"])


@asynccontextmanager
async def scene(directory: Path, catalog: str = "") -> AsyncIterator[RollbackScene]:
    """A world whose bot has not started."""
    clock = FastClock(SPEED)
    timings = Timings(operation=2.0, rollout=4.0)
    async with world(directory, clock, timings=timings) as everything:
        environment = everything.environment()
        if catalog:
            (directory / "catalog.yaml").write_text(catalog)
            environment["SHIPMATE_CATALOG"] = str(directory / "catalog.yaml")
        bot = ForkedBot(environment, clock, directory / "bot.log")
        install(everything, bot)
        everything.argocd.allow_everything()  # to switch auto-sync off
        try:
            yield RollbackScene(everything, bot)
        finally:
            await bot.kill()


@pytest.mark.parametrize("moment", ["after", "before"])
async def test_a_rollback_killed_at_every_event_makes_one_commit(
    tmp_path: Path, moment: str
) -> None:
    async with scene(tmp_path) as crash:
        earlier = await crash.world.repository.tags("staging")
        await crash.bot.start()
        await crash.ask("/deploy staging")
        slack = crash.world.slack
        await slack.until(
            lambda: any(m.text.startswith("Succeeded") for m in slack.messages("#deployments")), 60
        )
        before, asked = await crash.world.repository.head(), crash.asked(NAME)

        await crash.begin("/rollback staging --yes")
        await crash.die_and_rise(moment, 1)
        await crash.bot.kill()
        await crash.live_on()

        await crash.ends_well()
        log = await crash.world.repository.log(before)
        assert [commit.title.startswith("Roll staging back") for commit in log] == [True]
        assert await crash.world.repository.tags("staging") == earlier
        assert crash.asked(NAME) == asked + 1


@pytest.mark.parametrize("moment", ["after", "before"])
async def test_a_rollback_by_argo_cd_killed_at_every_event_is_asked_for_once(
    tmp_path: Path, moment: str
) -> None:
    async with scene(tmp_path, BY_ARGO) as crash:
        argocd = crash.world.argocd
        argocd.set_auto_sync(NAME, on=True, self_heal=True)
        await crash.bot.start()
        target = argocd.application(NAME).history[-2]

        await crash.begin(f"/rollback {NAME} {target.id} {SURE}")
        await crash.die_and_rise(moment, 1)
        await crash.bot.kill()
        await crash.live_on()

        await crash.ends_well()
        assert crash.asked(NAME) == 1
        assert argocd.application(NAME).history[-1].revisions == target.revisions
        assert not argocd.application(NAME).auto_sync
        await crash.bot.start()
        await crash.world.clock.sleep(60)  # each life asked Slack for its groups, up to its limit
        await crash.world.slack.command("U0OLU", "#deployments", f"/shipmate resume {NAME}")
        await crash.world.slack.until(lambda: argocd.application(NAME).auto_sync, 60)
        assert argocd.application(NAME).self_heal
