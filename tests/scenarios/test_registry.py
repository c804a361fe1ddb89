"""What is not in the registry is not deployed; a registry that is away is waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.production import production
from tests.scenarios.story import story


async def test_a_tag_that_the_registry_lacks_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()

        await scene.developer.types("/deploy staging sha-fffffff")
        card = await scene.card()
        await card.ends("Failed")

        assert "The registry has no user-svc:sha-fffffff, chat-svc:sha-fffffff" in card.everything
        assert "and 4 more" in card.everything
        assert "Nothing was written" in card.everything
        assert await scene.world.repository.head() == before
        assert not scene.operations("link-app-staging")


async def test_a_dry_run_shows_the_same_gate(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        newest = scene.world.github.runs.newest(branch="develop", status="success")[0]
        scene.world.registry.lose_image("ai-svc", f"sha-{newest.sha[:7]}")
        await scene.developer.types("/deploy staging --dry-run")

        told = await scene.developer.is_told("The registry has no ai-svc:")
        assert "Its build has to push it first" in told
        assert "Verified" not in told


async def test_what_ships_is_recorded_by_its_digest(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")

        (deployment,) = scene.services.ledger.newest()
        assert deployment.plan is not None
        for change in deployment.plan.changes:
            assert change.digest == scene.world.registry.digest(change.service, deployment.tag)
        assert any("Verified" in said for said in deployment.plan.asides)


async def test_a_registry_that_is_away_for_a_while_is_waited_for(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.registry.faults.cut_off()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("Registry cannot be reached")
        scene.world.registry.faults.restore()
        await card.ends("Succeeded")


async def test_a_registry_that_stays_away_fails_the_deployment_with_nothing_changed(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.registry.faults.cut_off()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "Registry: " in card.everything
        assert "Nothing was changed" in card.everything
        assert await scene.world.repository.head() == before


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_limits_and_broken_answers_are_waited_out(tmp_path: Path, status: int) -> None:
    async with story(tmp_path) as scene:
        faults = scene.world.registry.faults
        if status == 429:
            faults.rate_limit(seconds=20)
        else:
            faults.fail(status, times=40)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")


async def test_an_account_that_is_not_taken_is_a_clear_refusal(tmp_path: Path) -> None:
    wrong = {"REGISTRY_TOKEN": "not-the-token"}
    async with story(tmp_path, variables=wrong) as scene:
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "it does not accept our account (REGISTRY_USERNAME and REGISTRY_TOKEN)" in (
            card.everything
        )
        assert "Nothing was changed" in card.everything
        assert "not-the-token" not in card.everything


async def test_a_login_on_a_strangers_host_is_not_followed_and_said(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.registry.gate.realm = "https://registry.attacker.example/token"

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert "it asks us to log in at registry.attacker.example" in card.everything
        assert "nothing was sent" in card.everything


async def test_without_a_registry_tags_are_deployed_and_called_not_verified(
    tmp_path: Path,
) -> None:
    nothing = {"REGISTRY_URL": "", "REGISTRY_USERNAME": "", "REGISTRY_TOKEN": ""}
    async with story(tmp_path, variables=nothing) as scene:
        assert scene.services.registry is None

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")

        (deployment,) = scene.services.ledger.newest()
        assert deployment.plan is not None
        assert any("no registry is configured" in said for said in deployment.plan.asides)


async def test_several_closed_gates_are_numbered_and_so_is_what_opens_each(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await scene.developer.types("/deploy production v9.9.9")
        card = await scene.card(channel="#production")
        await card.ends("Failed")

        assert "1. The registry has no user-svc:v9.9.9" in card.everything
        assert "2. CI is unknown for v9.9.9" in card.everything
        assert "\nNothing was written." in card.everything
        assert "*Next:*\n1. Its build has to push it first" in card.everything
        assert "\n2. All its checks must be green" in card.everything
        await card.is_followed_by("*Next:*\n1. Its build has to push it first")
        assert not any("May roll back" in post for post in card.thread)
