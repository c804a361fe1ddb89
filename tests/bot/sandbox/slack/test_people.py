"""What people do reaches the bot as Slack sends it, and its answer reaches their screen."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Patience, SandboxSlack
from bot.sandbox.slack.patience import patience_for
from integrations.clock import FastClock
from integrations.groups import TaskGroup

BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "run:approve",
                "text": {"type": "plain_text", "text": "Approve"},
                "value": "d-1",
                "style": "primary",
            },
            {
                "type": "button",
                "action_id": "run:cancel",
                "text": {"type": "plain_text", "text": "Cancel"},
                "value": "d-1",
                "confirm": {"text": {"type": "plain_text", "text": "Really?"}},
            },
        ],
    }
]


async def test_a_command_arrives_signed_with_what_was_typed(slack: SandboxSlack, bot: Any) -> None:
    bot.answer = "Deploying."
    answer = await slack.command("U0DANA", "#deployments", "/deploy staging <@U0AMIR> a<b")
    assert bot.form["command"] == "/deploy"
    assert bot.form["text"] == "staging <@U0AMIR> a&lt;b"
    assert bot.form["user_id"] == "U0DANA"
    assert bot.form["channel_name"] == "deployments"
    headers, body = bot.headers[0], bot.bodies[0]
    stamp, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
    verifier = SignatureVerifier(slack.workspace.installation.signing_secret)
    assert signature == verifier.generate_signature(timestamp=stamp, body=body)
    assert int(stamp) == int(slack.clock.now().timestamp())
    assert answer.text == "Deploying."
    assert slack.ephemerals("U0DANA") == (answer.message,)


async def test_an_answer_may_be_for_everyone(slack: SandboxSlack, bot: Any) -> None:
    bot.answer = {"response_type": "in_channel", "text": "Hello, all."}
    await slack.command("U0DANA", "#deployments", "/hello")
    assert [one.text for one in slack.messages("#deployments")] == ["Hello, all."]


@pytest.mark.parametrize(
    ("answer", "status", "shown"),
    [
        ("oh no", 500, 'failed with the error "http_service_error"'),
        (
            {"blocks": [{"type": "sektion"}]},
            200,
            'failed with the error "invalid_command_response"',
        ),
    ],
)
async def test_a_bad_answer_is_shown_as_slack_shows_it(
    slack: SandboxSlack, bot: Any, answer: Any, status: int, shown: str
) -> None:
    bot.answer, bot.status = answer, status
    failed = await slack.command("U0DANA", "#deployments", "/deploy staging")
    assert not failed.ok
    assert slack.ephemerals("U0DANA")[0].text == f"/deploy {shown}"
    assert slack.ephemerals("U0DANA")[0].user == "USLACKBOT"


async def test_a_bot_that_says_nothing_for_three_seconds(slack: SandboxSlack, bot: Any) -> None:
    bot.silent = True
    slack.workspace.patience = Patience(acknowledge=0.05)
    answer = await slack.command("U0DANA", "#deployments", "/deploy staging")
    assert answer.error == "operation_timeout"
    assert "operation_timeout" in slack.ephemerals("U0DANA")[0].text


async def test_a_command_that_the_manifest_does_not_name(slack: SandboxSlack, bot: Any) -> None:
    slack.manifest = {"features": {"slash_commands": [{"command": "/deploy"}]}}
    await slack.command("U0DANA", "#deployments", "/deploy staging")
    assert len(bot.bodies) == 1
    answer = await slack.command("U0DANA", "#deployments", "/depoly staging")
    assert answer.text == "/depoly is not a valid command."
    assert len(bot.bodies) == 1


async def test_a_click_tells_of_its_message_and_button(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    metadata = {"event_type": "shipmate", "event_payload": {"key": "card:1"}}
    await web_api.chat_postMessage(
        channel="C0PROD", text="Waiting for approval.", blocks=BUTTONS, metadata=metadata
    )
    card = slack.messages("#production")[0]
    await slack.click("U0AMIR", card, "Approve")
    payload = bot.payload
    assert payload["type"] == "block_actions"
    assert payload["user"]["id"] == "U0AMIR"
    assert payload["actions"][0]["action_id"] == "run:approve"
    assert payload["actions"][0]["value"] == "d-1"
    assert payload["container"]["message_ts"] == card.ts
    assert payload["message"]["metadata"] == metadata
    assert payload["response_url"].startswith(f"{slack.base_url}/response/")


async def test_a_click_on_an_ephemeral_message_brings_no_message(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    await web_api.chat_postEphemeral(
        channel="C0PROD", user="U0AMIR", text="Only you.", blocks=BUTTONS
    )
    await slack.click("U0AMIR", slack.ephemerals("U0AMIR")[0], "run:approve")
    assert bot.payload["container"]["is_ephemeral"]
    assert "message" not in bot.payload


async def test_a_button_that_asks_first(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    await web_api.chat_postMessage(channel="C0PROD", text="Running.", blocks=BUTTONS)
    card = slack.messages("#production")[0]
    assert await slack.click("U0OLU", card, "Cancel", confirm=False) is None
    assert bot.bodies == []
    assert await slack.click("U0OLU", card, "Cancel") is not None
    with pytest.raises(LookupError, match="Retry"):
        await slack.click("U0OLU", card, "Retry")


async def test_the_same_request_can_be_sent_again(slack: SandboxSlack, bot: Any) -> None:
    answer = await slack.command("U0DANA", "#deployments", "/deploy staging")
    await slack.resend(answer)
    assert bot.bodies[0] == bot.bodies[1]
    assert bot.headers[0]["X-Slack-Signature"] == bot.headers[1]["X-Slack-Signature"]


async def test_an_event_is_retried_with_its_id(slack: SandboxSlack, bot: Any, clock: Any) -> None:
    bot.status = 500
    start = clock.now()
    await slack.set_members("S0APP", {"U0AMIR", "U0DANA"})
    assert len(bot.bodies) == 4
    assert len(set(bot.bodies)) == 1
    assert bot.event["event"]["added_users"] == ["U0DANA"]
    marks = [one.get("x-slack-retry-num") for one in bot.headers]
    assert marks == [None, "1", "2", "3"]
    assert bot.headers[1]["x-slack-retry-reason"] == "http_error"
    assert (clock.now() - start).total_seconds() == 360


async def test_a_delivered_event_can_be_delivered_once_more(slack: SandboxSlack, bot: Any) -> None:
    answer = await slack.event({"type": "team_join", "user": {"id": "U0NEW"}})
    await slack.redeliver(answer)
    assert len(bot.bodies) == 2
    assert bot.bodies[0] == bot.bodies[1]


async def test_a_bot_proves_its_url_with_the_challenge(slack: SandboxSlack, bot: Any) -> None:
    assert (await slack.verify_url()).error == "challenge_failed"
    bot.answer = {"challenge": "challenge00002"}
    answer = await slack.verify_url()
    assert bot.event["challenge"] == "challenge00002"
    assert answer.ok


def test_a_faster_clock_leaves_the_bot_its_three_real_seconds() -> None:
    assert patience_for(FastClock(20)).acknowledge == 60
    assert patience_for(FastClock(20)).response_url == 1800


async def test_a_mention_reaches_the_bot_that_asked_for_mentions(
    slack: SandboxSlack, bot: Any
) -> None:
    await slack.say("U0DANA", "#deployments", "<@U0SHIPMATE> hello")
    assert bot.bodies == []
    events = {"event_subscriptions": {"bot_events": ["app_mention"]}}
    slack.manifest = {"settings": events}
    await slack.say("U0DANA", "#deployments", "<@U0SHIPMATE> hello")
    assert bot.event["event"]["type"] == "app_mention"


async def test_waiting_wakes_on_what_happens(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    async with TaskGroup() as tasks:
        waiting = tasks.create_task(slack.until(lambda: slack.messages("#deployments")))
        await asyncio.sleep(0)
        await web_api.chat_postMessage(channel="C0DEPLOY", text="Here.")
    assert waiting.result()[0].text == "Here."
    with pytest.raises(TimeoutError, match="Here"):
        await slack.until(lambda: slack.messages("#production"), timeout=0.05)
