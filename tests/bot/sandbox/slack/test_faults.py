"""Slack's bad days, each on command."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack


async def test_a_lost_answer_has_done_its_work(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    slack.lose_answer("chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await web_api.chat_postMessage(channel="C0DEPLOY", text="Once.")
    assert [one.text for one in slack.messages("#deployments")] == ["Once."]
    assert slack.calls[-1].error == "lost"
    await web_api.chat_postMessage(channel="C0DEPLOY", text="Twice.")


async def test_a_failure_does_nothing_and_passes(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    slack.fail("chat.postMessage", "fatal_error", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="fatal_error"):
            await web_api.chat_postMessage(channel="C0DEPLOY", text="No.")
    await web_api.chat_postMessage(channel="C0DEPLOY", text="Yes.")
    assert [one.text for one in slack.messages("#deployments")] == ["Yes."]


async def test_a_proxy_answers_in_slacks_place(
    slack: SandboxSlack, http: aiohttp.ClientSession
) -> None:
    slack.fail("*", 503)
    async with http.post("/api/auth.test") as response:
        assert response.status == 503
        assert response.content_type == "text/html"


async def test_a_rate_limit_says_how_long(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    slack.rate_limit("users.info", retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        await web_api.users_info(user="U0DANA")
    assert limited.value.response.headers["Retry-After"] == "7"
    await web_api.users_info(user="U0DANA")


async def test_cut_off_and_restored(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    slack.cut_off()
    with pytest.raises(aiohttp.ClientError):
        await web_api.auth_test()
    answer = await slack.command("U0DANA", "#deployments", "/deploy staging")
    assert answer.error == "dispatch_failed"
    slack.restore()
    await web_api.auth_test()


async def test_slow_answers_take_the_clocks_time(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    before = slack.clock.now()
    slack.slow(2.5)
    await web_api.auth_test()
    assert (slack.clock.now() - before).total_seconds() == 2.5
