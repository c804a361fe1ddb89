"""Socket Mode as Slack's own client meets it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack


class Listener:
    """A bot on a socket: keeps what comes, acknowledges with `answer`."""

    def __init__(self) -> None:
        self.requests: list[SocketModeRequest] = []
        self.answer: dict[str, Any] | None = None

    async def __call__(self, client: Any, request: SocketModeRequest) -> None:
        self.requests.append(request)
        response = SocketModeResponse(envelope_id=request.envelope_id, payload=self.answer)
        await client.send_socket_mode_response(response)


@pytest.fixture
async def listener(slack: SandboxSlack) -> AsyncIterator[Listener]:
    web = AsyncWebClient(token="xoxb-sandbox", base_url=f"{slack.base_url}/api/")
    client = SocketModeClient(app_token="xapp-sandbox", web_client=web)
    listener = Listener()
    client.socket_mode_request_listeners.append(listener)
    await client.connect()  # type: ignore[no-untyped-call] # the SDK leaves it bare
    yield listener
    await client.close()  # type: ignore[no-untyped-call] # the SDK leaves it bare


async def test_commands_come_through_the_socket(slack: SandboxSlack, listener: Listener) -> None:
    listener.answer = {"text": "Deploying."}
    answer = await slack.command("U0DANA", "#deployments", "/deploy staging")
    assert listener.requests[0].type == "slash_commands"
    assert listener.requests[0].payload["text"] == "staging"
    assert answer.text == "Deploying."


async def test_an_empty_acknowledgement_shows_nothing(
    slack: SandboxSlack, listener: Listener
) -> None:
    answer = await slack.command("U0DANA", "#deployments", "/deploy staging")
    assert answer.ok
    assert slack.ephemerals("U0DANA") == ()


async def test_events_carry_their_retries(slack: SandboxSlack, listener: Listener) -> None:
    answer = await slack.event({"type": "team_join", "user": {"id": "U0NEW"}})
    await slack.redeliver(answer)
    first, second = listener.requests
    assert first.type == "events_api"
    assert (first.retry_attempt, second.retry_attempt) == (0, 1)
    assert first.payload["event_id"] == second.payload["event_id"]


async def test_the_client_comes_back_after_a_refresh(
    slack: SandboxSlack, listener: Listener
) -> None:
    await slack.sockets.disconnect("refresh_requested")
    assert not slack.sockets.are_open
    await slack.until(lambda: slack.sockets.are_open)
    assert len(slack.calls_of("apps.connections.open")) == 2
    assert (await slack.command("U0DANA", "#deployments", "/deploy")).ok


async def test_a_ticket_opens_one_connection(
    slack: SandboxSlack, http: aiohttp.ClientSession
) -> None:
    headers = {"Authorization": "Bearer xapp-sandbox"}
    async with http.post("/api/apps.connections.open", headers=headers) as response:
        url = (await response.json())["url"]
    async with http.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        assert hello["connection_info"]["app_id"] == "A0SHIPMATE"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)


async def test_the_bots_token_opens_no_socket(web_api: AsyncWebClient) -> None:
    answer = await web_api.api_call("auth.test")
    assert answer["ok"]
    with pytest.raises(Exception, match="not_allowed_token_type"):
        await web_api.apps_connections_open(app_token="xoxb-sandbox")
