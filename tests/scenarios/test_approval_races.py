"""Decisions that meet, come late, or come by the wrong way: each counts once or not at all."""

from __future__ import annotations

from pathlib import Path

from bot.deployments.events import ApprovalLapsed, Approved, Rejected
from bot.sandbox.slack.delivery import Answer
from integrations.groups import TaskGroup
from tests.scenarios.asking import by_api, hears, token_of
from tests.scenarios.production import asks, catalog, operations, production, release
from tests.scenarios.story import Story
from tests.scenarios.test_approvals import with_olu

NEEDS_TWO = {"    mode: approval\n": "    mode: approval\n    approval: {needed: 2}\n"}


def said(scene: Story, kind: type[Approved | Rejected]) -> list[str]:
    """Who has decided so, by the folded record of the newest deployment."""
    approval = scene.services.ledger.newest("production")[0].approval
    assert approval is not None
    if kind is Approved:
        return sorted(yes.actor.id for yes in approval.approved)
    return [approval.rejected.actor.id] if approval.rejected else []


async def test_two_approvers_at_once_are_both_counted_where_two_are_needed(tmp_path: Path) -> None:
    two = production(tmp_path, catalog=catalog(NEEDS_TWO), before_start=with_olu)
    async with two as scene:
        card = await asks(scene)
        async with TaskGroup() as group:
            for person in (scene.approver, scene.oncall):
                group.create_task(person.clicks(card, "Approve"))
        await card.ends("Succeeded")
        assert said(scene, Approved) == ["U0AMIR", "U0OLU"]
        assert operations(scene) == 1


async def test_of_two_at_once_one_goes_on_where_one_is_needed(tmp_path: Path) -> None:
    async with production(tmp_path, before_start=with_olu) as scene:
        card = await asks(scene)
        head = await scene.world.repository.head()
        async with TaskGroup() as group:
            for person in (scene.approver, scene.oncall):
                group.create_task(person.clicks(card, "Approve"))
        await card.ends("Succeeded")
        told = [scene.world.slack.ephemerals(each)[-1].text for each in ("U0AMIR", "U0OLU")]
        assert sorted("was approved already by" in each for each in told) == [False, True], told
        assert "starts" in "".join(told)
        assert len(said(scene, Approved)) == 1
        assert len(await scene.commits(head)) == 1
        assert operations(scene) == 1


async def test_a_yes_and_a_no_at_once_come_to_one_of_both(tmp_path: Path) -> None:
    async with production(tmp_path, before_start=with_olu) as scene:
        card = await asks(scene)
        key = scene.services.ledger.newest("production")[0].id
        no = f'/shipmate reject {key} --reason "Not now"'
        async with TaskGroup() as group:
            group.create_task(scene.approver.clicks(card, "Approve"))
            group.create_task(scene.oncall.types(no))
        await scene.world.slack.until(lambda: card.text.startswith(("Succeeded", "Rejected")))
        rejected = card.text.startswith("Rejected")
        assert len(said(scene, Rejected)) == rejected
        assert operations(scene) == (not rejected)


async def test_no_other_door_takes_a_decision(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        key = scene.services.ledger.newest("production")[0].id
        token = await token_of(scene.approver)
        for line in (f"approve {key} --yes", f'reject {key} --reason "No"', f"review {key}"):
            refused = await by_api(scene, token, line)
            assert "cannot be asked for this way" in str(refused.reply), line
        glass = f'deploy production {release(scene)} --break-glass --reason "x"'
        refused = await by_api(scene, await token_of(scene.oncall), glass)
        assert "in Slack alone" in str(refused.reply)
        assert card.text.startswith("Waiting")
        assert said(scene, Approved) == []
        assert operations(scene) == 0


async def test_what_was_never_shown_is_not_approved(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")
        elsewhere = scene.services.ledger.newest("staging")[0].id
        card = await asks(scene)
        key = scene.services.ledger.newest("production")[0].id
        for words, told in (
            (f"{key} --plan {'f' * 16} --yes", "is not what it would do now"),
            ("d000000000 --yes", "There is no deployment"),
            (f"{elsewhere} --yes", "there is nothing to do"),
        ):
            assert told in await hears(scene.approver, f"/shipmate approve {words}"), words
        assert said(scene, Approved) == []
        assert card.text.startswith("Waiting")


async def test_a_form_that_was_open_while_the_plan_moved_approves_nothing(tmp_path: Path) -> None:
    async with production(tmp_path) as scene:
        card = await asks(scene)
        key = scene.services.ledger.newest("production")[0].id
        await scene.approver.types(f"/shipmate approve {key}")
        form = await scene.approver.form()
        lapsed = scene.once(ApprovalLapsed)
        await scene.world.repository.commit_inside("production", "user-svc", release(scene, back=4))
        await lapsed.wait()
        await card.shows("Asked for anew", "Approve")

        late: Answer = await scene.world.slack.submit("U0AMIR", form, {})
        assert late.status == 200
        await scene.approver.is_told("is not what it would do now")
        assert said(scene, Approved) == []
        assert operations(scene) == 0
