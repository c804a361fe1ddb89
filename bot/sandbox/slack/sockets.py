"""Socket Mode, Slack's side: tickets, connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.slack.model import Json
from bot.sandbox.slack.workspace import Workspace

CONNECTIONS_LIMIT = 10  # https://docs.slack.dev/apis/events-api/using-socket-mode
_RESPONDING = {"slash_commands", "interactive"}  # envelopes whose ack may carry a payload


class Sockets:
    """The app's open connections. Each payload goes to one of them, in turn."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._turn = count()

    @property
    def are_open(self) -> bool:
        """Whether the app is connected."""
        return bool(self._open)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from `hello` to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._workspace.socket_tickets:
            raise web.HTTPForbidden(text="invalid ticket")
        self._workspace.socket_tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self._open) >= CONNECTIONS_LIMIT:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self._open.append(socket)
        if request.transport is not None:
            self._transports[socket] = request.transport
        try:
            await socket.send_json(self._hello())
            self._workspace.feed.publish("socket", len(self._open))
            await self._listen(socket)
        finally:
            if socket in self._open:
                self._open.remove(socket)
            self._transports.pop(socket, None)
            self._workspace.feed.publish("socket", len(self._open))
        return socket

    async def ask(self, kind: str, payload: Json, retry: Mapping[str, str]) -> str:
        """Send one envelope; the payload of its acknowledgement as JSON, "" for none.

        Raises ConnectionError where no connection is open.
        """
        if not self._open:
            raise ConnectionError("no socket is open")
        envelope_id = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind in _RESPONDING,
        }
        if kind == "events_api":
            envelope["retry_attempt"] = int(retry.get("x-slack-retry-num", 0))
            envelope["retry_reason"] = retry.get("x-slack-retry-reason", "")
        acknowledged: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = acknowledged
        try:
            await self._open[next(self._turn) % len(self._open)].send_json(envelope)
            return await acknowledged
        finally:
            del self._waiting[envelope_id]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to go, as Slack does about every hour, then close them.

        `reason`: "warning", "refresh_requested" or "link_disabled". A warning closes nothing yet.
        """
        for socket in list(self._open):
            body = {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            await socket.send_json(body)
            if reason != "warning":
                self._open.remove(socket)
                await socket.close()

    def drop(self) -> None:
        """Cut every connection without a word."""
        for transport in self._transports.values():
            transport.abort()

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            try:
                acknowledgement: Any = json.loads(frame.data)
            except ValueError:
                continue
            waiting = self._waiting.get(acknowledgement.get("envelope_id", ""))
            if waiting is not None and not waiting.done():
                payload = acknowledgement.get("payload")
                waiting.set_result(json.dumps(payload) if payload else "")

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
            "connection_info": {"app_id": self._workspace.installation.app_id},
        }
