"""Deployments that get stuck, and verdicts that stop being true."""

from __future__ import annotations

from pathlib import Path

from bot.deployments.events import DeploymentCorrected, SyncStarted
from bot.sandbox.argocd import Timings, Trouble
from tests.scenarios.story import platform, story

NEVER_DEGRADED = Timings(operation=2.0, rollout=4.0, progress_deadline=100_000)
ONE_MINUTE = platform({"timeout_minutes: 10": "timeout_minutes: 1"})


async def test_an_operation_that_does_not_start_within_half_a_minute_is_said(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.pause_operations()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("has not started it within 30 s", "application controller")
        assert card.text.startswith("Running")
        scene.world.argocd.pause_operations(yes=False)
        await card.ends("Succeeded")


async def test_no_progress_times_out_names_what_blocks_and_is_corrected_when_it_recovers(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, timings=NEVER_DEGRADED, catalog=ONE_MINUTE) as scene:
        tag = f"sha-{scene.world.github.newest().sha[:7]}"
        scene.world.argocd.break_tag(tag, Trouble.NEVER_READY)

        await scene.developer.types("/deploy staging user-svc")
        card = await scene.card()
        await card.ends("Timed out")
        assert "No progress within 60 s" in card.everything
        assert "`Deployment/user-svc`" in card.everything
        assert "`/shipmate app logs link-app-staging Deployment/user-svc`" in card.everything
        assert "Retry" in card.buttons

        scene.world.argocd.mend_tag(tag)
        await card.shows("link-app-staging was Synced and Healthy after all")
        assert card.text.startswith("Timed out, then Healthy: ")
        await card.is_followed_by("<@U0DANA>", "Healthy after all")


async def test_earlier_tags_put_back_by_hand_do_not_excuse_a_time_out(tmp_path: Path) -> None:
    async with story(tmp_path, timings=NEVER_DEGRADED, catalog=ONE_MINUTE) as scene:
        argocd, repository = scene.world.argocd, scene.world.repository
        earlier = (await repository.tags("staging"))["user-svc"]
        argocd.break_tag(f"sha-{scene.world.github.newest().sha[:7]}", Trouble.NEVER_READY)
        await scene.developer.types("/deploy staging user-svc")
        card = await scene.card()
        await card.ends("Timed out")

        await repository.commit_inside("staging", "user-svc", earlier)
        argocd.set_auto_sync("link-app-staging", on=True)
        argocd.resync(["link-app-staging"])
        await argocd.until(lambda: argocd.application("link-app-staging").health == "Healthy")
        await scene.world.clock.sleep(30)

        assert card.text.startswith("Timed out: ")


async def test_somebody_elses_operation_without_an_end_times_out_with_their_name(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, catalog=ONE_MINUTE) as scene:
        scene.world.argocd.never_finish("link-frontend")
        scene.world.argocd.start_foreign_operation("link-frontend", by="admin")

        await scene.developer.types("/deploy staging link-frontend")
        card = await scene.card()
        await card.ends("Timed out")

        assert "Another operation, by admin, went on for 60 s; ours never began" in card.everything
        assert len(scene.operations("link-frontend")) == 1


async def test_a_sync_that_nobody_ever_answers_times_out(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=ONE_MINUTE) as scene:
        scene.world.argocd.never_answer("sync", 1000)

        await scene.developer.types("/deploy staging link-frontend")
        card = await scene.card()
        await card.shows("Argo CD does not say whether the sync begins, and is asked again")
        await card.ends("Timed out")

        assert "again and again for 60 s, and never began: No answer came" in card.everything
        assert not scene.operations("link-frontend")


async def test_an_operation_of_ours_without_an_end_times_out(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=ONE_MINUTE) as scene:
        scene.world.argocd.never_finish("link-frontend")

        await scene.developer.types("/deploy staging link-frontend")
        card = await scene.card()
        await card.ends("Timed out")

        assert "link-frontend: No progress within 60 s" in card.text


async def test_a_success_that_degrades_within_its_watch_time_is_corrected(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")

        scene.world.argocd.degrade("link-frontend", "Back-off restarting failed container")
        await card.shows("link-frontend was Healthy at the end and is Degraded since")
        assert card.text.startswith("Succeeded, then Degraded: ")
        told = await card.is_followed_by("<@U0DANA>", "is Degraded since")
        assert told in scene.world.slack.messages("#deployments"), "it is broadcast"
        for said in (card.everything, told.text):
            assert "`Deployment/link-frontend`" in said
            assert "Back-off restarting failed container" in said
            assert "`/shipmate app logs link-frontend Deployment/link-frontend`" in said
        assert "Every application is" not in card.everything
        assert "link-frontend>* · ✅ Synced · ❌ Degraded" in card.everything


async def test_a_blip_after_the_end_corrects_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        corrected = []
        scene.once(DeploymentCorrected, lambda: corrected.append(1))
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")

        scene.world.argocd.degrade("link-frontend")
        await scene.world.clock.sleep(15)
        scene.world.argocd.heal("link-frontend")
        await scene.world.clock.sleep(60)

        assert not corrected
        assert card.text.startswith("Succeeded: ")


async def test_a_rollout_that_is_paused_says_how_to_go_on(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        argocd = scene.world.argocd
        scene.once(SyncStarted, lambda: argocd.suspend("link-app-staging", workload="chat-svc"))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "The rollout is paused: resume it in Argo CD" in card.everything
        assert "Deployment/chat-svc" in card.everything
        assert "Resume the rollout in Argo CD, then sync link-app-staging" in card.everything
