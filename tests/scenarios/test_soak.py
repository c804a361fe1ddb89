"""Only the time that staging was seen Healthy with these images counts for production."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.deployments.releases.spells import Seen
from bot.sandbox.world import world
from tests.leaping import clock_of_this_loop
from tests.scenarios.asking import hears
from tests.scenarios.production import catalog, production, time_passes
from tests.scenarios.promoting import SOAKING
from tests.scenarios.story import QUICK, Story, running

PLACE, APPLICATION = "#production", "link-app-staging"


async def comes_true(scene: Story, fact: Callable[[], bool]) -> None:
    """Wait for what nobody is told: the bot looks every few seconds."""
    async with scene.world.clock.timeout(600):
        while not fact():
            await scene.world.clock.sleep(1)


async def is_known(scene: Story, health: str) -> None:
    """Wait until the record tells that staging's application is so, "Healthy" by its spell."""

    def known() -> bool:
        watched = scene.services.spells.of(APPLICATION)
        return (
            watched.left.health if watched.left else "Healthy" if watched.open else ""
        ) == health

    await comes_true(scene, known)


async def an_hour_goes_by(scene: Story) -> None:
    """An hour, after which the bot has looked again."""
    time_passes(scene, hours=1)
    now, seen = scene.world.clock.now(), scene.services.spells.seen

    def looked() -> bool:
        at = seen.get(APPLICATION, Seen()).at
        return at is not None and at >= now

    await comes_true(scene, looked)


async def test_a_degraded_spell_in_staging_begins_the_time_anew_and_it_is_said(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, catalog=catalog(SOAKING), in_order=True) as scene:
        await is_known(scene, "Healthy")
        await an_hour_goes_by(scene)
        told = await hears(scene.developer, "/promote --dry-run", PLACE)
        assert "are asked for" not in told

        scene.world.argocd.degrade(APPLICATION)
        await is_known(scene, "Degraded")
        scene.world.argocd.heal(APPLICATION)
        await is_known(scene, "Healthy")

        told = await hears(scene.developer, "/promote --dry-run", PLACE)
        assert "60 min are asked for" in told
        assert "That began anew after" in told
        assert f"when {APPLICATION} was Degraded" in told
        await an_hour_goes_by(scene)
        assert "are asked for" not in await hears(scene.developer, "/promote --dry-run", PLACE)


async def test_a_promotion_that_waits_ends_when_staging_degrades(tmp_path: Path) -> None:
    async with production(tmp_path, catalog=catalog(SOAKING), in_order=True) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        await is_known(scene, "Healthy")
        await hears(scene.developer, "/promote --when-ready", PLACE)
        card = await scene.card(channel=PLACE)
        await card.shows("Queued")

        scene.world.argocd.degrade(APPLICATION)
        await card.ends("Superseded")
        assert "no longer runs these images Healthy" in card.everything


async def test_a_change_while_the_bot_was_away_begins_the_time_anew(tmp_path: Path) -> None:
    clock = clock_of_this_loop()
    async with world(tmp_path, clock, timings=QUICK) as outside:
        (tmp_path / "catalog.yaml").write_text(catalog(SOAKING))
        environment = outside.environment() | {"SHIPMATE_CATALOG": str(tmp_path / "catalog.yaml")}
        async with running(outside, environment) as bot:
            scene = Story(outside, bot)
            await is_known(scene, "Healthy")
            time_passes(scene, hours=1)
        async with running(outside, environment) as bot:
            scene = Story(outside, bot)
            await an_hour_goes_by(scene)
            told = await hears(scene.developer, "/promote --dry-run", PLACE)
            assert "are asked for" not in told, "Argo CD vouches for the time between"
        outside.argocd.degrade(APPLICATION)
        await outside.argocd.until(
            lambda: outside.argocd.application(APPLICATION).health == "Degraded"
        )
        outside.argocd.heal(APPLICATION)
        await outside.argocd.until(
            lambda: outside.argocd.application(APPLICATION).health == "Healthy"
        )
        time_passes(scene, hours=1)
        async with running(outside, environment) as bot:
            scene = Story(outside, bot)
            watched = scene.services.spells
            await comes_true(scene, lambda: watched.of(APPLICATION).version > 1)
            await is_known(scene, "Healthy")
            told = await hears(scene.developer, "/promote --dry-run", PLACE)
            assert "60 min are asked for" in told
            assert "was not watched" in told
