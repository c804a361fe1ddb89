"""What a promotion does in the registry and in Git: tags given once, digests, and none of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from bot.sandbox.argocd import Timings
from bot.sandbox.world import World, world
from integrations.clock import FastClock
from integrations.kustomization import images
from tests.forked import ForkedBot
from tests.scenarios.asking import by_api, hears, token_of
from tests.scenarios.production import catalog, production, time_passes
from tests.scenarios.promoting import SOAKING, promotes, tag_today
from tests.scenarios.story import QUICK, Story

if TYPE_CHECKING:
    from bot.app import Bot


@pytest.mark.real_time
@pytest.mark.slow
async def test_a_bot_that_is_killed_among_its_tags_gives_each_once_and_commits_once(
    tmp_path: Path,
) -> None:
    clock = FastClock(20)
    async with world(tmp_path, clock, timings=QUICK) as outside:
        bot = ForkedBot(outside.environment(), clock, tmp_path / "bot.log")
        outside.slack.bot_url = bot.url
        scene = Story(outside, cast("Bot", None))
        head = await outside.repository.head()
        try:
            await bot.start()
            card = await promotes(scene)
            await scene.approver.clicks(card, "Approve")
            await outside.slack.until(lambda: _given(outside) >= 4)
            await bot.kill()

            await bot.start()
            await card.ends("Succeeded")
        finally:
            await bot.kill()
        assert _given(outside) == 7
        assert len(await scene.commits(head)) == 1
        assert len([o for o in scene.operations("link-app-production") if o.infos]) == 1


def _given(outside: World) -> int:
    """How many tags were given."""
    return len(
        [call for call in outside.registry.calls if call.method == "PUT" and call.status == 201]
    )


async def test_a_registry_that_loses_an_answer_is_looked_at_again(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await promotes(scene)
        scene.world.registry.faults.lose_answer(times=3)
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        tag = await tag_today(scene)
        assert set((await scene.world.repository.tags("production")).values()) == {tag}


async def test_an_account_that_may_not_push_ends_it_with_git_untouched(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        card = await promotes(scene)
        scene.world.registry.issuer.may_push = False
        await scene.approver.clicks(card, "Approve")
        await card.ends("Failed")

        assert "our account may not write" in card.everything
        assert "Nothing was changed" in card.everything
        assert await scene.world.repository.head() == head


async def test_without_a_registry_nothing_is_promoted(tmp_path: Path) -> None:
    nothing = {"REGISTRY_URL": "", "REGISTRY_USERNAME": "", "REGISTRY_TOKEN": ""}
    async with production(tmp_path, variables=nothing) as scene:
        assert "No registry is configured" in await hears(scene.developer, "/promote")


async def test_a_registry_that_is_away_is_said_and_nothing_is_recorded(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        scene.world.registry.faults.cut_off()
        assert "Registry" in await hears(scene.developer, "/promote")
        assert not scene.services.ledger.newest()


async def test_dev_goes_to_staging_by_the_tags_it_has(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        newest = scene.world.github.runs.newest(branch="develop", status="success")[0]
        tag = f"sha-{newest.sha[:7]}"
        await scene.developer.types(f"/deploy dev {tag} chat-svc")
        await (await scene.card()).ends("Succeeded")

        told = await hears(scene.developer, "/promote dev staging chat-svc")
        assert "goes to" in told
        await (await scene.card(2)).ends("Succeeded")
        assert (await scene.world.repository.tags("staging"))["chat-svc"] == tag


async def test_a_shell_promotes_and_follows(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        token = await token_of(scene.developer)
        said = await by_api(scene, token, "promote --dry-run")
        assert said.status == 200
        assert "Dry run" in str(said.reply)


async def test_git_names_what_runs_in_production_by_its_digest(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await promotes(scene, " user-svc")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        tag = await tag_today(scene)
        digest = scene.world.registry.digest("user-svc", tag)
        text = await scene.world.repository.text("environments/production/kustomization.yaml")
        lines = images(text)
        assert lines["ghcr.io/link/user-svc"].digest == digest
        assert not lines["ghcr.io/link/chat-svc"].digest
        running = scene.services.applications.applications["link-app-production"].images
        assert f"ghcr.io/link/user-svc:{tag}@{digest}" in running


async def test_a_catalog_may_leave_digests_out(tmp_path: Path) -> None:
    async with production(
        tmp_path, catalog=catalog({"pin_digest: true ": "pin_digest: false"})
    ) as scene:
        card = await promotes(scene, " user-svc")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        text = await scene.world.repository.text("environments/production/kustomization.yaml")
        assert "digest:" not in text


async def test_cancelling_with_the_way_back_takes_the_digests_out_again(tmp_path: Path) -> None:
    slow = Timings(operation=2, rollout=60)
    async with production(tmp_path, timings=slow) as scene:
        path = "environments/production/kustomization.yaml"
        before = await scene.world.repository.text(path)
        card = await promotes(scene)
        await scene.approver.clicks(card, "Approve")
        await card.shows("syncing")

        (deployment,) = scene.services.ledger.newest()
        await hears(scene.developer, f"/shipmate cancel {deployment.id} --revert", "#production")
        await card.ends("Cancelled")
        assert await scene.world.repository.text(path) == before


async def test_what_ran_before_there_was_a_record_counts_by_argo_cds_own(tmp_path: Path) -> None:
    async with production(tmp_path, catalog=catalog(SOAKING)) as scene:
        assert not scene.services.ledger.newest()
        time_passes(scene, hours=1)

        card = await promotes(scene)
        assert "staging has run these images Healthy for" in card.everything
