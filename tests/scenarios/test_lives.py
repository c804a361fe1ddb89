"""A bot's connections are renewed, and it is stopped and started, while a deployment goes on."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

import aiohttp
import pytest

from bot.exits import Exit
from bot.sandbox.argocd import Timings
from bot.sandbox.world import World, world
from integrations.clock import FastClock
from tests.forked import ForkedBot
from tests.scenarios.asking import by_shell, shipmate, token_of
from tests.scenarios.story import Card, Story, story

if TYPE_CHECKING:
    from bot.app import Bot

SLOW = Timings(operation=30, rollout=20)


async def test_a_deployment_over_sockets_survives_their_renewal(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW, socket_mode=True) as scene:
        slack = scene.world.slack
        await slack.until(lambda: slack.sockets.connections == 2)
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing")

        await slack.sockets.disconnect()
        await slack.until(lambda: slack.sockets.are_open)
        assert "newest" in await scene.developer.types("/shipmate deployments")
        slack.sockets.drop()
        await slack.until(lambda: slack.sockets.connections == 2)

        await card.ends("Succeeded")
        assert len(scene.operations("link-app-staging")) == 1
        assert len([m for m in slack.messages("#deployments") if not m.is_reply]) == 1
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{slack.bot_url}/slack/events", data=b"") as answer,
        ):
            assert answer.status == 404


@pytest.mark.real_time
@pytest.mark.slow
async def test_a_bot_that_is_stopped_and_started_goes_on_with_the_same_card(
    tmp_path: Path,
) -> None:
    clock = FastClock(20)
    async with world(tmp_path, clock, timings=SLOW) as outside:
        bot = ForkedBot(outside.environment(), clock, tmp_path / "bot.log")
        outside.slack.bot_url = bot.url
        try:
            await bot.start()
            await _is_held_by_the_first(outside)
            card = await _begin_to_deploy(outside)

            began = time.monotonic()
            await bot.stop()
            assert time.monotonic() - began < 10
            assert bot._process is not None
            assert bot._process.returncode == 0
            assert card.text.startswith("Running")

            await bot.start()
            await card.ends("Succeeded")
        finally:
            await bot.kill()
        posts = [m for m in outside.slack.messages("#deployments") if not m.is_reply]
        assert len(posts) == 1
        applications = [o.application for o in outside.argocd.operations]
        assert sorted(applications) == ["link-app-staging", "link-frontend"]


@pytest.mark.real_time
@pytest.mark.slow
async def test_a_shell_watches_on_once_the_bot_is_back(tmp_path: Path) -> None:
    clock = FastClock(20)
    async with world(tmp_path, clock, timings=SLOW) as outside:
        bot = ForkedBot(outside.environment(), clock, tmp_path / "bot.log")
        outside.slack.bot_url = bot.url
        scene = Story(outside, cast("Bot", None))
        try:
            await bot.start()
            token = await token_of(scene.developer)
            shell = asyncio.create_task(by_shell(scene, token, "deploy", "staging"))
            await outside.argocd.until(lambda: bool(outside.argocd.operations))

            await bot.kill()
            await bot.start()
            ran = await shell
        finally:
            await bot.kill()

    assert (ran.code, ran.out.splitlines()[-1]) == (Exit.DONE, "Succeeded")
    assert ran.out.count("Requested as") == 1
    assert "Asking again" in ran.err


async def _is_held_by_the_first(outside: World) -> None:
    """A second bot on the same database does not start, and says who holds it."""
    second = await shipmate(outside.environment(), "serve")
    assert second.code == Exit.USAGE
    assert re.search(r"is in use by process \d+ on ", second.err)
    assert "Traceback" not in second.err


async def _begin_to_deploy(outside: World) -> Card:
    slack = outside.slack
    await slack.command("U0DANA", "#deployments", "/deploy staging")
    posts = await slack.until(lambda: slack.messages("#deployments"))
    card = Card(Story(outside, cast("Bot", None)), "#deployments", posts[0].ts)
    async with asyncio.timeout(20):
        await card.shows("syncing")
    return card
