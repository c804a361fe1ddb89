"""On-call rolls production back alone and at once, and what went so is looked at afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bot.sandbox.argocd import link_platform
from bot.sandbox.argocd.definitions import Definition
from tests.scenarios.asking import hears
from tests.scenarios.production import production, release
from tests.scenarios.story import Card, Story
from tests.scenarios.test_rollback import rollback_card

PLACE = "#production"


def auto_syncing() -> tuple[Definition, ...]:
    """The platform, with production synced by Argo CD itself."""
    return tuple(
        replace(each, auto_sync=True, self_heal=True)
        if each.name == "link-app-production"
        else each
        for each in link_platform()
    )


async def deployed(scene: Story, back: int, number: int, end: str = "Succeeded") -> Card:
    """The card of a release that was asked for, approved and deployed."""
    tag = release(scene, back)
    await scene.developer.types(f"/deploy production {tag}", PLACE)
    card = await scene.card(number, PLACE)
    await card.shows("Waiting", "Approve")
    await scene.approver.clicks(card, "Approve")
    await card.ends(end)
    return card


async def waiting_card(scene: Story) -> Card:
    """The card that waits for an approval, once there is one."""
    slack = scene.world.slack

    def found() -> Card | None:
        waiting = [m for m in slack.messages(PLACE) if m.text.startswith("Waiting")]
        return Card(scene, PLACE, waiting[-1].ts) if waiting else None

    card = await slack.until(found)
    assert card is not None
    return card


async def test_oncall_goes_back_at_once_and_it_holds_against_auto_sync_until_resumed(
    tmp_path: Path,
) -> None:
    async with production(tmp_path, definitions=auto_syncing()) as scene:
        await deployed(scene, 3, 1)
        good = await scene.world.repository.tags("production")
        bad = release(scene, 2)
        scene.world.argocd.break_tag(bad)
        card = await deployed(scene, 2, 2, "Failed")
        button = f"Roll Back to {good['user-svc']}"
        assert button in card.buttons

        await scene.oncall.clicks(card, button)
        back = await rollback_card(scene, PLACE)
        await back.ends("Succeeded")

        assert await scene.world.repository.tags("production") == good
        app = scene.world.argocd.application("link-app-production")
        assert app.auto_sync
        scene.world.argocd.resync()
        await scene.world.clock.sleep(30)
        assert all(good["user-svc"] in image for image in app.images if "user-svc" in image)
        assert [*scene.services.controls.of("production").pins]

        assert "Mark Reviewed" in back.buttons
        listed = await hears(scene.approver, "/shipmate deployments --unreviewed")
        assert "1 deployment waits for a review" in listed
        resumed = await hears(scene.oncall, "/shipmate resume production")
        assert bad in resumed
        assert not scene.services.controls.of("production").pins

        await scene.approver.clicks(back, "Mark Reviewed")
        await back.shows("Reviewed by <@U0AMIR>")
        await scene.approver.is_told("is marked as reviewed")
        assert "Mark Reviewed" not in back.buttons
        told = await hears(scene.approver, "/shipmate deployments --unreviewed")
        assert "Nothing waits for a review" in told


async def test_the_first_of_all_goes_back_to_what_ran_before(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        before = await scene.world.repository.tags("production")
        scene.world.argocd.break_tag(release(scene))
        card = await deployed(scene, 0, 1, "Failed")

        await scene.oncall.clicks(card, f"Roll Back to {before['user-svc']}")
        await (await rollback_card(scene, PLACE)).ends("Succeeded")
        assert await scene.world.repository.tags("production") == before


async def test_what_never_ran_here_waits_for_an_approver(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        tag = release(scene, 4)

        told = await hears(scene.oncall, f"/rollback production {tag} --yes", PLACE)
        assert "once it is approved" in told
        card = await scene.card(channel=PLACE)
        await card.shows("Waiting", "Approve")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")
        assert "Mark Reviewed" not in card.buttons


async def test_nobody_reviews_what_they_did_themselves(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        scene.world.argocd.break_tag(release(scene))
        card = await deployed(scene, 0, 1, "Failed")
        await scene.oncall.clicks(card, next(b for b in card.buttons if b.startswith("Roll Back")))
        back = await rollback_card(scene, PLACE)
        await back.ends("Succeeded")

        await scene.oncall.clicks(back, "Mark Reviewed")
        assert "“approve” for production" in await scene.oncall.is_told("permission")
        newest = scene.services.ledger.newest()[0]
        refused = await hears(scene.developer, f"/shipmate review {newest.id}")
        assert "“approve” for production" in refused
        assert "no deployment" in await hears(scene.approver, "/shipmate review dxxxxxxxx")
        usual = await hears(
            scene.approver, f"/shipmate review {scene.services.ledger.newest()[1].id}"
        )
        assert "went the usual way" in usual


async def test_it_goes_back_although_github_and_the_registry_are_away(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await deployed(scene, 3, 1)
        good = await scene.world.repository.tags("production")
        scene.world.argocd.break_tag(release(scene, 2))
        card = await deployed(scene, 2, 2, "Failed")
        assert "`/rollback production` goes back at once" in card.everything
        await card.is_followed_by("*May roll back:* @oncall")
        scene.world.github.faults.cut_off()
        scene.world.registry.faults.cut_off()

        await scene.oncall.clicks(card, f"Roll Back to {good['user-svc']}")
        await (await rollback_card(scene, PLACE)).ends("Succeeded")

        assert await scene.world.repository.tags("production") == good
        text = await scene.world.repository.text("environments/production/kustomization.yaml")
        assert text.count("digest: sha256:") == len(good)


async def test_two_who_roll_back_at_once_make_one_commit(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        scene.world.argocd.break_tag(release(scene))
        await deployed(scene, 0, 1, "Failed")
        before = await scene.world.repository.head()

        await scene.oncall.types("/rollback production --yes", PLACE)
        await scene.oncall.types("/rollback production --yes", PLACE)
        await (await rollback_card(scene, PLACE)).ends("Succeeded")

        assert len(await scene.commits(before)) == 1
        assert len(scene.services.ledger.newest()) == 2


async def test_whoever_approves_a_build_that_was_rolled_back_is_told_by_whom_and_why(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        await deployed(scene, 3, 1)
        bad = release(scene, 2)
        await deployed(scene, 2, 2)
        await scene.oncall.types('/rollback production --yes --reason "user-svc is broken"', PLACE)
        await (await rollback_card(scene, PLACE)).ends("Succeeded")
        told = await scene.developer.types(f"/deploy production {bad}", PLACE)
        assert "*This was rolled back* by <@U0OLU>" in told
        card = await waiting_card(scene)
        await card.shows("Waiting", "Approve", "*This was rolled back* by <@U0OLU>")
        await card.shows("“user-svc is broken”", "pinned since")
        question = json.dumps(card.message.blocks, ensure_ascii=False)
        assert "UTC: “user-svc is broken”. production: " in question


async def test_what_waited_while_others_went_past_is_part_of_what_ran_last(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await deployed(scene, 3, 1)
        await scene.developer.types(f"/deploy production {release(scene, 2)} user-svc", PLACE)
        waited = await waiting_card(scene)
        await waited.shows("Approve")
        await scene.oncall.types("/rollback production --yes", PLACE)
        await (await rollback_card(scene, PLACE)).ends("Succeeded")
        await waited.shows("Asked for anew", "Approve")
        await scene.approver.clicks(waited, "Approve")
        await waited.ends("Succeeded")
        assert "Rolled back" not in waited.everything
        good = await scene.world.repository.tags("production")

        await scene.developer.types(f"/deploy production {release(scene, 1)}", PLACE)
        bad = await waiting_card(scene)
        brought = scene.services.ledger.newest("production")[2].id
        await bad.shows("Approve", "Last deployment here: <http", f"|{brought}>")
        await scene.approver.clicks(bad, "Approve")
        await bad.ends("Succeeded")
        assert await scene.world.repository.tags("production") != good
        await scene.oncall.types("/rollback production --yes", PLACE)
        await (await scene.card(6, PLACE)).ends("Succeeded")  # the fourth told of the pin
        assert await scene.world.repository.tags("production") == good


async def test_what_has_changed_nothing_takes_no_way_back_from_a_failed_card(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        await deployed(scene, 3, 1)
        good = await scene.world.repository.tags("production")
        scene.world.argocd.break_tag(release(scene, 2))
        failed = await deployed(scene, 2, 2, "Failed")
        button = f"Roll Back to {good['user-svc']}"

        await scene.developer.types(f"/deploy production {release(scene, 1)}", PLACE)
        waits = await waiting_card(scene)
        await waits.shows("Approve")
        await failed.shows("Newer: ")
        assert button in failed.buttons
        scene.world.repository.reject_pushes(1, "GH006: Protected branch update failed")
        await scene.approver.clicks(waits, "Approve")
        await waits.ends("Failed")
        await failed.shows(button)

        await scene.oncall.clicks(failed, button)
        await (await rollback_card(scene, PLACE)).ends("Succeeded")
        assert await scene.world.repository.tags("production") == good
        await failed.shows("*Rolled back* by <@U0OLU>")
        assert button not in failed.buttons


async def test_a_rollback_is_asked_for_anew_and_not_retried(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await deployed(scene, 3, 1)
        await deployed(scene, 2, 2)
        await scene.oncall.types("/rollback production --yes", PLACE)
        await (await rollback_card(scene, PLACE)).ends("Succeeded")
        back = scene.services.ledger.newest("production", 1)[0]
        refused = await scene.oncall.types(f"/shipmate retry {back.id}")
        assert "Ask for it anew: `/rollback production`." in refused
        assert scene.services.ledger.newest("production", 1)[0].id == back.id


async def test_a_rollback_that_failed_offers_to_ask_anew_and_no_retry(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await deployed(scene, 3, 1)
        good = await scene.world.repository.tags("production")
        await deployed(scene, 2, 2)
        scene.world.repository.reject_pushes(1, "GH006: Protected branch update failed")
        await scene.oncall.types("/rollback production --yes", PLACE)
        card = await rollback_card(scene, PLACE)
        await card.ends("Failed")
        assert "Retry" not in card.everything
        assert "`/rollback production` asks for it anew" in card.everything

        await scene.oncall.clicks(card, "Roll Back Again")
        await scene.oncall.submits({})
        await scene.oncall.submits({})
        await (await scene.card(4, PLACE)).ends("Succeeded")
        assert await scene.world.repository.tags("production") == good
