"""What staging runs goes to production: the same images, once somebody else has said yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from bot.deployments.events import ApprovalLapsed
from bot.sandbox.argocd import Timings
from bot.sandbox.world import World, world
from integrations.clock import FastClock
from integrations.kustomization import images
from tests.forked import ForkedBot
from tests.leaping import LeapingClock
from tests.scenarios.asking import by_api, hears, token_of
from tests.scenarios.production import catalog, production
from tests.scenarios.story import QUICK, Card, Story

if TYPE_CHECKING:
    from bot.app import Bot

SOAKING = {"soak_minutes: 0": "soak_minutes: 60"}


async def promotes(scene: Story, words: str = "") -> Card:
    """The developer promotes; the card once it can be decided on."""
    told = await hears(scene.developer, f"/promote{words}", "#production")
    assert "goes to" in told, told
    card = await scene.card(channel="#production")
    await card.shows("Waiting", "Approve")
    return card


async def tag_today(scene: Story) -> str:
    """The tag that staging's images get in production."""
    sha = (await scene.world.repository.tags("staging"))["user-svc"].removeprefix("sha-")
    return f"v{scene.world.clock.now():%Y%m%d}-{sha}"


async def is_untouched(scene: Story, head: str) -> None:
    """Expect that nothing was written and nothing asked of Argo CD."""
    assert await scene.world.repository.head() == head
    assert not [o for o in scene.operations("link-app-production") if o.infos]
    assert not [c for c in scene.world.registry.calls if c.method == "PUT"]


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
        an_hour_passes(scene)
        await card.shows("Waiting", "Approve")
        assert "staging has run these images Healthy for" in card.everything
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


def an_hour_passes(scene: Story) -> None:
    """The clock that everything in the story shares jumps ahead."""
    cast("LeapingClock", scene.world.clock).pass_by(3600)


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


@pytest.mark.real_time
@pytest.mark.timeout(300)
async def test_a_bot_that_is_killed_among_its_tags_gives_each_once_and_commits_once(
    tmp_path: Path,
) -> None:
    clock = FastClock(20)
    async with world(tmp_path, clock, timings=QUICK) as outside:
        bot = ForkedBot(outside.environment(), clock, tmp_path / "bot.log")
        outside.slack.bot_url = bot.url
        scene = Story(outside, cast("Bot", None))
        head = await outside.repository.head()
        try:
            await bot.start()
            card = await promotes(scene)
            await scene.approver.clicks(card, "Approve")
            await outside.slack.until(lambda: _given(outside) >= 4)
            await bot.kill()

            await bot.start()
            await card.ends("Succeeded")
        finally:
            await bot.kill()
        assert _given(outside) == 7
        assert len(await scene.commits(head)) == 1
        assert len([o for o in scene.operations("link-app-production") if o.infos]) == 1


def _given(outside: World) -> int:
    """How many tags were given."""
    return len(
        [call for call in outside.registry.calls if call.method == "PUT" and call.status == 201]
    )


async def test_a_registry_that_loses_an_answer_is_looked_at_again(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await promotes(scene)
        scene.world.registry.faults.lose_answer(times=3)
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        tag = await tag_today(scene)
        assert set((await scene.world.repository.tags("production")).values()) == {tag}


async def test_an_account_that_may_not_push_ends_it_with_git_untouched(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        card = await promotes(scene)
        scene.world.registry.issuer.may_push = False
        await scene.approver.clicks(card, "Approve")
        await card.ends("Failed")

        assert "our account may not write" in card.everything
        assert "Nothing was changed" in card.everything
        assert await scene.world.repository.head() == head


async def test_without_a_registry_nothing_is_promoted(tmp_path: Path) -> None:
    nothing = {"REGISTRY_URL": "", "REGISTRY_USERNAME": "", "REGISTRY_TOKEN": ""}
    async with production(tmp_path, variables=nothing) as scene:
        assert "No registry is configured" in await hears(scene.developer, "/promote")


async def test_a_registry_that_is_away_is_said_and_nothing_is_recorded(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        scene.world.registry.faults.cut_off()
        assert "Registry" in await hears(scene.developer, "/promote")
        assert not scene.services.ledger.newest()


async def test_dev_goes_to_staging_by_the_tags_it_has(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        newest = scene.world.github.runs.newest(branch="develop", status="success")[0]
        tag = f"sha-{newest.sha[:7]}"
        await scene.developer.types(f"/deploy dev {tag} chat-svc")
        await (await scene.card()).ends("Succeeded")

        told = await hears(scene.developer, "/promote dev staging chat-svc")
        assert "goes to" in told
        await (await scene.card(2)).ends("Succeeded")
        assert (await scene.world.repository.tags("staging"))["chat-svc"] == tag


async def test_a_shell_promotes_and_follows(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        token = await token_of(scene.developer)
        said = await by_api(scene, token, "promote --dry-run")
        assert said.status == 200
        assert "Dry run" in str(said.reply)


async def test_git_names_what_runs_in_production_by_its_digest(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await promotes(scene, " user-svc")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        tag = await tag_today(scene)
        digest = scene.world.registry.digest("user-svc", tag)
        text = await scene.world.repository.text("environments/production/kustomization.yaml")
        lines = images(text)
        assert lines["ghcr.io/link/user-svc"].digest == digest
        assert not lines["ghcr.io/link/chat-svc"].digest
        running = scene.services.applications.applications["link-app-production"].images
        assert f"ghcr.io/link/user-svc:{tag}@{digest}" in running


async def test_a_catalog_may_leave_digests_out(tmp_path: Path) -> None:
    async with production(
        tmp_path, catalog=catalog({"pin_digest: true ": "pin_digest: false"})
    ) as scene:
        card = await promotes(scene, " user-svc")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        text = await scene.world.repository.text("environments/production/kustomization.yaml")
        assert "digest:" not in text


async def test_cancelling_with_the_way_back_takes_the_digests_out_again(tmp_path: Path) -> None:
    slow = Timings(operation=2, rollout=60)
    async with production(tmp_path, timings=slow) as scene:
        path = "environments/production/kustomization.yaml"
        before = await scene.world.repository.text(path)
        card = await promotes(scene)
        await scene.approver.clicks(card, "Approve")
        await card.shows("syncing")

        (deployment,) = scene.services.ledger.newest()
        await hears(scene.developer, f"/shipmate cancel {deployment.id} --revert", "#production")
        await card.ends("Cancelled")
        assert await scene.world.repository.text(path) == before


async def test_what_ran_before_there_was_a_record_counts_by_argo_cds_own(tmp_path: Path) -> None:
    async with production(tmp_path, catalog=catalog(SOAKING)) as scene:
        assert not scene.services.ledger.newest()
        an_hour_passes(scene)

        card = await promotes(scene)
        assert "staging has run these images Healthy for" in card.everything
