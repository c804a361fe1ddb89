"""GitHub is slow, away, or has nothing green: what ships, and what people are told."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.world import World
from tests.scenarios.asking import hears
from tests.scenarios.story import Story, platform, story


def short(sha: str) -> str:
    """The tag of a build."""
    return f"sha-{sha[:7]}"


def without_builds(world: World) -> None:
    """Every build of the past failed."""
    for run in world.github.runs.newest():
        world.github.finish_run(run, "failure")


async def test_a_rate_limit_is_waited_out(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.github.faults.rate_limit(seconds=40)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("GitHub: its rate limit is used up; trying again")
        await card.ends("Succeeded")


async def test_a_rate_limit_of_an_hour_fails_at_once_and_a_named_tag_needs_no_github(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        tag = short(scene.world.github.newest().sha)
        scene.world.github.faults.rate_limit(times=100, seconds=3600)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")
        assert "GitHub: its rate limit is used up" in card.everything

        await scene.developer.types(f"/deploy staging {tag}")
        second = await scene.card(2)
        await second.ends("Succeeded")
        assert "unknown (GitHub: its rate limit is used up.)" in second.everything


async def test_a_cancellation_is_heard_while_github_makes_us_wait(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.github.faults.rate_limit(times=100, seconds=500)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("GitHub: its rate limit is used up")
        await scene.developer.clicks(card, "Cancel")
        await card.ends("Cancelled")

        assert "Nothing was changed" in card.everything


async def test_github_away_is_said_and_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.github.faults.cut_off()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("GitHub cannot be reached; trying again")
        scene.world.github.faults.restore()
        await card.ends("Succeeded")


async def test_a_proxy_in_place_of_github_is_waited_out(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.github.faults.answer_html(4)

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")


async def test_without_any_green_build_nothing_is_deployed(tmp_path: Path) -> None:
    async with story(tmp_path, before_start=without_builds) as scene:
        before = await scene.world.repository.head()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "No successful run of ci-cd-pipeline.yml on develop was found" in card.everything
        assert "Name a tag instead" in card.everything
        assert await scene.world.repository.head() == before


async def newest_is_building(scene: Story) -> tuple[str, str, int]:
    """A push whose build has not finished: (tag before it, its own tag, its run's number)."""
    github = scene.world.github
    green = short(github.newest().sha)
    commit = github.add_commit("Try another ranking")
    run = github.add_run(commit, status="in_progress")
    return green, short(commit.sha), run.id


async def test_a_newer_build_is_named_and_can_be_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        green, building, run = await newest_is_building(scene)
        scene.world.argocd.pause_operations()
        await scene.developer.types("/deploy staging")
        first = await scene.card()
        await first.shows("syncing", "A newer build is not finished", "Try another ranking")
        assert green in first.text

        await scene.developer.clicks(first, "Deploy When Green")
        await scene.developer.is_told(f"Build {run}, once it is green")
        second = await scene.card(2)
        await second.shows(f"Waiting for build {run} to become green")
        scene.world.argocd.pause_operations(yes=False)
        await first.ends("Succeeded")
        assert second.text.startswith("Queued")

        found = scene.world.github.runs.get(run)
        assert found is not None
        scene.world.github.finish_run(found)
        await second.ends("Succeeded")
        assert building in second.text
        assert set((await scene.world.repository.tags("staging")).values()) == {building}


async def test_a_queued_card_names_the_newer_build_that_it_could_wait_for(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await newest_is_building(scene)
        scene.world.argocd.pause_operations()
        await scene.developer.types("/deploy staging")
        await (await scene.card()).shows("syncing")
        await scene.developer.types("/deploy staging")
        second = await scene.card(2)
        await second.shows("Queued", "A newer build is not finished", "Try another ranking")
        assert "Deploy When Green" in second.buttons


async def test_an_awaited_build_that_fails_deploys_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        _, building, run = await newest_is_building(scene)
        before = await scene.world.repository.head()
        await scene.developer.types(f"/deploy staging --when-green {run}")
        card = await scene.card()
        await card.shows("Waiting for build")

        found = scene.world.github.runs.get(run)
        assert found is not None
        scene.world.github.finish_run(found, "failure")
        await card.ends("Failed")

        assert f"The build of {building.removeprefix('sha-')} ended failure" in card.everything
        assert await scene.world.repository.head() == before


async def test_there_is_no_dry_run_of_a_build_that_is_not_there_yet(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        green, _, run = await newest_is_building(scene)

        told = await hears(scene.developer, f"/deploy staging --when-green {run} --dry-run")
        both = await scene.developer.types(f"/deploy staging {green} --when-green {run}")

        assert f"Run {run} is still building" in told
        assert "without the tag" in both
        assert not scene.services.ledger.newest()


async def test_waiting_for_a_build_stands_in_nobodys_way(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        green, _, run = await newest_is_building(scene)
        await scene.developer.types(f"/deploy staging --when-green {run}")
        waiting = await scene.card()
        await waiting.shows("Waiting for build")

        await scene.developer.types(f"/deploy staging {green}")
        await (await scene.card(2)).ends("Succeeded")

        assert waiting.text.startswith("Queued")


async def test_a_run_that_no_deployment_would_choose_is_not_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        commit = scene.world.github.add_commit("Try another ranking")
        run = scene.world.github.add_run(commit, event="pull_request")

        await scene.developer.types(f"/deploy staging --when-green {run.id}")
        card = await scene.card()
        await card.ends("Failed")
        await scene.developer.types("/deploy staging --when-green 12345")
        second = await scene.card(2)
        await second.ends("Failed")

        assert f"Run {run.id} is not a push build of ci-cd-pipeline.yml" in card.everything
        assert "Deploy build 12345 to staging" in second.text
        assert "GitHub shows no run 12345" in second.everything
        assert "/actions/runs/" in second.everything


async def test_a_retry_waits_for_the_same_build_again(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        _, building, run = await newest_is_building(scene)
        await scene.developer.types(f"/deploy staging --when-green {run}")
        card = await scene.card()
        await card.shows("Waiting for build")
        await scene.developer.clicks(card, "Cancel")
        await card.ends("Cancelled")

        await scene.developer.clicks(card, "Retry")
        again = await scene.card(2)
        await again.shows(f"Deploy build {run} to staging", f"Waiting for build {run}")

        found = scene.world.github.runs.get(run)
        assert found is not None
        scene.world.github.finish_run(found)
        await again.ends("Succeeded")
        assert set((await scene.world.repository.tags("staging")).values()) == {building}


async def test_a_build_that_never_ends_is_not_waited_for_without_end(tmp_path: Path) -> None:
    one_minute = platform({"wait_minutes: 360": "wait_minutes: 1"})
    async with story(tmp_path, catalog=one_minute) as scene:
        _, building, run = await newest_is_building(scene)

        await scene.developer.types(f"/deploy staging --when-green {run}")
        card = await scene.card()
        await card.ends("Failed")

        assert f"The build of {building.removeprefix('sha-')} did not end" in card.everything
