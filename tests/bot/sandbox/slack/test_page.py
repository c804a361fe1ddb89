"""The page's API: what one person sees, hears and does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Control, SandboxSlack

SELECT: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "static_select",
                "action_id": "pick",
                "options": [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}],
            },
            {
                "type": "button",
                "action_id": "run:go",
                "text": {"type": "plain_text", "text": "Go"},
            },
        ],
    }
]
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Deploy"},
    "submit": {"type": "plain_text", "text": "Deploy"},
    "blocks": [
        {
            "type": "input",
            "block_id": "tag",
            "label": {"type": "plain_text", "text": "Tag"},
            "element": {"type": "plain_text_input", "action_id": "tag"},
        }
    ],
}


async def state(http: aiohttp.ClientSession, persona: str = "U0DANA") -> dict[str, Any]:
    async with http.get("/page/state", params={"persona": persona}) as response:
        found: dict[str, Any] = await response.json()
        return found


async def post(http: aiohttp.ClientSession, path: str, **body: Any) -> dict[str, Any]:
    async with http.post(f"/page/{path}", json={"persona": "U0DANA"} | body) as response:
        found: dict[str, Any] = await response.json()
        return found


@asynccontextmanager
async def ears(http: aiohttp.ClientSession, persona: str) -> AsyncIterator[Any]:
    """A function that waits for the next event: (name, thing)."""
    async with http.get("/page/events", params={"persona": persona}) as stream:
        await stream.content.readuntil(b"\n\n")

        async def hear() -> tuple[str, Any]:
            async with asyncio.timeout(5):
                lines = (await stream.content.readuntil(b"\n\n")).decode().splitlines()
            return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))

        yield hear


async def test_the_page_is_served(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
    async with http.get("/page/static/index.html") as response:
        assert response.status == 200


async def test_everything_that_one_person_sees(
    slack: SandboxSlack, http: aiohttp.ClientSession, web_api: AsyncWebClient
) -> None:
    commands = [{"command": "/deploy", "description": "Deploy", "usage_hint": "<environment>"}]
    slack.manifest = {"features": {"slash_commands": commands}}
    slack.subcommands = [{"words": "app get", "usage": "app get <name>", "summary": "Show it"}]
    card = await web_api.chat_postMessage(channel="C0DEPLOY", text="Running.")
    await web_api.chat_postMessage(channel="C0DEPLOY", text="Synced.", thread_ts=card["ts"])
    await web_api.chat_postEphemeral(channel="C0DEPLOY", user="U0DANA", text="Psst.")
    seen = await state(http)
    assert [one["name"] for one in seen["personas"]] == [
        "Dana Developer",
        "Amir Approver",
        "Vera Approver",
        "Olu On-Call",
        "Otto Outsider",
    ]
    assert seen["commands"] == commands
    assert seen["subcommands"] == slack.subcommands
    assert [one["name"] for one in seen["channels"]][:2] == ["deployments", "production"]
    parent, reply = seen["messages"]["C0DEPLOY"]
    assert parent["reply_count"] == 1
    assert reply["thread_ts"] == parent["ts"]
    assert [one["text"] for one in seen["ephemerals"]] == ["Psst."]
    assert (await state(http, "U0AMIR"))["ephemerals"] == []


async def test_news_comes_as_events_to_those_who_may_see_it(
    http: aiohttp.ClientSession, web_api: AsyncWebClient
) -> None:
    async with ears(http, "U0AMIR") as amir, ears(http, "U0DANA") as dana:
        await web_api.chat_postEphemeral(channel="C0DEPLOY", user="U0DANA", text="Psst.")
        ts = (await web_api.chat_postMessage(channel="C0DEPLOY", text="Queued."))["ts"]
        await web_api.chat_update(channel="C0DEPLOY", ts=ts, text="Running.")
        await web_api.chat_delete(channel="C0DEPLOY", ts=ts)
        heard = [await amir() for _ in range(3)]
        assert [name for name, _ in heard] == ["message", "changed", "deleted"]
        assert heard[1][1]["text"] == "Running."
        assert heard[2][1]["ts"] == ts
        name, thing = await dana()
        assert (name, thing["text"]) == ("ephemeral", "Psst.")


async def test_typing_a_command_and_saying_something(
    slack: SandboxSlack, bot: Any, http: aiohttp.ClientSession
) -> None:
    bot.answer = "Deploying."
    assert (await post(http, "command", channel="C0DEPLOY", text="/deploy staging"))["ok"]
    assert bot.form["text"] == "staging"
    assert (await post(http, "say", channel="C0DEPLOY", text="a <b>"))["ok"]
    assert slack.messages("#deployments")[0].text == "a &lt;b&gt;"


async def test_a_failed_command_is_an_error_for_that_person(
    slack: SandboxSlack, bot: Any, http: aiohttp.ClientSession
) -> None:
    bot.status = 500
    async with ears(http, "U0DANA") as dana:
        answer = await post(http, "command", channel="C0DEPLOY", text="/deploy staging")
        assert answer == {"ok": False, "error": "http_service_error"}
        name, thing = await dana()
        assert name == "error"
        assert "http_service_error" in thing["text"]


async def test_pressing_and_choosing_in_a_message(
    bot: Any, http: aiohttp.ClientSession, web_api: AsyncWebClient
) -> None:
    posted = await web_api.chat_postMessage(channel="C0DEPLOY", text="Pick.", blocks=SELECT)
    at = {"channel": "C0DEPLOY", "message_ts": posted["ts"], "block_id": "row"}
    values = {"row": {"pick": {"type": "static_select", "selected_option": {"value": "1"}}}}
    assert (await post(http, "action", **at, action_id="run:go", state=values))["ok"]
    assert bot.payload["state"]["values"] == values
    option = SELECT[0]["elements"][0]["options"][0]
    await post(http, "action", **at, action_id="pick", selected_option=option)
    assert bot.payload["actions"][0]["selected_option"] == option
    gone = await post(http, "action", **at | {"message_ts": "1.0"}, action_id="pick")
    assert gone == {"ok": False, "error": "that message is gone"}


async def test_a_modal_opens_fills_and_closes(
    bot: Any, http: aiohttp.ClientSession, web_api: AsyncWebClient
) -> None:
    await post(http, "command", channel="C0DEPLOY", text="/deploy")
    async with ears(http, "U0DANA") as dana:
        await web_api.views_open(trigger_id=bot.form["trigger_id"], view=MODAL)
        name, view = await dana()
        assert name == "view"
        assert (await state(http))["view"]["id"] == view["id"]
        missing = await post(http, "submit", view_id=view["id"], values={})
        assert missing == {"ok": False, "errors": {"tag": "Please complete this required field."}}
        bot.answer = {"response_action": "errors", "errors": {"tag": "No such tag."}}
        filled = {"tag": {"tag": {"type": "plain_text_input", "value": "nope"}}}
        refused = await post(http, "submit", view_id=view["id"], values=filled)
        assert refused == {"ok": False, "errors": {"tag": "No such tag."}}
        bot.answer = ""
        assert (await post(http, "submit", view_id=view["id"], values=filled))["ok"]
        assert await dana() == ("view_closed", {"view_id": view["id"]})
    assert (await state(http))["view"] is None


async def test_the_panel_turns_what_it_was_given(
    slack: SandboxSlack, http: aiohttp.ClientSession
) -> None:
    world = {"slow": False}

    async def turn(value: object) -> str:
        world["slow"] = bool(value)
        return "Argo CD is slow now."

    control = Control(
        "slow", "Slow Argo CD", "toggle", turn, group="Argo CD", value=lambda: world["slow"]
    )
    slack.panel.append(control)
    answer = await post(http, "panel", id="slow", value=True)
    assert answer == {"ok": True, "note": "Argo CD is slow now."}
    async with http.get("/page/panel") as response:
        (shown,) = (await response.json())["controls"]
    assert shown["value"] is True
    assert (await post(http, "panel", id="none"))["ok"] is False


async def test_looking_at_the_home_tab_tells_the_bot(
    bot: Any, http: aiohttp.ClientSession, web_api: AsyncWebClient
) -> None:
    assert (await post(http, "home"))["ok"]
    assert bot.event["event"]["type"] == "app_home_opened"
    await web_api.views_publish(user_id="U0DANA", view={"type": "home", "blocks": []})
    assert (await state(http))["home"]["type"] == "home"


async def test_a_page_that_is_closed_is_no_fault(
    slack: SandboxSlack, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    feed = slack.workspace.feed
    async with http.get("/page/events", params={"persona": "U0DANA"}) as stream:
        await stream.content.readuntil(b"\n\n")
        assert feed.listening == 1
        stream.close()
    async with asyncio.timeout(10):
        while feed.listening:
            await post(http, "say", channel="C0DEPLOY", text="Anybody?")
    assert [record.exc_info for record in caplog.records if record.exc_info] == []


async def test_a_file_reaches_one_person_and_can_be_fetched(
    slack: SandboxSlack, http: aiohttp.ClientSession, web_api: AsyncWebClient
) -> None:
    async with ears(http, "U0DANA") as dana:
        asked = await web_api.files_getUploadURLExternal(filename='re"port.csv', length=4)
        async with http.post(asked["upload_url"], data=b"a,b\n") as taken:
            assert taken.status == 200
        files = [{"id": asked["file_id"], "title": "report"}]
        await web_api.files_completeUploadExternal(files=files, channels=["U0DANA"])
        name, room = await dana()
        assert (name, room["name"]) == ("channel", "shipmate")
        name, message = await dana()
        assert (name, message["channel"]) == ("message", room["id"])
        assert message["files"] == [{"id": asked["file_id"], "name": 're"port.csv', "size": 4}]
    async with http.get(f"/page/file/{asked['file_id']}") as response:
        assert await response.read() == b"a,b\n"
        assert response.headers["Content-Disposition"] == 'attachment; filename="report.csv"'
    async with http.get("/page/file/F0nothing") as response:
        assert response.status == 404
