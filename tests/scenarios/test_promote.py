"""What staging runs goes to production: the same images, once somebody else has said yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.deployments.events import ApprovalLapsed
from tests.scenarios.asking import hears
from tests.scenarios.production import catalog, production, time_passes
from tests.scenarios.promoting import SOAKING, is_untouched, promotes, tag_today
from tests.scenarios.story import Story


async def test_the_developer_promotes_and_the_approver_lets_it_happen(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        runs, registry = await scene.world.repository.tags("staging"), scene.world.registry

        card = await promotes(scene, ' --reason "The fair begins"')
        tag = await tag_today(scene)
        assert f"Promote {tag} to production" in card.text
        assert "The fair begins" in card.everything
        await is_untouched(scene, head)

        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        await card.is_followed_by("The images have their new tags in the registry.")
        for service, ran in runs.items():
            assert registry.digest(service, tag) == registry.digest(service, ran)
        assert set((await scene.world.repository.tags("production")).values()) == {tag}
        assert len(await scene.commits(head)) == 1


async def test_outsiders_and_approvers_alone_cannot_promote(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        told = await hears(scene.outsider, "/promote", "#production")
        assert "“deploy” for production, or for staging" in told
        assert not scene.services.ledger.newest()
        await is_untouched(scene, head)


async def test_a_second_time_there_is_nothing_to_promote(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await promotes(scene)
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        told = await hears(scene.developer, "/promote", "#production")
        assert "there is nothing to promote" in told


async def test_one_service_goes_alone(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        before = await scene.world.repository.tags("production")
        card = await promotes(scene, " user-svc")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        after = await scene.world.repository.tags("production")
        assert {name for name in after if after[name] != before[name]} == {"user-svc"}


async def test_a_dry_run_shows_it_and_touches_nothing(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        told = await hears(scene.developer, "/promote --dry-run", "#production")

        assert f"Dry run: {await tag_today(scene)} to production" in told
        assert "needs an approval" in told
        assert "permission" not in told
        looks = await hears(scene.outsider, "/promote --dry-run", "#production")
        assert "needs the permission “deploy” for production, or for staging" in looks
        assert not scene.services.ledger.newest()
        await is_untouched(scene, head)


async def test_a_dry_run_of_what_the_registry_lacks_shows_its_gate_over_pinned_images(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        card = await promotes(scene)
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        told = await hears(scene.developer, "/deploy production v20200101-abcdef0 --dry-run")
        assert "The registry has no user-svc:v20200101-abcdef0" in told
        assert "The lines cannot be shown" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (" dev production", "production takes what staging runs, not what dev runs"),
        (" production staging", "staging takes what dev runs"),
        (" staging dev", "names no source"),
        (" staging", "/promote dev staging` or `/promote staging production"),
        (" stagging production", "Did you mean"),
        (" staging production usr-svc", "Did you mean"),
        (" --override-checks", "--override-checks needs a --reason"),
    ],
)
async def test_wrong_words_and_a_forbidden_order_are_answered_with_the_next_step(
    tmp_path: Path, words: str, said: str
) -> None:
    async with production(tmp_path) as scene:
        assert said in await hears(scene.developer, f"/promote{words}", "#production")
        assert not scene.services.ledger.newest()


def loses(scene: Story) -> None:
    scene.world.registry.lose_image("ai-svc", _tag(scene, "ai-svc"))


def moves(scene: Story) -> None:
    scene.world.registry.move_tag("ai-svc", _tag(scene, "ai-svc"))


def takes(scene: Story) -> None:
    sha = _tag(scene, "ai-svc").removeprefix("sha-")
    today = f"v{scene.world.clock.now():%Y%m%d}-{sha}"
    scene.world.registry.add_image(today, services=["ai-svc"])


def turns_red(scene: Story) -> None:
    sha = _tag(scene, "ai-svc").removeprefix("sha-")
    commit = scene.world.github.history.find(sha)
    assert commit is not None
    scene.world.github.set_checks(commit, {"test": "failure"})


def _tag(scene: Story, service: str) -> str:
    image = f"ghcr.io/link/{service}"
    (tag,) = scene.services.applications.applications["link-app-staging"].tags_of(image)
    return tag


@pytest.mark.parametrize(
    ("disturb", "said"),
    [
        (loses, "a tag that the registry lacks: ai-svc"),
        (
            moves,
            "ai-svc runs another image than its tag names in the registry now: redeploy staging",
        ),
        (takes, "Another image is in the registry as ai-svc:v"),
        (turns_red, "CI is not green for"),
    ],
)
async def test_what_may_not_go_on_is_refused_before_anybody_is_asked(
    tmp_path: Path, disturb: Callable[[Story], None], said: str
) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        disturb(scene)

        assert said in await hears(scene.developer, "/promote", "#production")
        assert not scene.services.ledger.newest()
        await is_untouched(scene, head)


async def test_a_tag_that_somebody_takes_after_the_approval_was_asked_for_stops_it(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        card = await promotes(scene)
        takes(scene)

        await scene.approver.clicks(card, "Approve")
        await card.ends("Failed")

        assert "Another image is in the registry as ai-svc:v" in card.everything
        await is_untouched(scene, head)


async def test_a_tag_of_a_deployment_that_moves_voids_what_was_approved(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        lapsed = scene.once(ApprovalLapsed)
        commit = scene.world.github.newest()
        scene.world.registry.add_build(commit, released=True)
        scene.world.github.set_checks(commit, {"test": "success"})
        tag = f"v{commit.at:%Y%m%d}-{commit.short}"
        await scene.developer.types(f"/deploy production {tag}", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Waiting", "Approve")

        scene.world.registry.move_tag("ai-svc", tag)
        await scene.approver.clicks(card, "Approve")
        await card.is_followed_by("names another image now")

        assert lapsed.is_set()
        assert not [o for o in scene.operations("link-app-production") if o.infos]


async def test_no_soak_no_promotion_until_it_is_ready(tmp_path: Path) -> None:
    async with production(tmp_path, catalog=catalog(SOAKING)) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        told = await hears(scene.developer, "/promote", "#production")
        assert "60 min are asked for" in told
        assert "Promote When Ready" in told
        assert len(scene.services.ledger.newest()) == 1

        told = await hears(scene.developer, "/promote --when-ready", "#production")
        assert "It waits until it has run long enough" in told
        card = await scene.card(channel="#production")
        await card.shows("Queued", "has run it Healthy for long enough")
        time_passes(scene, hours=1)
        await card.shows("Waiting", "Approve")
        assert "staging has run these images Healthy for" in card.everything
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_argo_cd_away_keeps_what_is_to_be_ready_waiting_and_says_so(tmp_path: Path) -> None:
    long = {"soak_minutes: 0": "soak_minutes: 100000"}
    async with production(tmp_path, catalog=catalog(long)) as scene:
        await hears(scene.developer, "/promote --when-ready", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Queued")
        scene.world.argocd.cut_off()
        await card.shows("Argo CD cannot be reached")
        assert card.text.startswith("Queued")

        scene.world.argocd.restore()
        await scene.world.slack.until(lambda: "cannot be reached" not in card.everything)
        assert card.text.startswith("Queued")


async def test_what_is_replaced_in_staging_before_it_soaked_is_superseded(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, catalog=catalog(SOAKING)) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        await hears(scene.developer, "/promote --when-ready", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Queued")

        older = scene.world.github.runs.newest(branch="develop", status="success")[1]
        await scene.developer.types(f"/deploy staging sha-{older.sha[:7]}")
        await (await scene.card(2)).ends("Succeeded")
        await card.ends("Superseded")
        assert "no longer runs these images Healthy" in card.everything
