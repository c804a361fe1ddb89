"""The weekly digest: once for each week, and silent when there is nothing to tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.audit.week import last_week
from bot.notifications.weekly import WeeklyDigest
from integrations.clock import Clock, FastClock
from tests.scenarios.asking import hears
from tests.scenarios.story import Story, story
from tests.scenarios.texts import everything_in

PRODUCTION = "#production"


class Later(FastClock):
    """The story's clock, some time ahead."""

    def __init__(self, clock: Clock, ahead: timedelta) -> None:
        super().__init__(20.0)
        self._clock = clock
        self._ahead = ahead

    def now(self) -> datetime:
        return self._clock.now() + self._ahead


def next_week(scene: Story) -> WeeklyDigest:
    """The digest of a bot that looks when this week is over."""
    clock = scene.services.clock
    now = clock.now()
    over = last_week(now).ends + timedelta(days=7, minutes=5)
    return WeeklyDigest(replace(scene.services, clock=Later(clock, over - now)))


def posts(scene: Story) -> list[str]:
    shown = [everything_in(message) for message in scene.world.slack.messages(PRODUCTION)]
    return [text for text in shown if "Weekly digest" in text]


async def test_a_week_with_a_refusal_is_told_once_whatever_is_restarted(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.outsider.types("/deploy staging")
        assert posts(scene) == []
        head = scene.services.store.head
        await next_week(scene).tick()
        await scene.world.slack.until(lambda: posts(scene))
        (text,) = posts(scene)
        assert "deploy staging" in text
        assert f"{head[0]} {head[1]}" in text

        digest = next_week(scene)  # of a bot that was started again
        await digest.tick()
        await digest.tick()
        assert await scene.services.outbox.flush(30)
        assert len(posts(scene)) == 1
        told = await hears(scene.oncall, "/shipmate audit verify")
        assert "The record is whole" in told
        assert "1 weekly digest" in told
        (event,) = await scene.services.store.read_all(prefix="digest/")
        assert event.type == "DigestPosted"
        assert event.data["head"] == f"{head[0]} {head[1]}"


async def test_a_quiet_week_is_silent(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        await next_week(scene).tick()
        assert await scene.services.outbox.flush(30)
        assert posts(scene) == []
        assert await scene.services.store.read_all(prefix="digest/") == []
