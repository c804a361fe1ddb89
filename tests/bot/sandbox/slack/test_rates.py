"""Slack's pace is kept, on the sandbox's clock."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack


async def seconds_to_wait(call: Any) -> int:
    with pytest.raises(SlackApiError) as limited:
        await call
    response = limited.value.response
    assert response.status_code == 429
    assert response["error"] == "ratelimited"
    return int(response.headers["Retry-After"])


async def test_the_51st_update_within_a_minute_waits_for_the_first_to_age(
    slack: SandboxSlack, web_api: AsyncWebClient, clock: Any
) -> None:
    posted = await web_api.chat_postMessage(channel="C0DEPLOY", text="0")
    at = {"channel": "C0DEPLOY", "ts": posted["ts"]}
    for number in range(50):
        await web_api.chat_update(**at, text=f"{number}")
        clock.advance(1)
    assert await seconds_to_wait(web_api.chat_update(**at, text="too soon")) == 10
    assert slack.messages("#deployments")[0].text == "49"
    clock.advance(10)
    await web_api.chat_update(**at, text="in time")


async def test_each_method_has_its_own_minute(web_api: AsyncWebClient) -> None:
    for _ in range(20):
        await web_api.usergroups_list()
    assert await seconds_to_wait(web_api.usergroups_list()) == 60
    await web_api.users_info(user="U0DANA")


async def test_a_channel_takes_one_message_a_second_and_a_short_burst(
    web_api: AsyncWebClient, clock: Any
) -> None:
    for _ in range(3):
        await web_api.chat_postMessage(channel="C0DEPLOY", text="Quick.")
    assert await seconds_to_wait(web_api.chat_postMessage(channel="#deployments", text="No.")) == 1
    await web_api.chat_postMessage(channel="C0PROD", text="Elsewhere.")
    for _ in range(30):
        clock.advance(1)
        await web_api.chat_postMessage(channel="C0DEPLOY", text="Steady.")


async def test_limits_can_be_lifted_for_load(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    slack.api.rates.enforced = False
    for _ in range(60):
        await web_api.chat_postMessage(channel="C0DEPLOY", text="Load.")
    assert len(slack.messages("#deployments")) == 60
