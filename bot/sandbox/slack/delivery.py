"""How requests reach the app: signed over HTTP, or through a socket where one is open."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.slack.model import Json, SlackMessage
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.workspace import Workspace

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it went out, so that the very same can be sent again."""

    kind: str  # "slash_commands", "interactive" or "events_api", as Socket Mode names them
    payload: Json
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered. `status` is 0 where nothing came.

    `error` is what Slack shows then: "operation_timeout", "dispatch_failed" (no connection) or
    "http_service_error" (not 200). `message` is the one that the answer put on the screen.
    """

    status: int
    body: str
    error: str
    sent: Sent
    message: SlackMessage | None = None

    @property
    def ok(self) -> bool:
        """Whether Slack took the answer as an acknowledgement."""
        return not self.error

    @property
    def text(self) -> str:
        """The text of the message in the answer, "" for none."""
        return self.message.text if self.message else ""

    @property
    def json(self) -> Json:
        """The answer's JSON object, {} where it is none."""
        try:
            found: Any = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def errors(self) -> dict[str, str]:
        """block_id -> complaint, where a form came back with errors."""
        return dict(self.json.get("errors") or {})


class Delivery:
    """Sends to the app at `bot_url`, and waits 3 s for its acknowledgement."""

    def __init__(self, workspace: Workspace, sockets: Sockets) -> None:
        self._workspace = workspace
        self._sockets = sockets
        self._session: aiohttp.ClientSession | None = None
        self.bot_url = ""
        self.is_cut = False

    async def send(self, kind: str, payload: Json, **more: str) -> Answer:
        """Deliver one payload; `more` are headers. Never raises for what the app does."""
        if self._sockets.are_open:
            return await self._through_socket(Sent(kind, payload, more))
        return await self.again(self._signed(kind, payload, more))

    async def again(self, sent: Sent) -> Answer:
        """The same request once more, byte for byte: what a replay or a double click is."""
        if not sent.body:
            return await self._through_socket(sent)
        if self.is_cut:
            return Answer(0, "", "dispatch_failed", sent)
        try:
            async with self._workspace.clock.timeout(self._workspace.patience.acknowledge):
                return await self._post(sent)
        except TimeoutError:
            return Answer(0, "", "operation_timeout", sent)
        except aiohttp.ClientError:
            return Answer(0, "", "dispatch_failed", sent)

    async def close(self) -> None:
        """Close the connections to the app."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, sent: Sent) -> Answer:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=False)
        url = self.bot_url.rstrip("/") + "/slack/events"
        async with self._session.post(url, data=sent.body, headers=sent.headers) as response:
            body = await response.text()
            error = "" if response.status == 200 else "http_service_error"
            return Answer(response.status, body, error, sent)

    async def _through_socket(self, sent: Sent) -> Answer:
        try:
            async with self._workspace.clock.timeout(self._workspace.patience.acknowledge):
                body = await self._sockets.ask(sent.kind, sent.payload, sent.headers)
        except TimeoutError:
            return Answer(0, "", "operation_timeout", sent)
        except ConnectionError:
            return Answer(0, "", "dispatch_failed", sent)
        return Answer(200, body, "", sent)

    def _signed(self, kind: str, payload: Json, more: Mapping[str, str]) -> Sent:
        body, content_type = _encoded(kind, payload)
        stamp = str(int(self._workspace.clock.now().timestamp()))
        secret = self._workspace.installation.signing_secret
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(secret, stamp, body),
        }
        return Sent(kind, payload, headers | dict(more), body)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Sign as https://docs.slack.dev/authentication/verifying-requests-from-slack says."""
    text = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), FORM


async def pause(workspace: Workspace, seconds: float) -> None:
    """Wait on the workspace's clock; no wait at all for 0."""
    if seconds:
        await workspace.clock.sleep(seconds)
    else:
        await asyncio.sleep(0)
