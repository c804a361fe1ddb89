"""Slack over WebSockets, for a bot without a public URL: the same payloads, the same path.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.doors.admission import Admission
from bot.doors.edge import Deliver
from bot.doors.payloads import Malformed, Other, read
from integrations.clock import Clock
from integrations.groups import TaskGroup

log = structlog.get_logger(__name__)

_HEARTBEAT_SECONDS = 10.0
_LONGEST_WAIT_SECONDS = 30.0


class SocketMode:
    """Keeps `connections` sockets open: while one is renewed, Slack uses another."""

    def __init__(
        self,
        *,
        app_token: str,
        client: AsyncWebClient,
        admission: Admission,
        deliver: Deliver,
        clock: Clock,
        connections: int = 2,
    ) -> None:
        self._app_token = app_token
        self._client = client
        self._admission = admission
        self._deliver = deliver
        self._clock = clock
        self._connections = connections
        self._open = 0

    @property
    def is_connected(self) -> bool:
        """Whether Slack can reach the bot now."""
        return self._open > 0

    async def run(self) -> None:
        """Stay connected until cancelled; what is being answered then is left unanswered."""
        async with ClientSession() as session, TaskGroup() as sockets:
            for number in range(self._connections):
                sockets.create_task(self._stay(session), name=f"socket {number}")

    async def _stay(self, session: ClientSession) -> None:
        failures = 0
        while True:
            began = self._clock.now()
            try:
                await self._connect(session)
            except (ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
                log.warning("socket lost", reason=type(error).__name__, failures=failures)
            lasted = (self._clock.now() - began).total_seconds()
            failures = 0 if lasted > _LONGEST_WAIT_SECONDS else failures + 1
            wait = min(_LONGEST_WAIT_SECONDS, 0.25 * 2 ** min(failures, 10))
            await self._clock.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 -- spreads load

    async def _connect(self, session: ClientSession) -> None:
        """One socket, from its ticket to its end."""
        opened = await self._client.apps_connections_open(app_token=self._app_token)
        async with session.ws_connect(
            str(opened["url"]), heartbeat=_HEARTBEAT_SECONDS, proxy=self._client.proxy
        ) as socket:
            self._open += 1
            try:
                async with TaskGroup() as answering:
                    await self._listen(socket, answering)
            finally:
                self._open -= 1

    async def _listen(self, socket: ClientWebSocketResponse, answering: TaskGroup) -> None:
        async for frame in socket:
            message = _message(frame.data) if frame.type is WSMsgType.TEXT else {}
            match message:
                case {"type": "hello"}:
                    log.info("socket open")
                case {"type": "disconnect", "reason": reason} if reason != "warning":
                    return
                case {"envelope_id": str(envelope_id), "payload": Mapping() as body}:
                    answering.create_task(
                        self._answer(socket, envelope_id, body), name=f"envelope {envelope_id}"
                    )

    async def _answer(
        self, socket: ClientWebSocketResponse, envelope_id: str, body: Mapping[str, Any]
    ) -> None:
        """Acknowledge one envelope. What is not for us is acknowledged too, or it comes again."""
        try:
            said = await self._said(envelope_id, body)
            await socket.send_json({"envelope_id": envelope_id, **said})
        except (ConnectionError, ClientError) as error:
            log.warning("envelope not acknowledged", reason=type(error).__name__)
        except Exception:
            log.exception("bug")

    async def _said(self, envelope_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the acknowledgement carries besides the envelope's ID."""
        try:
            payload = read(body)
        except Malformed:
            log.info("refused", why="The envelope holds nothing that Slack sends.")
            return {}
        if not self._admission.is_ours(payload):
            log.info("refused", why="The envelope is not for this app and its workspaces.")
            return {}
        if not self._admission.is_new(payload, envelope_id) or isinstance(payload, Other):
            return {}
        answer = await self._deliver(payload)
        return {"payload": json.loads(answer.body)} if answer.body.startswith("{") else {}


def _message(text: str) -> Mapping[str, Any]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
