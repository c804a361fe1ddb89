"""Each environment's acts are its own account's, and nobody else's steps in for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.world import World, world
from tests.leaping import clock_of_this_loop
from tests.scenarios.story import HANGS_AFTER, QUICK, Story, running

PARTS = ("link-app-staging", "link-frontend")


@asynccontextmanager
async def own_account_of_staging(folder: Path) -> AsyncIterator[tuple[World, Story]]:
    """A bot whose staging has an Argo CD account of its own."""
    clock = clock_of_this_loop()
    async with world(folder, clock, timings=QUICK) as outside:
        outside.slack.hangs_after = HANGS_AFTER
        token = outside.argocd.add_account("staging-bot")
        variables = outside.environment() | {"ARGOCD_AUTH_TOKEN_STAGING": token}
        async with running(outside, variables) as bot:
            yield outside, Story(outside, bot)


async def test_staging_is_synced_by_its_own_account_alone(tmp_path: Path) -> None:
    async with own_account_of_staging(tmp_path) as (outside, scene):
        for part in PARTS:
            outside.argocd.deny(part, "sync", "shipmate")
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")
        asked = [o.initiated_by for part in PARTS for o in scene.operations(part) if o.infos]
        assert asked == ["staging-bot", "staging-bot"]


async def test_what_its_own_account_may_not_is_not_done_by_another(tmp_path: Path) -> None:
    async with own_account_of_staging(tmp_path) as (outside, scene):
        for part in PARTS:
            outside.argocd.deny(part, "sync", "staging-bot")
        head = await outside.repository.head()
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")
        assert "Nothing was written" in card.everything
        assert await outside.repository.head() == head
        assert not [o for part in PARTS for o in scene.operations(part) if o.infos]
