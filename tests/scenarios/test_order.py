"""Nothing skips staging: production gets by any command what has run in staging before."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.asking import hears
from tests.scenarios.production import catalog, production, release, time_passes
from tests.scenarios.promoting import is_untouched, promotes
from tests.scenarios.story import Card, Story
from tests.scenarios.test_ci_gate import OVERRIDING
from tests.scenarios.test_soak import is_known

PLACE = "#production"


async def deploys(scene: Story, tag: str, number: int = 1, words: str = "") -> Card:
    """The card of what the developer asks for in production."""
    await scene.developer.types(f"/deploy production {tag}{words}", PLACE)
    return await scene.card(number, PLACE)


async def runs_in_staging(scene: Story, tag: str, number: int = 1) -> None:
    """The commit of a release runs in staging, Healthy."""
    await scene.developer.types(f"/deploy staging sha-{tag.rpartition('-')[2]}")
    await (await scene.card(number)).ends("Succeeded")


async def test_what_never_ran_in_staging_is_refused_with_the_next_step_until_it_has(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, in_order=True) as scene:
        head, tag = await scene.world.repository.head(), release(scene)

        card = await deploys(scene, tag)
        await card.ends("Failed")
        assert f"staging is not known to have run user-svc:{tag}" in card.everything
        assert f"/deploy staging sha-{tag.rpartition('-')[2]}" in card.everything
        assert "“override”" in card.everything
        assert await scene.world.repository.head() == head
        told = await hears(scene.developer, f"/deploy production {tag} --dry-run", PLACE)
        assert "staging is not known to have run" in told

        await runs_in_staging(scene, tag)
        card = await deploys(scene, tag, 2)
        await card.shows("Waiting", "Approve")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_what_ran_in_staging_and_was_replaced_there_has_still_run(tmp_path: Path) -> None:
    async with production(tmp_path, in_order=True) as scene:
        tag, newer = release(scene, 2), release(scene)
        await runs_in_staging(scene, tag)
        await runs_in_staging(scene, newer, 2)

        card = await deploys(scene, tag)
        await card.shows("Waiting", "Approve")


async def test_what_degraded_in_staging_has_not_run_there_healthy(tmp_path: Path) -> None:
    async with production(tmp_path, in_order=True) as scene:
        tag = release(scene)
        scene.world.argocd.break_tag(f"sha-{tag.rpartition('-')[2]}")
        await scene.developer.types(f"/deploy staging sha-{tag.rpartition('-')[2]}")
        await (await scene.card()).ends("Failed")

        card = await deploys(scene, tag)
        await card.ends("Failed")
        assert "staging is not known to have run" in card.everything


async def test_a_build_of_the_same_commit_that_is_another_image_has_not_run(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, in_order=True) as scene:
        tag = release(scene)
        await runs_in_staging(scene, tag)
        scene.world.registry.move_tag("ai-svc", tag)

        card = await deploys(scene, tag)
        await card.ends("Failed")
        assert f"staging is not known to have run ai-svc:{tag} Healthy" in card.everything


async def test_what_staging_ran_before_there_was_a_record_counts_while_it_runs_there(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, in_order=True) as scene:
        sha = (await scene.world.repository.tags("staging"))["user-svc"].removeprefix("sha-")
        commit = scene.world.github.history.find(sha)
        assert commit is not None
        scene.world.registry.add_build(commit, released=True)
        scene.world.github.set_checks(commit, {"build": "success"})
        tag = f"v{commit.at:%Y%m%d}-{sha}"
        assert not scene.services.ledger.newest()

        card = await deploys(scene, tag)
        await card.shows("Waiting", "Approve")


async def test_who_may_override_says_why_and_a_hotfix_goes_that_way(tmp_path: Path) -> None:
    known = catalog(OVERRIDING)
    async with production(tmp_path, catalog=known, in_order=True) as scene:
        tag = release(scene)
        line = f'/deploy production {tag} --override-checks --reason "Staging is down"'
        assert "“override” for production" in await scene.developer.types(line, PLACE)

        await scene.oncall.types(line, PLACE)
        card = await scene.card(channel=PLACE)
        await card.shows("Waiting", "staging is not known to have run", "Staging is down")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_a_rollback_by_name_is_no_way_around_it(tmp_path: Path) -> None:
    async with production(tmp_path, in_order=True) as scene:
        tag = release(scene)
        await scene.oncall.types(f"/rollback production {tag} --yes", PLACE)
        card = await scene.card(channel=PLACE)
        await card.ends("Failed")
        assert "staging is not known to have run" in card.everything


async def test_a_promotion_is_held_to_it_again_once_it_is_approved(tmp_path: Path) -> None:
    async with production(tmp_path, in_order=True) as scene:
        head = await scene.world.repository.head()
        card = await promotes(scene)
        await is_known(scene, "Healthy")
        scene.world.argocd.degrade("link-app-staging")
        await is_known(scene, "Degraded")

        await scene.approver.clicks(card, "Approve")
        await card.ends("Failed")

        assert "staging is not known to have run" in card.everything
        await is_untouched(scene, head)
        await scene.developer.clicks(card, "Retry")
        again = await scene.card(2, PLACE)
        await again.ends("Failed")
        assert "staging is not known to have run" in again.everything


async def test_what_the_record_knows_to_have_run_well_and_runs_degraded_now_is_held_too(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, in_order=True) as scene:
        await runs_in_staging(scene, release(scene))
        await is_known(scene, "Healthy")
        head = await scene.world.repository.head()
        card = await promotes(scene)
        time_passes(scene, hours=1)  # nobody corrects the verdict of staging any more
        scene.world.argocd.degrade("link-app-staging")
        await is_known(scene, "Degraded")

        await scene.approver.clicks(card, "Approve")
        await card.ends("Failed")

        assert "staging is not known to have run" in card.everything
        await is_untouched(scene, head)
