"""Production waits for somebody else's yes, and does exactly what that yes was to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.deployments.events import ApprovalLapsed, Approved
from bot.sandbox.argocd import Manifest
from bot.sandbox.world import World
from tests.scenarios.asking import hears
from tests.scenarios.production import (
    EVERYONE_LOOKS,
    FEW_LOOK,
    asks,
    operations,
    production,
    release,
)
from tests.scenarios.story import Card, platform


async def test_a_developer_asks_and_an_approver_lets_it_happen(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        head = await scene.world.repository.head()
        card = await asks(scene, words=' --reason "The fair begins"')
        assert "asked for by" in card.text
        assert card.text.startswith("Waiting")
        assert card.buttons[:2] == ["Approve", "Reject"]
        for shown in ("The fair begins", "of 1 approval", "@approvers", "link-app-production"):
            assert shown in card.everything
        assert await scene.commits(head) == []

        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")

        assert "Approve" not in card.buttons
        assert "Approved by" in card.everything
        assert operations(scene) == 1
        commit = (await scene.world.repository.log(head))[0]
        whole = await scene.services.gitops.log(f"{head}..{commit.sha}")
        assert whole[0].trailers["Approved-by"] == "amir (slack:U0AMIR)"
        assert whole[0].trailers["Requested-by"] == "dana (slack:U0DANA)"


async def test_whoever_asks_and_whoever_may_not_change_nothing(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene, scene.developer)
        await scene.developer.clicks(card, "Approve")
        await scene.developer.is_told("This needs the permission “approve” for production")
        await scene.outsider.clicks(card, "Approve")
        await scene.outsider.is_told("This needs the permission “approve” for production")
        await scene.outsider.clicks(card, "Reject")
        assert card.text.startswith("Waiting")
        assert operations(scene) == 0


async def test_what_waits_for_an_approval_stands_in_nobodys_way(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await asks(scene)
        told = await hears(scene.oncall, "/where production")
        assert "A deployment needs an approval" in told, told
        assert "queue" not in told, told


async def test_a_yes_that_overrides_nothing_is_recorded_as_a_yes_and_no_override(
    tmp_path: Path,
) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        (waiting,) = scene.services.ledger.open()
        assert waiting.approval is not None
        line = f'{waiting.id} --plan {waiting.approval.asked.digest} --yes --override --reason "x"'
        assert "Approved" in await hears(scene.approver, f"/shipmate approve {line}")
        await card.ends("Succeeded")
        told = await hears(scene.oncall, f"/shipmate audit export --deployment {waiting.id}")
        assert "Approved by slack:U0AMIR" in told, told
        assert "Override, because" not in told


async def test_an_approver_does_not_approve_their_own_request(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene, scene.approver)
        await scene.approver.clicks(card, "Approve")
        await scene.approver.is_told("You asked for this yourself")
        assert card.text.startswith("Waiting")


async def test_a_rejection_is_final_and_the_requester_reads_why(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        old = card.message
        await scene.approver.clicks(card, "Reject")
        await scene.approver.submits({"reason": "Not before the fair"})
        await card.ends("Rejected")
        assert "Not before the fair" in card.everything
        assert "Approve" not in card.buttons
        await card.is_followed_by("<@U0DANA>", "Rejected")

        await scene.world.slack.click("U0AMIR", old, "Approve")
        await scene.approver.is_told("is Rejected; there is nothing to do")
        assert operations(scene) == 0


async def test_a_retry_that_was_rejected_can_be_asked_for_again(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        scene.world.argocd.fail_next_sync("link-app-production", "no")
        failed = await asks(scene)
        await scene.approver.clicks(failed, "Approve")
        await failed.ends("Failed")
        await scene.developer.clicks(failed, "Retry")
        rejected = await scene.card(2, "#production")
        await rejected.shows("Waiting", "Reject")
        await scene.approver.clicks(rejected, "Reject")
        await scene.approver.submits({"reason": "Not before noon"})
        await rejected.ends("Rejected")

        await failed.shows("Retry")
        await asyncio.gather(*(scene.developer.clicks(failed, "Retry") for _ in range(2)))
        again = await scene.card(3, "#production")
        await again.shows("Waiting", "Retry of", "Approve")
        assert len(scene.services.ledger.newest("production")) == 3


def with_olu(outside: World) -> None:
    """On-call is among the approvers, and has long been."""
    groups = outside.slack.workspace.groups
    groups["S0APP"] = replace(groups["S0APP"], members=frozenset({"U0AMIR", "U0OLU"}))


async def test_two_clicks_at_once_count_as_one_and_two_people_as_two(tmp_path: Path) -> None:
    twice = "    mode: approval\n    approval: {needed: 2}\n"
    with_second = production(
        tmp_path, catalog=platform({"    mode: approval\n": twice}), before_start=with_olu
    )
    async with with_second as scene:
        card = await asks(scene)
        await asyncio.gather(*(scene.approver.clicks(card, "Approve") for _ in range(2)))
        await card.shows("1 of 2 approvals")
        assert operations(scene) == 0

        await scene.oncall.clicks(card, "Approve")
        await card.ends("Succeeded")
        deployment = scene.services.ledger.newest("production")[0]
        assert deployment.approval is not None
        assert [yes.actor.id for yes in deployment.approval.approved] == ["U0AMIR", "U0OLU"]


async def test_a_plan_that_moved_is_asked_for_anew(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        old = card.message
        lapsed = scene.once(ApprovalLapsed)
        await scene.world.repository.commit_inside("production", "user-svc", release(scene, back=4))
        await lapsed.wait()
        await card.shows("Asked for anew", "user-svc was", "Approve")

        await scene.world.slack.click("U0AMIR", old, "Approve")
        await scene.approver.is_told("is not what it would do now")
        assert operations(scene) == 0
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_a_commit_beside_the_plan_leaves_it_alone(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        await scene.world.repository.commit_inside("staging", "user-svc", "sha-0123456")
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")
        assert scene.services.ledger.newest("production")[0].lapsed is None


async def test_a_sync_of_production_meets_the_same_gate(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        told = await scene.oncall.types("/sync link-app-production")
        assert "waits there for an approval" in told
        card = await scene.card(channel="#production")
        await card.shows("Waiting", "Approve")
        assert scene.operations("link-app-production") == []
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_approvers_of_a_prune_see_what_it_deletes_and_another_object_asks_anew(
    tmp_path: Path,
) -> None:
    app = "link-app-production"
    async with production(tmp_path) as scene:
        scene.world.argocd.leave_behind(app, Manifest("ConfigMap", "old-settings"))
        await scene.oncall.types(f"/sync {app} --prune --confirm {app}", "#production")
        card = await scene.card(channel="#production")
        await card.shows("Waiting", "with --prune", "--prune ConfigMap/old-settings", "Approve")
        lapsed = scene.once(ApprovalLapsed)
        scene.world.argocd.leave_behind(app, Manifest("ConfigMap", "older-settings"))
        await lapsed.wait()
        await card.shows("Asked for anew", "--prune ConfigMap/older-settings", "Approve")
        assert operations(scene) == 0
        await scene.approver.clicks(card, "Approve")
        await card.ends("Succeeded")


async def test_a_dry_run_of_production_changes_nothing_and_asks_nobody(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await scene.oncall.types("/sync link-app-production --dry-run", "#production")
        card = await scene.card(channel="#production")
        await card.ends("Succeeded")
        assert [o.dry_run for o in scene.operations("link-app-production")] == [True]


async def test_a_yes_to_no_plan_in_particular_shows_the_plan_instead(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        key = scene.services.ledger.newest("production")[0].id
        await scene.approver.types(f"/shipmate approve {key} --yes")
        form = await scene.approver.form()
        assert form.content["title"]["text"] == "Approve"
        assert card.text.startswith("Waiting")
        assert scene.services.ledger.get(key).awaits_approval


async def test_who_may_not_look_into_an_environment_hears_nothing_of_its_requests(
    tmp_path: Path,
) -> None:
    dev_alone = EVERYONE_LOOKS.replace("everywhere", "dev")
    text = platform({EVERYONE_LOOKS: dev_alone + FEW_LOOK})
    async with production(tmp_path, catalog=text) as scene:
        card = await asks(scene)
        key = scene.services.ledger.newest("production")[0].id
        assert key in await hears(scene.approver, "/shipmate approve")
        assert "Nothing waits" in await hears(scene.outsider, "/shipmate approve")
        assert key in await hears(scene.approver, "/shipmate deployments")
        assert key not in await hears(scene.outsider, "/shipmate deployments")
        await scene.developer.clicks(card, "Cancel")
        await card.ends("Cancelled")
        looks = (f"show {key}", f"show {key} --follow", "deployments production")
        for line in (
            *looks,
            f"approve {key}",
            f"reject {key} --reason no",
            f"review {key}",
            f"cancel {key}",
            f"retry {key}",
        ):
            assert "permission “view” for production" in await hears(
                scene.outsider, f"/shipmate {line}"
            )


async def test_what_waits_is_listed_and_opens_as_a_form(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        assert "Nothing waits" in await hears(scene.approver, "/shipmate approve")
        await asks(scene)
        key = scene.services.ledger.newest("production")[0].id
        told = await hears(scene.approver, "/shipmate approve")
        assert key in told
        await scene.approver.types(f"/shipmate approve {key}")
        form = await scene.approver.form()
        assert form.content["title"]["text"] == "Approve"
        assert "Asked for by <@U0DANA>" in str(form.content)
        assert "since what runs" in str(form.content)
        approved = scene.once(Approved)
        await scene.approver.submits({})
        await approved.wait()
        card = await scene.card(channel="#production")
        await card.ends("Succeeded")


@pytest.mark.parametrize("person", ["developer", "approver"])
async def test_a_cancelled_request_cannot_be_approved(tmp_path: Path, person: str) -> None:
    async with production(tmp_path) as scene:
        card: Card = await asks(scene)
        old = card.message
        await scene.developer.clicks(card, "Cancel")
        await card.ends("Cancelled")
        await scene.world.slack.click(getattr(scene, person).id, old, "Approve")
        await getattr(scene, person).is_told("is Cancelled; there is nothing to do")
        assert operations(scene) == 0
