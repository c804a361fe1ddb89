"""Two deployments of the same applications: one after the other, held, gone on, superseded."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.argocd import Timings
from tests.scenarios.staging import SLOW, newest_tag, one_behind_another
from tests.scenarios.story import Story, story


def older_tag(scene: Story) -> str:
    """The build before the newest one on develop."""
    history = scene.world.github.history
    line = history.line(scene.world.github.newest().sha)
    return f"sha-{line[1].sha[:7]}"


async def test_the_second_waits_for_the_first_and_starts_by_itself(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        await scene.developer.types(f"/deploy staging {older_tag(scene)}")
        first = await scene.card()
        await first.shows("syncing")
        await scene.oncall.types("/sync link-app-staging")
        second = await scene.card(2)
        await second.shows("Queued", "Behind")

        await first.ends("Succeeded")
        await second.ends("Succeeded")


async def test_after_a_failure_those_behind_are_held_until_one_says_go_on(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        scene.world.argocd.fail_next_sync("link-app-staging", "no")
        first, second = await one_behind_another(scene, second="user-svc")

        await first.ends("Failed")
        await second.shows("Held", "Go On")
        await second.is_followed_by("<@U0DANA>")

        await scene.developer.clicks(second, "Go On")
        await second.ends("Succeeded")


async def test_a_newer_request_that_contains_the_older_one_takes_its_place(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        await scene.developer.types("/deploy staging user-svc")
        first = await scene.card()
        await first.shows("syncing")
        await scene.developer.types(f"/deploy staging {older_tag(scene)}")
        second = await scene.card(2)
        await second.shows("Behind")
        await scene.developer.types(f"/deploy staging {newest_tag(scene)}")

        await second.ends("Superseded")
        third = await scene.card(3)
        await third.ends("Succeeded")


async def test_a_newer_request_for_less_leaves_the_older_one_waiting(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        await scene.developer.types("/deploy staging user-svc")
        await (await scene.card()).shows("syncing")
        await scene.developer.types(f"/deploy staging {older_tag(scene)}")
        second = await scene.card(2)
        await scene.developer.types(f"/deploy staging {newest_tag(scene)} chat-svc")

        await second.ends("Succeeded")
        await (await scene.card(3)).ends("Succeeded")


async def test_the_sixth_waiting_deployment_of_one_person_is_refused(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=300)) as scene:
        await scene.developer.types(f"/deploy staging {newest_tag(scene)}")
        await (await scene.card()).shows("syncing")
        for service in ("user-svc", "chat-svc", "ai-svc", "search-svc", "discovery-svc"):
            await scene.developer.types(f"/deploy staging {newest_tag(scene)} {service}")

        told = await scene.developer.types(f"/deploy staging {newest_tag(scene)} api-gateway")

        assert "5 is the most" in told


async def test_a_queued_plan_is_made_anew_at_its_start_and_says_what_changed(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        await scene.developer.types(f"/deploy staging {newest_tag(scene)} user-svc")
        await (await scene.card()).shows("syncing")
        await scene.developer.types(f"/deploy staging {newest_tag(scene)} chat-svc")
        second = await scene.card(2)
        await second.shows("Behind")

        await scene.world.repository.commit_inside("staging", "chat-svc", "sha-0f0f0f0")
        await second.ends("Succeeded")

        assert "since this was queued, Git moved chat-svc" in second.everything
        assert "to sha-0f0f0f0" in second.everything


async def test_who_resumes_the_queue_resumes_all_that_wait_in_their_order(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        scene.world.argocd.fail_next_sync("link-app-staging", "no")
        await scene.developer.types(f"/deploy staging {newest_tag(scene)}")
        first = await scene.card()
        await first.shows("syncing")
        for number, service in enumerate(("user-svc", "chat-svc"), 2):
            await scene.developer.types(f"/deploy staging {newest_tag(scene)} {service}")
            await (await scene.card(number)).shows("Behind")
        await first.ends("Failed")
        second, third = await scene.card(2), await scene.card(3)
        await second.shows("Held")
        await third.shows("Held")

        await scene.developer.clicks(second, "Resume Queue")
        await second.ends("Succeeded")
        await third.ends("Succeeded")

        assert any("<@U0DANA>" in reply and "waits" in reply for reply in third.thread)


async def test_the_end_of_the_one_ahead_names_the_held_and_its_owner_resumes_without_an_id(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        assert "No deployment is held" in await scene.developer.types("/shipmate queue resume")
        scene.world.argocd.fail_next_sync("link-app-staging", "no")
        first, second = await one_behind_another(scene, second="user-svc")

        await first.ends("Failed")
        await first.shows("The queue is held", "Go On on its card")
        assert "Retry starts" not in first.everything
        told = await first.is_followed_by("<@U0DANA>", "The queue is held")
        assert "no" in told.text
        await second.shows("Held")

        await scene.developer.types("/shipmate queue resume")
        await second.ends("Succeeded")
        assert not any("Behind" in each for each in (second.everything,))
