"""The catalog loses an environment while deployments to it are open: each ends, and says why."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.guarded import count_faults
from bot.sandbox.argocd import Timings
from bot.sandbox.world import World, world
from tests.leaping import clock_of_this_loop
from tests.scenarios.catalogs import environments
from tests.scenarios.story import HANGS_AFTER, Story, running

ALL = ("dev", "staging", "production")
SLOW = Timings(operation=30, rollout=20)
WHY = "The catalog has no environment {} any more, so nothing more is done there."


async def test_what_is_open_in_an_environment_that_was_removed_ends_and_says_so(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, clock_of_this_loop(), timings=SLOW) as outside:
        outside.slack.hangs_after = HANGS_AFTER
        async with running(outside, _knowing(outside, *ALL)) as bot:
            scene = Story(outside, bot)
            await scene.developer.types("/deploy dev")
            earlier = await scene.card()
            await earlier.ends("Succeeded")
            await scene.developer.types("/deploy staging")
            runs = await scene.card(2)
            await runs.shows("syncing")
            await scene.developer.types("/deploy production")
            waits = await scene.card(3)
            await waits.shows("Waiting for approval")
            await scene.developer.types("/shipmate freeze staging --reason later --yes")
            await scene.developer.types("/shipmate lock production")
        before = len(outside.argocd.operations)

        faults = count_faults()
        async with running(outside, _knowing(outside, "dev")) as bot:
            scene = Story(outside, bot)
            await runs.ends("Failed")
            await waits.ends("Failed")
            assert WHY.format("staging") in runs.everything
            assert WHY.format("production") in waits.everything
            assert "no environment" in await scene.developer.types("/deploy staging")
            await asyncio.sleep(1)

        assert len(outside.argocd.operations) == before
        assert not faults


def _knowing(outside: World, *names: str) -> dict[str, str]:
    """The bot's settings, with a catalog of these environments; production needs approvals."""
    text = environments(names).replace("view, deploy", "view, deploy, approve, lock, freeze")
    head, production, rest = text.partition("name: production\n")
    path = outside.directory / "catalog.yaml"
    path.write_text(head + production + rest.replace("automatic", "approval", 1))
    return {**outside.environment(), "SHIPMATE_CATALOG": str(path)}
