"""Argo CD misbehaves in the middle of deployments: what the card says, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.deployments.events import (
    Committed,
    DeploymentEvent,
    DeploymentPlanned,
    DeploymentRequested,
    SyncIntended,
    SyncStarted,
)
from bot.sandbox.argocd import SandboxArgoCD
from bot.sandbox.argocd.definitions import chart
from tests.scenarios.story import story

BY_PASSWORD = {
    "ARGOCD_AUTH_TOKEN": "",
    "ARGOCD_USERNAME": "shipmate",
    "ARGOCD_PASSWORD": "sandbox-password",
}


async def test_an_expired_login_is_renewed_once(tmp_path: Path) -> None:
    async with story(tmp_path, variables=BY_PASSWORD) as scene:
        argocd, before = scene.world.argocd, await scene.world.repository.head()
        await scene.world.clock.sleep(11)  # a token that is refused sooner is not merely old
        logins = argocd.requests["login"]
        argocd.expire_tokens()

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        assert argocd.requests["login"] == logins + 1
        await scene.has_one_of_each(before)


async def test_an_expired_token_says_so_and_writes_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.argocd.expire_tokens()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "Argo CD" in card.everything
        assert "token is expired" in card.everything
        assert await scene.world.repository.head() == before
        assert "eyJ" not in card.everything


async def test_without_the_right_to_sync_nothing_is_written(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.argocd.deny("link-frontend", "sync")

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "may not sync link-frontend" in card.everything
        assert "applications, sync, link/link-frontend" in card.everything
        assert await scene.world.repository.head() == before


async def test_a_right_lost_after_the_commit_fails_that_application_alone(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.once(Committed, lambda: scene.world.argocd.deny("link-frontend", "sync"))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "permission denied: applications, sync, link/link-frontend" in card.everything
        assert "link-app-staging>* · Synced · Healthy" in card.everything
        assert len(scene.operations("link-app-staging")) == 1
        assert not scene.operations("link-frontend")


async def test_a_closed_sync_window_is_named_before_anything_is_written(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.argocd.sync_window("deny", project="link")

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "sync window of project link keeps link-app-staging shut" in card.everything
        assert "opens by itself" in card.everything
        assert "Nothing was written" in card.everything
        assert await scene.world.repository.head() == before


async def test_a_window_that_closes_after_the_commit_is_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.once(Committed, lambda: scene.world.argocd.sync_window("deny", project="link"))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("blocked by sync window")
        scene.world.argocd.sync_window("")
        await card.ends("Succeeded")

        await scene.has_one_of_each(before)


async def test_a_window_that_stays_closed_after_the_commit_times_out(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.once(Committed, lambda: scene.world.argocd.sync_window("deny", project="link"))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Timed out")

        assert "blocked by sync window" in card.everything


@pytest.mark.parametrize("when", [DeploymentPlanned, SyncStarted])
async def test_an_application_deleted_on_the_way_fails(
    tmp_path: Path, when: type[DeploymentEvent]
) -> None:
    async with story(tmp_path) as scene:
        scene.once(when, partial(scene.world.argocd.delete, "link-frontend"))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "was deleted during the deployment" in card.everything
        assert "link-frontend" in card.text


async def test_an_application_created_again_on_the_way_is_another_one(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.once(SyncStarted, lambda: scene.world.argocd.recreate("link-app-staging"))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "was deleted and created again" in card.everything


async def test_an_application_that_argo_cd_does_not_list_writes_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.argocd.delete("link-frontend")
        await scene.world.clock.sleep(5)  # until the bot has heard of it
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "does not list the application link-frontend" in card.everything
        assert await scene.world.repository.head() == before


def rate_limited(argocd: SandboxArgoCD) -> None:
    argocd.rate_limit(6, retry_after=2)


def broken(argocd: SandboxArgoCD) -> None:
    argocd.fail_requests(6)


def behind_a_proxy(argocd: SandboxArgoCD) -> None:
    argocd.answer_html(6)


def truncated(argocd: SandboxArgoCD) -> None:
    argocd.truncate_next(6)


@pytest.mark.parametrize("trouble", [rate_limited, broken, behind_a_proxy, truncated])
async def test_passing_troubles_are_waited_out(
    tmp_path: Path, trouble: Callable[[SandboxArgoCD], None]
) -> None:
    async with story(tmp_path) as scene:
        argocd, before = scene.world.argocd, await scene.world.repository.head()
        for moment in (DeploymentRequested, SyncIntended, SyncStarted):
            scene.once(moment, partial(trouble, argocd))

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        await scene.has_one_of_each(before)


async def test_a_lost_answer_to_the_sync_makes_no_second_operation(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.argocd.lose_answer("sync", 2)

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        assert scene.world.argocd.requests["sync"] == 2
        await scene.has_one_of_each(before)


async def test_a_sync_that_never_arrived_is_asked_for_again(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        argocd, before = scene.world.argocd, await scene.world.repository.head()
        argocd.never_answer("sync", 2)

        await scene.developer.types("/deploy staging")
        while argocd.requests["sync"] < 2:
            await scene.world.clock.sleep(1)
        argocd.server.drop_connections()
        await (await scene.card()).ends("Succeeded")

        await scene.has_one_of_each(before)


async def test_an_operation_of_somebody_else_is_named_and_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        argocd, before = scene.world.argocd, await scene.world.repository.head()
        argocd.never_finish("link-frontend")
        argocd.start_foreign_operation("link-frontend", by="admin")

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("another operation, by admin")
        argocd.never_finish("link-frontend", yes=False)
        await card.ends("Succeeded")

        assert [o.initiated_by for o in scene.operations("link-frontend")] == ["admin", "shipmate"]
        await card.is_followed_by("busy with another operation, by admin")
        await scene.has_one_of_each(before)


async def test_an_operation_of_somebody_else_that_deploys_our_commit_is_enough(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        argocd = scene.world.argocd
        faster = partial(argocd.start_foreign_operation, "link-frontend", by="admin")
        scene.once(SyncIntended, faster, about="link-frontend")

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        assert [o.initiated_by for o in scene.operations("link-frontend")] == ["admin"]
        assert [o.initiated_by for o in scene.operations("link-app-staging")] == ["shipmate"]


async def test_auto_sync_that_was_faster_is_enough(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        argocd = scene.world.argocd
        scene.once(Committed, lambda: argocd.resync(["link-app-dev"]))

        await scene.developer.types("/deploy dev")
        await (await scene.card()).ends("Succeeded")

        assert len(scene.operations("link-app-dev")) == 1


async def test_an_application_with_a_chart_beside_git_counts_by_its_commit(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        beside = chart("https://charts.example.com", "common", "1.2.3")
        for name in ("link-app-staging", "link-frontend"):
            app = scene.world.argocd.application(name)
            app.definition = replace(app.definition, sources=(*app.definition.sources, *beside))

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
