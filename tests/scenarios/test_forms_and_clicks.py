"""The form of /deploy, and buttons that are pressed too late."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.argocd import Timings
from bot.sandbox.slack.delivery import Answer
from bot.sandbox.slack.model import SlackMessage
from tests.scenarios.staging import newest_tag
from tests.scenarios.story import Person, story


async def presses(person: Person, seen: SlackMessage, button: str) -> Answer | None:
    """Press a button of a message as it looked when it was read."""
    return await person.story.world.slack.click(person.id, seen, button)


async def test_deploy_alone_opens_a_form_and_submitting_it_deploys(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        tag = newest_tag(scene)
        assert await scene.developer.types("/deploy") == ""
        form = await scene.developer.form()
        assert form.content["callback_id"] == "form:deploy"

        values = {"environment": "staging", "tag": tag, "services": ["user-svc"]}
        reason = "It’s “urgent” --dry-run"  # noqa: RUF001 -- as phones write it
        answer = await scene.developer.submits({**values, "reason": reason})
        assert answer.ok
        card = await scene.card()
        await card.ends("Succeeded")

        assert scene.world.slack.view("U0DANA") is None
        assert "#deployments" in await scene.developer.is_told(tag)
        assert reason in card.everything
        tags = await scene.world.repository.tags("staging")
        assert [service for service, at in tags.items() if at == tag] == ["user-svc"]


async def test_a_wrong_tag_is_said_at_its_field_and_the_form_stays(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/shipmate deploy")
        answer = await scene.developer.submits({"environment": "staging", "tag": "v1.2.3"})

        assert set(answer.errors) == {"tag"}
        assert "“v1.2.3” is not a tag for staging" in answer.errors["tag"]
        assert scene.world.slack.view("U0DANA") is not None
        assert scene.services.ledger.newest() == []


async def test_the_form_asks_for_production_too_and_its_tag_is_named(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy")
        form = await scene.developer.form()
        assert "Has to be named for production." in str(form.content)

        answer = await scene.developer.submits({"environment": "production"})
        assert "so the tag must be named" in answer.errors["tag"]
        tag = f"v20261126-{newest_tag(scene).removeprefix('sha-')}"
        await scene.developer.submits(
            {"environment": "production", "tag": tag, "dry_run": ["dry-run"]}
        )
        await scene.developer.is_told("Dry run", f"{tag} to production")


async def test_a_dry_run_can_be_asked_for_in_the_form(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy")
        await scene.developer.submits({"environment": "staging", "dry_run": ["dry-run"]})

        await scene.developer.is_told("Dry run", "Nothing was changed.")
        assert scene.services.ledger.newest() == []


async def test_who_may_not_deploy_gets_no_deployment_from_a_form_either(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.outsider.types("/deploy")
        answer = await scene.outsider.submits({"environment": "staging"})

        said = " ".join(answer.errors.values())
        assert "This needs the permission “deploy” for staging." in said
        assert scene.services.ledger.newest() == []


async def test_a_late_cancel_explains_itself(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing")
        seen = card.message
        await card.ends("Succeeded")

        await presses(scene.developer, seen, "Cancel")
        told = await scene.developer.is_told("there is nothing to do")
        assert "is Succeeded" in told
        assert card.text.startswith("Succeeded")


async def test_a_late_retry_starts_nothing_and_says_what_decides_now(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.fail_next_sync("link-frontend", "Service spec.ports is immutable")
        await scene.developer.types("/deploy staging")
        first = await scene.card()
        await first.ends("Failed")
        seen = first.message
        await presses(scene.developer, seen, "Retry")
        await (await scene.card(2)).ends("Succeeded")

        await presses(scene.oncall, seen, "Retry")
        await scene.oncall.is_told("A newer deployment", "Nothing was started")
        assert len(scene.services.ledger.newest()) == 2


async def test_a_double_click_on_retry_starts_one_deployment(tmp_path: Path) -> None:
    async with story(tmp_path, timings=Timings(operation=5, rollout=5)) as scene:
        scene.world.argocd.fail_next_sync("link-frontend", "no")
        await scene.developer.types("/deploy staging")
        first = await scene.card()
        await first.ends("Failed")
        answer = await scene.developer.clicks(first, "Retry")
        assert answer is not None
        again = await scene.world.slack.resend(answer)

        await (await scene.card(2)).ends("Succeeded")
        assert again.status == 401
        assert len(scene.services.ledger.newest()) == 2


async def test_an_outsider_cannot_retry_by_a_click(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.fail_next_sync("link-frontend", "no")
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        await scene.outsider.clicks(card, "Retry")
        await scene.outsider.is_told("This needs the permission “deploy” for staging.")
        assert len(scene.services.ledger.newest()) == 1


async def test_a_long_reason_in_any_script_has_its_form(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        tag = (await scene.world.repository.tags("staging"))["user-svc"]
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        await scene.oncall.types(f'/rollback staging {tag} --reason "{"отказ " * 100}"')
        await scene.oncall.form()
        await scene.oncall.submits({})

        await (await scene.card(2)).ends("Succeeded")
