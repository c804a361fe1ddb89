"""How deployments end that do not end well, and what people can do then."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.deployments.events import SyncStarted
from bot.sandbox.argocd import Timings
from tests.scenarios.story import story


async def test_a_failed_sync_shows_argo_cds_own_words_and_retry_mends_it(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.fail_next_sync("link-frontend", "Service spec.ports is immutable")

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "Service spec.ports is immutable" in card.everything
        assert "Retry" in card.buttons
        assert "Retry starts it over" in card.everything
        told = await card.is_followed_by("<@U0DANA>", "Failed")
        assert "Service spec.ports is immutable" in told.text

        await scene.developer.clicks(card, "Retry")
        second = await scene.card(2)
        await second.shows("Retry of", "|build ")
        assert "Named by hand" not in second.everything
        await second.ends("Succeeded")
        await card.shows("Newer: ")

        assert "Retry" not in card.buttons


async def test_a_degraded_application_fails_with_the_pods_own_events(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        tag = f"sha-{scene.world.github.newest().sha[:7]}"
        scene.world.argocd.break_tag(tag)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "Deployment/" in card.everything
        assert "ImagePullBackOff" in card.everything or "ErrImagePull" in card.everything


@pytest.mark.parametrize("silent", ["tree", "events"])
async def test_a_verdict_does_not_wait_for_what_illustrates_it(tmp_path: Path, silent: str) -> None:
    async with story(tmp_path) as scene:
        argocd, clock = scene.world.argocd, scene.world.clock
        argocd.never_answer(silent, 1000)
        argocd.break_tag(f"sha-{scene.world.github.newest().sha[:7]}")
        degraded = scene.once(SyncStarted)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await degraded.wait()
        began = clock.now()
        await card.ends("Failed")

        assert (clock.now() - began).total_seconds() < 100
        assert "Deployment/" in card.everything


async def test_a_tag_that_nobody_built_is_doubted_at_once_and_never_succeeds(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        doubt = "GitHub shows no commit deadbee"
        dry = await scene.developer.asks("/deploy staging sha-deadbee --dry-run")
        assert dry.ok
        await scene.developer.is_told(doubt)

        await scene.developer.types("/deploy staging sha-deadbee")
        card = await scene.card()
        await card.ends("Failed")

        assert "The registry has no user-svc:sha-deadbee" in card.everything
        assert "name a tag that is there" in card.everything
        assert scene.operations("link-app-staging") == []


async def test_cancelled_before_the_commit_nothing_happened(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.github.faults.cut_off()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await scene.developer.clicks(card, "Cancel")
        await card.ends("Cancelled")

        assert "Nothing was changed" in card.everything
        assert await scene.world.repository.head() == before
        assert not scene.operations("link-app-staging")


async def test_cancelled_after_the_commit_the_earlier_tags_come_back(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=30, rollout=10)) as scene:
        earlier = await scene.world.repository.tags("staging")

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing", "link-app-staging")
        await scene.developer.clicks(card, "Cancel")
        await scene.developer.submits({"how": "revert"})
        await card.ends("Cancelled")

        assert await scene.world.repository.tags("staging") == earlier
        assert "earlier tags are back" in card.everything


async def test_stop_waiting_leaves_git_as_it_is(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=30, rollout=10)) as scene:
        earlier = await scene.world.repository.tags("staging")

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing", "link-app-staging")
        await scene.developer.clicks(card, "Cancel")
        await scene.developer.submits({"how": "stop"})
        await card.ends("Cancelled")

        assert await scene.world.repository.tags("staging") != earlier
        assert "link-app-staging" in card.everything


async def test_what_argo_cd_has_not_begun_yet_is_stopped_as_soon_as_it_has(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=30, rollout=10)) as scene:
        argocd = scene.world.argocd
        argocd.pause_operations()
        started = scene.once(SyncStarted)
        await scene.developer.types("/deploy staging link-frontend")
        card = await scene.card()
        await started.wait()

        await scene.developer.clicks(card, "Cancel")
        await scene.developer.submits({"how": "stop"})
        await scene.world.clock.sleep(10)
        argocd.pause_operations(yes=False)
        await card.ends("Cancelled")

        (ours,) = scene.operations("link-frontend")
        await argocd.until(lambda: ours.phase != "")
        assert ours.phase == "Failed"
        assert not any("could not be stopped" in reply for reply in card.thread)


async def test_what_argo_cd_never_begins_is_not_said_to_be_stopped(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.pause_operations()
        started = scene.once(SyncStarted)
        await scene.developer.types("/deploy staging link-frontend")
        card = await scene.card()
        await started.wait()

        await scene.developer.clicks(card, "Cancel")
        await scene.developer.submits({"how": "stop"})
        await card.ends("Cancelled")

        await card.is_followed_by("Its operation could not be stopped", "It has not begun")


async def test_somebody_elses_deployment_is_not_mine_to_cancel(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=30)) as scene:
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing")

        await scene.outsider.clicks(card, "Cancel")

        told = await scene.outsider.is_told("Only its requester can cancel")
        assert "or whoever has the lock there or the permission “rollback”." in told
        assert "It is held by @oncall." in told
        assert card.text.startswith("Running")


async def test_stop_and_revert_puts_the_tags_back_although_argo_cd_is_away(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=60, rollout=10)) as scene:
        earlier = await scene.world.repository.tags("staging")
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing", "link-app-staging")
        await card.shows("syncing", "link-frontend")
        scene.world.argocd.cut_off()

        asked = scene.world.clock.now()
        await scene.developer.clicks(card, "Cancel")
        await scene.developer.submits({"how": "revert"})
        await scene.world.slack.until(
            lambda: any("earlier tags are back in Git" in reply for reply in card.thread)
        )
        assert (scene.world.clock.now() - asked).total_seconds() < 50  # not 30 for each of the two

        assert await scene.world.repository.tags("staging") == earlier
        scene.world.argocd.restore()
        await card.ends("Cancelled")


async def test_a_dry_run_takes_nothing_from_a_failed_card(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.fail_next_sync("link-frontend", "no")
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        await scene.oncall.types("/sync link-frontend --dry-run")
        await (await scene.card(2)).ends("Succeeded")
        await scene.world.clock.sleep(20)

        assert "Retry" in card.buttons
        assert "Newer" not in card.everything
        await scene.developer.clicks(card, "Retry")
        await (await scene.card(3)).ends("Succeeded")


async def test_a_cancellation_before_the_commit_does_not_wait_for_who_is_away(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.cut_off()
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("cannot be reached")
        await scene.world.clock.sleep(20)  # the pauses between tries have grown by now

        asked = scene.world.clock.now()
        await scene.developer.clicks(card, "Cancel")
        deployment = scene.services.ledger.newest()[0]
        await scene.world.slack.until(
            lambda: scene.services.ledger.get(deployment.id).ended is not None
        )
        ended = scene.services.ledger.get(deployment.id).ended_at
        assert ended is not None
        assert (ended - asked).total_seconds() < 15
        await card.shows("Cancelled by <@U0DANA>. Nothing was changed.")


async def test_stop_waiting_shows_each_application_as_it_is_and_how_to_look(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, timings=Timings(operation=2, rollout=200)) as scene:
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("rolling out", "Synced · ⏳ Progressing")
        await scene.developer.clicks(card, "Cancel")
        form = await scene.developer.form()
        assert "to staging" in str(form.content)
        await scene.developer.submits({"how": "stop"})
        await card.ends("Cancelled")

        assert "Cancelled · ✅ Synced · ⏳ Progressing" in card.everything
        assert "`/shipmate app get link-" in card.everything
        assert "goes back" in card.everything


async def test_resources_count_once_our_sync_has_applied_them(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=8, rollout=20)) as scene:
        await scene.developer.types("/deploy staging link-frontend")
        card = await scene.card()
        await card.shows("syncing", "resources ready")
        assert ", 0 of " in card.text
        await card.ends("Succeeded")


async def test_a_late_word_explains_itself_and_starts_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.fail_next_sync("link-frontend", "no")
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Failed")
        await scene.developer.clicks(await scene.card(), "Retry")
        await (await scene.card(2)).ends("Succeeded")
        second, first = scene.services.ledger.newest(limit=2)

        retried = await scene.developer.types(f"/shipmate retry {first.id}")
        cancelled = await scene.developer.types(f"/shipmate cancel {first.id}")

        assert f"A newer deployment than {first.id} decides here: {second.id}" in retried
        assert f"`{first.id}` is Failed; there is nothing to do." in cancelled
        assert "The newest deployment" in cancelled
        assert len(scene.services.ledger.newest()) == 2


async def test_a_cancellation_leaves_a_question_that_is_never_answered(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.never_answer("can-i", 100)
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("reading Git and Argo CD")
        await scene.world.clock.sleep(5)

        await scene.developer.clicks(card, "Cancel")
        async with asyncio.timeout(3):  # a question goes on for much longer by this clock
            await card.ends("Cancelled")
