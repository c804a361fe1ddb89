"""Tags that Git already has: nothing to commit, and all the same a sync and a verdict."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.asking import hears
from tests.scenarios.story import story


async def test_the_same_tag_again_needs_no_commit_and_is_synced_all_the_same(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        before = await scene.world.repository.head()

        await scene.developer.types("/deploy staging")
        card = await scene.card(2)
        await card.ends("Succeeded")

        assert await scene.world.repository.head() == before
        assert "no commit was needed" in card.everything
        assert "as Git already says" in card.everything
        for application in ("link-app-staging", "link-frontend"):
            assert len(scene.operations(application)) == 2


async def test_the_same_tag_again_tells_that_its_application_is_unwell(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging user-svc")
        await (await scene.card()).ends("Succeeded")
        scene.world.argocd.degrade("link-app-staging", "Back-off restarting", workload="user-svc")

        await scene.developer.types("/deploy staging user-svc")
        card = await scene.card(2)
        await card.ends("Failed")

        assert "`Deployment/user-svc`" in card.everything


async def test_latest_over_latest_is_said_to_change_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy dev latest")
        first = await scene.card()
        await first.ends("Succeeded")
        assert "latest over latest" not in first.everything
        before = await scene.world.repository.head()

        await scene.developer.types("/deploy dev latest")
        card = await scene.card(2)
        await card.ends("Succeeded")

        assert "latest over latest changes nothing in Git" in card.everything
        assert "pods keep the image they pulled" in card.everything
        assert await scene.world.repository.head() == before


async def test_latest_is_refused_where_it_is_not_allowed(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        told = await scene.developer.types("/deploy staging latest")

        assert "latest" in told
        assert "sha-" in told
        assert not scene.services.ledger.newest()


async def test_a_tag_that_is_brought_back_counts_from_then(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        older = (await scene.world.repository.tags("dev"))["user-svc"]
        await scene.developer.types(f"/deploy staging {older} user-svc")
        await (await scene.card()).ends("Succeeded")
        await scene.developer.types("/deploy staging user-svc")
        await (await scene.card(2)).ends("Succeeded")
        first = scene.services.ledger.newest()[-1]

        scene.world.argocd.pause_operations()
        await scene.oncall.types(f"/rollback staging {first.id} --yes")
        await (await scene.card(3)).shows("syncing")

        told = await hears(scene.developer, "/where staging")
        (line,) = [each for each in told.splitlines() if each.startswith(older)]
        assert "user-svc" in line
        assert "by @U0OLU" in line


async def test_nobody_is_named_for_a_tag_that_is_older_than_what_was_looked_at(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        for number in range(20):
            await scene.world.repository.commit_inside("staging", "chat-svc", f"sha-{number:07x}")

        told = await hears(scene.developer, "/where user-svc")

        (line,) = [each for each in told.splitlines() if "since before" in each]
        assert " by " not in line


async def test_a_commit_is_where_pods_run_it_not_where_git_asks_for_it(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.pause_operations()
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing")
        commit = scene.world.github.newest().sha

        told = await hears(scene.developer, f"/where {commit}")
        assert f"{commit[:12]} is nowhere yet." in told
        assert "staging ⚪ does not have it" in told
        assert "Up to date" not in await hears(scene.developer, "/where staging")

        scene.world.argocd.pause_operations(yes=False)
        await card.ends("Succeeded")
        assert f"{commit[:12]} is in staging." in await hears(scene.developer, f"/where {commit}")
