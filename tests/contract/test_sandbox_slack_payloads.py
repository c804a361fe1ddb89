"""What the sandbox's Slack sends has only keys that Slack's own payloads have."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack
from bot.sandbox.slack.model import Json
from integrations.clock import SystemClock

pytestmark = pytest.mark.contract

BUTTONS: list[Json] = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "run:go",
                "text": {"type": "plain_text", "text": "Go"},
                "value": "1",
                "style": "primary",
            }
        ],
    }
]
MODAL: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Deploy"},
    "notify_on_close": True,
    "blocks": [{"type": "divider"}],
}
NEWER_THAN_THE_SAMPLES = {
    "response_urls",  # view_submission, documented since
}


def sample(contracts: Path, name: str) -> Json:
    found: Json = json.loads((contracts / f"slack/java-json-logs/{name}.json").read_text())
    return found


def strangers(ours: Any, theirs: Any, at: str = "") -> Iterator[str]:
    """Each of our keys that the sample lacks. What the sample leaves empty may hold anything."""
    if isinstance(ours, list) and isinstance(theirs, list) and theirs:
        for one in ours:
            yield from strangers(one, theirs[0], f"{at}[]")
    elif isinstance(ours, dict) and isinstance(theirs, dict) and theirs:
        for name, inner in ours.items():
            if name not in theirs and name not in NEWER_THAN_THE_SAMPLES:
                yield f"{at}.{name}"
            elif name != "blocks":  # arrays of every kind of block: blocks.schema.json has them
                yield from strangers(inner, theirs.get(name), f"{at}.{name}")


@pytest.fixture
async def slack() -> AsyncIterator[SandboxSlack]:
    async def silence(_: web.Request) -> web.Response:
        return web.Response()

    bot = web.Application()
    bot.router.add_post("/slack/events", silence)
    runner = web.AppRunner(bot)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack = SandboxSlack(
        SystemClock(), signing_secret="secret", bot_token="xoxb-1", app_token="xapp-1"
    )
    slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    await slack.start()
    yield slack
    await slack.stop()
    await runner.cleanup()


@pytest.fixture
def web_api(slack: SandboxSlack) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-1", base_url=f"{slack.base_url}/api/")


async def test_a_slash_command(contracts: Path, slack: SandboxSlack) -> None:
    sent = (await slack.command("U0DANA", "#deployments", "/deploy staging")).sent.payload
    theirs = sample(contracts, "app-backend__slash-commands__SlashCommandPayload")
    assert list(strangers(sent, theirs)) == []
    assert set(theirs) - set(sent) == {"enterprise_id", "enterprise_name"}


async def test_a_click(contracts: Path, slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    metadata = {"event_type": "shipmate", "event_payload": {"key": "1"}}
    at = {"channel": "C0DEPLOY", "text": "Running."}
    await web_api.api_call("chat.postMessage", json={**at, "blocks": BUTTONS, "metadata": metadata})
    answer = await slack.click("U0DANA", slack.messages("#deployments")[0], "Go")
    assert answer is not None
    theirs = sample(contracts, "app-backend__interactive-components__BlockActionPayload")
    assert list(strangers(answer.sent.payload, theirs)) == []


async def test_a_submission_and_a_closing(
    contracts: Path, slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    for act, name in ((slack.submit, "ViewSubmission"), (slack.close, "ViewClosed")):
        command = await slack.command("U0DANA", "#deployments", "/deploy")
        await web_api.views_open(trigger_id=command.sent.payload["trigger_id"], view=MODAL)
        view = slack.view("U0DANA")
        assert view is not None
        answer = await act("U0DANA", view)
        assert answer is not None
        theirs = sample(contracts, f"app-backend__views__{name}Payload")
        theirs["view"].pop("state")
        sent = dict(answer.sent.payload)
        sent["view"] = {key: sent["view"][key] for key in sent["view"] if key not in IN_VIEWS}
        assert list(strangers(sent, theirs)) == []


IN_VIEWS = {"state", "blocks"}  # the samples leave out what differs from view to view


async def test_events(contracts: Path, slack: SandboxSlack) -> None:
    members = await slack.set_members("S0APP", {"U0OLU"})
    theirs = sample(contracts, "events__SubteamMembersChangedPayload")
    assert list(strangers(members.sent.payload, theirs)) == []
    assert set(members.sent.payload["event"]) == set(theirs["event"])
    home = await slack.open_home("U0DANA")
    theirs = sample(contracts, "events__AppHomeOpenedPayload")
    assert list(strangers(home.sent.payload, theirs)) == []


CALLS = {
    "auth.test": {},
    "chat.getPermalink": {"channel": "C0DEPLOY", "message_ts": "<ts>"},
    "chat.postEphemeral": {"channel": "C0DEPLOY", "user": "U0DANA", "text": "Psst."},
    "chat.delete": {"channel": "C0DEPLOY", "ts": "<ts>"},
    "conversations.info": {"channel": "C0DEPLOY", "include_num_members": "true"},
    "conversations.members": {"channel": "C0DEPLOY"},
    "usergroups.list": {"include_users": "true", "include_count": "true"},
    "usergroups.users.list": {"usergroup": "S0DEV"},
    "users.info": {"user": "U0DANA"},
    "users.lookupByEmail": {"email": "dana@link.example"},
}


@pytest.mark.parametrize("method", CALLS)
async def test_an_answer(contracts: Path, web_api: AsyncWebClient, method: str) -> None:
    posted = await web_api.chat_postMessage(channel="C0DEPLOY", text="Hello.")
    arguments = {
        name: value.replace("<ts>", str(posted["ts"])) for name, value in CALLS[method].items()
    }
    answer = await web_api.api_call(method, data=arguments)
    assert list(strangers(answer.data, sample(contracts, f"api__{method}"))) == []


async def test_opening_a_socket(contracts: Path, web_api: AsyncWebClient) -> None:
    answer = await web_api.apps_connections_open(app_token="xapp-1")
    assert list(strangers(answer.data, sample(contracts, "api__apps.connections.open"))) == []
