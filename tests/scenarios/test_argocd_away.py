"""Argo CD is away, or its streams are: nothing is lost, it only takes time."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.deployments.events import (
    BuildFound,
    Committed,
    DeploymentEvent,
    DeploymentPlanned,
    DeploymentRequested,
    SyncIntended,
    SyncStarted,
)
from bot.sandbox.world import World
from tests.scenarios.story import story


async def test_streams_that_are_cut_or_silent_hide_nothing_for_long(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        argocd, before = scene.world.argocd, await scene.world.repository.head()
        scene.once(DeploymentPlanned, argocd.cut_streams)
        scene.once(SyncStarted, argocd.pause_streams)

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        await scene.has_one_of_each(before)


@pytest.mark.parametrize(
    "moment",
    [DeploymentRequested, BuildFound, DeploymentPlanned, Committed, SyncIntended, SyncStarted],
)
async def test_argo_cd_away_at_any_step_only_takes_time(
    tmp_path: Path, moment: type[DeploymentEvent]
) -> None:
    async with story(tmp_path) as scene:
        argocd, before = scene.world.argocd, await scene.world.repository.head()
        scene.once(moment, argocd.cut_off)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("Argo CD: The connection was cut")
        argocd.restore()
        await card.ends("Succeeded")

        await scene.has_one_of_each(before)


async def test_argo_cd_away_at_the_start_keeps_nobody_from_asking(tmp_path: Path) -> None:
    def away(world: World) -> None:
        world.argocd.cut_off()

    async with story(tmp_path, before_start=away, argocd_is_there=False) as scene:
        told = await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("Argo CD: The connection was cut; trying again")
        scene.world.argocd.restore()
        await card.ends("Succeeded")

        assert "its card is in #deployments" in told
