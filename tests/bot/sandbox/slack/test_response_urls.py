"""A response_url: five uses within half an hour, ephemeral unless it says otherwise."""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack

GO = [
    {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}],
    }
]


async def post(http: aiohttp.ClientSession, url: str, **body: Any) -> tuple[int, str]:
    async with http.post(url, json=body) as response:
        return response.status, await response.text()


async def url_of_a_command(slack: SandboxSlack, bot: Any) -> str:
    await slack.command("U0DANA", "#deployments", "/status")
    return str(bot.form["response_url"])


async def test_five_answers_and_no_sixth(
    slack: SandboxSlack, bot: Any, http: aiohttp.ClientSession
) -> None:
    url = await url_of_a_command(slack, bot)
    for number in range(5):
        assert await post(http, url, text=f"{number}") == (200, "ok")
    status, body = await post(http, url, text="5")
    assert status == 404
    assert "used_url" in body
    assert len(slack.ephemerals("U0DANA")) == 5


async def test_half_an_hour_and_no_longer(
    slack: SandboxSlack, bot: Any, http: aiohttp.ClientSession, clock: Any
) -> None:
    url = await url_of_a_command(slack, bot)
    clock.advance(1799)
    assert (await post(http, url, text="In time."))[0] == 200
    clock.advance(1)
    status, body = await post(http, url, text="Late.")
    assert status == 404
    assert "expired_url" in body


async def test_an_ephemeral_original_is_replaced_and_stays_ephemeral(
    slack: SandboxSlack, bot: Any, http: aiohttp.ClientSession, web_api: AsyncWebClient
) -> None:
    await web_api.chat_postEphemeral(channel="C0DEPLOY", user="U0DANA", text="Ask.", blocks=GO)
    await slack.click("U0DANA", slack.ephemerals("U0DANA")[0], "Go")
    url = bot.payload["response_url"]
    body = {"text": "Done.", "replace_original": True, "response_type": "in_channel"}
    assert (await post(http, url, **body))[0] == 200
    assert [one.text for one in slack.ephemerals("U0DANA")] == ["Done."]
    assert slack.messages("#deployments") == ()
    assert (await post(http, url, delete_original=True))[0] == 200
    assert slack.ephemerals("U0DANA") == ()


async def test_it_speaks_where_the_bot_is_no_member(
    slack: SandboxSlack, bot: Any, http: aiohttp.ClientSession
) -> None:
    await slack.command("U0DANA", "#general", "/status")
    url = bot.form["response_url"]
    assert (await post(http, url, text="All well.", response_type="in_channel"))[0] == 200
    assert slack.messages("#general")[0].text == "All well."


async def test_bad_blocks_are_refused(
    slack: SandboxSlack, bot: Any, http: aiohttp.ClientSession
) -> None:
    url = await url_of_a_command(slack, bot)
    status, body = await post(http, url, text="Hm.", blocks=[{"type": "section"}])
    assert status == 400
    assert "invalid_blocks" in body
    assert (await post(http, url))[0] == 400
