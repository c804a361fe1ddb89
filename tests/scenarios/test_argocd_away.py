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
from bot.sandbox.argocd import Timings
from bot.sandbox.world import World
from tests.scenarios.story import platform, story

SOON = 20.0
"""Seconds: five for the bot to notice, as many for Slack's pace, and the rest for a machine on
which half a real second is ten of them.
"""

A_QUARTER_OF_AN_HOUR = Timings(operation=2.0, rollout=900.0, progress_deadline=100_000)
PATIENT = platform({"timeout_minutes: 10": "timeout_minutes: 30"})


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
        await card.shows("Argo CD cannot be reached")
        argocd.restore()
        await card.ends("Succeeded")

        await scene.has_one_of_each(before)


async def test_argo_cd_away_at_the_start_keeps_nobody_from_asking(tmp_path: Path) -> None:
    def away(world: World) -> None:
        world.argocd.cut_off()

    async with story(tmp_path, before_start=away, argocd_is_there=False) as scene:
        while not scene.services.membership.team_ids:  # until Slack has said who the bot is
            await scene.world.clock.sleep(0.2)
        told = await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("Argo CD cannot be reached since", "trying again")
        scene.world.argocd.restore()
        await card.ends("Succeeded")

        assert "its card is in #deployments" in told


async def test_a_slow_argo_cd_is_waited_for_once_for_all_environments(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        clock = scene.world.clock
        scene.world.argocd.delay_answers(10)
        began = clock.now()
        await scene.developer.types("/where")
        await scene.developer.is_told("production")
        assert (clock.now() - began).total_seconds() < 25


async def test_a_card_says_within_seconds_that_argo_cd_is_away_and_is_true_soon_after(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        argocd, clock = scene.world.argocd, scene.world.clock
        started = scene.once(SyncStarted, argocd.cut_off)
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await started.wait()
        cut = clock.now()
        await card.shows("Argo CD cannot be reached since", "trying again")
        assert (clock.now() - cut).total_seconds() < SOON

        await clock.sleep(100)  # the pauses of the stream have grown by now
        argocd.restore()
        back = clock.now()
        await scene.world.slack.until(lambda: "cannot be reached" not in card.everything)
        assert (clock.now() - back).total_seconds() < 2 * SOON
        await card.ends("Succeeded")


async def test_argo_cd_away_late_in_a_long_rollout_only_takes_time(tmp_path: Path) -> None:
    async with story(tmp_path, timings=A_QUARTER_OF_AN_HOUR, catalog=PATIENT) as scene:
        argocd, clock = scene.world.argocd, scene.world.clock
        started = scene.once(SyncStarted)
        await scene.developer.types("/deploy staging link-frontend")
        card = await scene.card()
        await started.wait()
        await clock.sleep(700)  # longer than an Argo CD that is away is waited for

        argocd.cut_off()
        await card.shows("Argo CD cannot be reached since")
        await clock.sleep(60)
        argocd.restore()
        await card.ends("Succeeded")
