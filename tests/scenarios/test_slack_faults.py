"""Slack misbehaves: one card all the same, deployments go on, and people learn what is wrong."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.deployments.events import DeploymentEnded, DeploymentStarted, SyncStarted
from bot.sandbox.slack.model import SlackMessage
from bot.sandbox.slack.patience import Patience
from bot.sandbox.slack.triggers import ResponseUrls
from bot.sandbox.world import World
from tests.scenarios.story import Story, story


def cards(scene: Story) -> list[SlackMessage]:
    """The bot's top-level messages."""
    shown = scene.world.slack.messages("#deployments")
    return [message for message in shown if message.bot_id and not message.is_reply]


async def ready(scene: Story) -> tuple[int, str]:
    """What /readyz answers."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"http://127.0.0.1:{scene.bot.port}/readyz")
        return answer.status_code, answer.text


async def test_rate_limits_and_server_errors_only_delay_the_card(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        slack = scene.world.slack
        slack.rate_limit("chat.postMessage", times=2, retry_after=3)
        slack.rate_limit("chat.update", times=2, retry_after=3)
        scene.once(SyncStarted, lambda: slack.fail("chat.update", 503, times=2))
        scene.once(DeploymentEnded, lambda: slack.fail("chat.postMessage", 500, times=2))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")
        await card.is_followed_by("<@U0DANA>", "*Succeeded*")

        assert len(cards(scene)) == 1
        assert len([reply for reply in card.thread if "*Succeeded*" in reply]) == 1


async def test_a_lost_answer_to_the_post_makes_no_second_card(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        slack = scene.world.slack
        slack.lose_answer("chat.postMessage")
        scene.once(DeploymentEnded, lambda: slack.lose_answer("chat.postMessage"))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Succeeded")
        await card.is_followed_by("<@U0DANA>", "*Succeeded*")
        assert await scene.services.outbox.flush(60)

        assert len(cards(scene)) == 1
        assert len([reply for reply in card.thread if "*Succeeded*" in reply]) == 1
        assert slack.calls_of("conversations.history")


async def test_a_deleted_card_is_posted_again_once(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        slack = scene.world.slack
        scene.world.argocd.pause_operations()
        await scene.developer.types("/deploy staging")
        first = await scene.card()
        await first.shows("syncing")

        slack.delete(first.message)
        scene.world.argocd.pause_operations(yes=False)
        again = await scene.card()
        await again.ends("Succeeded")
        assert again.ts != first.ts
        slack.delete(again.message)
        scene.world.argocd.degrade("link-frontend")
        await scene.world.clock.sleep(60)

        assert not [left for left in cards(scene) if left.text.startswith("Succeeded")]


async def test_without_a_channel_the_deployment_goes_on_and_the_doctor_says_why(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        slack = scene.world.slack
        slack.fail("chat.postMessage", "channel_not_found", times=1000)
        over = scene.once(DeploymentEnded)

        await scene.developer.types("/deploy staging")
        await over.wait()
        assert (await scene.world.repository.log(limit=1))[0].title.startswith("Deploy sha-")
        assert len(scene.operations("link-app-staging")) == 1
        waiting = scene.services.outbox.undelivered
        assert any("channel_not_found" in each.why for each in waiting)
        assert (await ready(scene))[0] == 200

        await scene.oncall.types("/shipmate doctor")
        await scene.oncall.is_told("channel_not_found")
        slack.forget()
        await (await scene.card()).ends("Succeeded")


async def test_a_bot_that_is_not_in_the_channel_deploys_and_posts_once_invited(
    tmp_path: Path,
) -> None:
    def leave(world: World) -> None:
        world.slack.remove_bot("#deployments")

    async with story(tmp_path, before_start=leave) as scene:
        over = scene.once(DeploymentEnded)
        await scene.developer.types("/deploy staging")
        await over.wait()
        assert not cards(scene)
        assert any("not_in_channel" in e.why for e in scene.services.outbox.undelivered)

        scene.world.slack.invite_bot("#deployments")
        await (await scene.card()).ends("Succeeded")
        assert len(cards(scene)) == 1


async def test_slack_away_at_the_start_stops_nothing_but_people(tmp_path: Path) -> None:
    def away(world: World) -> None:
        world.slack.cut_off()

    async with story(tmp_path, before_start=away) as scene:
        status, body = await ready(scene)
        assert status == 503
        assert '"slack": false' in body

        scene.world.slack.restore()
        while (await ready(scene))[0] != 200:
            await scene.world.clock.sleep(1)
        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")


async def test_slack_away_in_the_middle_hides_the_end_only_until_it_is_back(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        over = scene.once(DeploymentEnded)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("Running")
        scene.world.slack.cut_off()
        await over.wait()
        assert card.text.startswith("Running")
        scene.world.slack.restore()
        await card.ends("Succeeded")
        await card.is_followed_by("<@U0DANA>", "*Succeeded*")

        assert len(cards(scene)) == 1


async def test_slack_away_before_the_permission_is_asked_again_is_waited_for(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        started = scene.once(DeploymentStarted, scene.services.membership.forget)
        scene.once(DeploymentStarted, scene.world.slack.cut_off)
        over = scene.once(DeploymentEnded)

        await scene.developer.types("/deploy staging")
        await started.wait()
        await scene.world.clock.sleep(10)
        assert not over.is_set()
        scene.world.slack.restore()
        await (await scene.card()).ends("Succeeded")


async def test_an_answer_that_the_response_url_does_not_take_comes_another_way(
    tmp_path: Path,
) -> None:
    def expire(world: World) -> None:
        dead = ResponseUrls(world.clock, Patience(response_url=0))
        world.slack.workspace.response_urls = dead

    async with story(tmp_path, before_start=expire) as scene:
        await scene.developer.types("/deploy staging --dry-run")

        await scene.developer.is_told("Dry run", "staging")

        assert scene.world.slack.calls_of("chat.postEphemeral")
