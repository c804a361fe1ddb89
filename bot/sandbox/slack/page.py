"""The page's JSON API: the workspace as one person sees it, and what they do in it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from aiohttp import web

from bot.sandbox.slack import forms
from bot.sandbox.slack.acts import Acts
from bot.sandbox.slack.delivery import Answer
from bot.sandbox.slack.feed import Change
from bot.sandbox.slack.forms import VALUE_FIELDS
from bot.sandbox.slack.model import Json, SlackMessage, View
from bot.sandbox.slack.page_state import page_thing, state
from bot.sandbox.slack.panel import Control
from bot.sandbox.slack.workspace import Workspace

KEEPALIVE_SECONDS = 15.0  # real seconds: proxies and browsers drop a silent stream

INTERNAL = {"call", "socket"}  # changes that nobody in the workspace would see


class Sandbox(Protocol):
    """What the page needs of the sandbox."""

    workspace: Workspace
    acts: Acts
    panel: list[Control]
    manifest: Json
    subcommands: list[Json]


class Page:
    """The routes under /page."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._workspace = sandbox.workspace
        self._acts = sandbox.acts

    def routes(self) -> list[web.RouteDef]:
        """Every route of the page's API."""
        return [
            web.get("/page/state", self.state),
            web.get("/page/events", self.events),
            web.get("/page/file/{id}", self.file),
            web.get("/page/panel", self.panel),
            web.post("/page/panel", self._told(self.turn)),
            web.post("/page/command", self._told(self.command)),
            web.post("/page/say", self._told(self.say)),
            web.post("/page/action", self._told(self.action)),
            web.post("/page/submit", self._told(self.submit)),
            web.post("/page/close", self._told(self.close)),
            web.post("/page/home", self._told(self.home)),
        ]

    async def state(self, request: web.Request) -> web.Response:
        """Everything that `persona` sees."""
        persona = request.query.get("persona", "")
        sandbox = self._sandbox
        body = state(self._workspace, persona, sandbox.manifest, sandbox.subcommands)
        return web.json_response(body)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What changes for `persona`, as server-sent events."""
        persona = request.query.get("persona", "")
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        with suppress(ConnectionError):  # the page was closed, or shows somebody else now
            await response.prepare(request)
            await self._tell(response, persona)
        return response

    async def _tell(self, response: web.StreamResponse, persona: str) -> None:
        await response.write(b": here\n\n")
        with self._workspace.feed.listen() as changes:
            async for change in with_pulse(changes.get, KEEPALIVE_SECONDS):
                line = _event(self._workspace, change, persona) if change else b": still here\n\n"
                if line:
                    await response.write(line)

    async def file(self, request: web.Request) -> web.Response:
        """The bytes of a file that somebody was sent."""
        name, _, content = self._workspace.uploads.get(request.match_info["id"], ("", 0, b""))
        if not content:
            raise web.HTTPNotFound
        plain = "".join(each for each in name if each.isalnum() or each in "-._")
        headers = {"Content-Disposition": f'attachment; filename="{plain}"'}
        return web.Response(body=content, headers=headers)

    async def panel(self, _: web.Request) -> web.Response:
        """The controls, as they stand."""
        return web.json_response({"controls": [one.json() for one in self._sandbox.panel]})

    async def turn(self, body: Json) -> Json:
        """Use one control."""
        control = next((one for one in self._sandbox.panel if one.id == body["id"]), None)
        if control is None:
            raise LookupError(f"no control {body['id']}")
        note = await control.act(body.get("value", ""))
        self._workspace.feed.publish("panel", {"note": note})
        return {"ok": True, "note": note}

    async def command(self, body: Json) -> Json:
        """Type a line that begins with "/"."""
        channel = self._workspace.channels[body["channel"]]
        return _outcome(await self._acts.command(body["persona"], channel, body["text"]))

    async def say(self, body: Json) -> Json:
        """Say something in a channel or a thread."""
        message = await self._acts.say(
            body["persona"], body["channel"], body["text"], body.get("thread_ts") or ""
        )
        return {"ok": True, "ts": message.ts}

    async def action(self, body: Json) -> Json:
        """Press or choose something in a message or a view."""
        user, wanted = body["persona"], body["action_id"]
        more = {"block_id": body.get("block_id", ""), "state": body.get("state")}
        given = _given(body)
        if body.get("view_id"):
            view = self._view(body["view_id"])
            return _outcome(await self._acts.click_in_view(user, view, wanted, given, **more))
        message = _as_seen(self._message(body), body)
        return _outcome(await self._acts.click(user, message, wanted, given, **more))

    async def submit(self, body: Json) -> Json:
        """Submit a modal."""
        view = self._view(body["view_id"])
        answer = await self._acts.submit(body["persona"], view, body.get("values") or {})
        if answer.errors:
            return {"ok": False, "errors": answer.errors}
        return _outcome(answer)

    async def close(self, body: Json) -> Json:
        """Close a modal."""
        await self._acts.close(body["persona"], self._view(body["view_id"]))
        return {"ok": True}

    async def home(self, body: Json) -> Json:
        """Look at the app's home tab."""
        return _outcome(await self._acts.open_home(body["persona"]))

    def _view(self, view_id: str) -> View:
        view = self._workspace.views.find(view_id)
        if view is None:
            raise LookupError(f"no view {view_id} is open")
        return view

    def _message(self, body: Json) -> SlackMessage:
        messages = self._workspace.messages
        if body.get("ephemeral_ts"):
            found = messages.ephemeral(body["persona"], body["ephemeral_ts"])
        else:
            found = messages.find(body["channel"], body["message_ts"])
        if found is None:
            raise LookupError("that message is gone")
        return found

    def _told(self, act: Callable[[Json], Awaitable[Json]]) -> Callable[..., Awaitable[Any]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                return web.json_response(await act(await request.json()))
            except (LookupError, ValueError) as problem:
                return web.json_response({"ok": False, "error": str(problem)}, status=400)

        return handle


async def with_pulse(
    take: Callable[[], Awaitable[Change]], seconds: float
) -> AsyncIterator[Change | None]:
    """Each change as it comes; None after every `seconds` (real ones) of silence."""
    while True:
        change: Change | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                change = await take()
        if change is not None and change.kind == "end":
            return
        yield change


def _as_seen(message: SlackMessage, body: Json) -> SlackMessage:
    """The message with the button that was pressed, where it was edited away in the meantime: who
    decides late is heard as well.
    """
    wanted, block_id = body["action_id"], body.get("block_id", "")
    if body.get("type") != "button" or forms.find(message.blocks, wanted, block_id):
        return message
    pressed = {"type": "button", "action_id": wanted, "value": body.get("value", "")}
    row = {"type": "actions", "block_id": block_id, "elements": [pressed]}
    return replace(message, blocks=(*message.blocks, row))


def _given(body: Json) -> Any:
    """What was chosen, in Slack's own shape where the page sent it so."""
    for field in sorted(set(VALUE_FIELDS.values())):
        if field in body:
            return {field: body[field]}
    return None


def _outcome(answer: Answer) -> Json:
    return {"ok": answer.ok} if answer.ok else {"ok": False, "error": answer.error}


def _event(workspace: Workspace, change: Change, persona: str) -> bytes:
    if change.kind in INTERNAL or change.user not in ("", persona):
        return b""
    body = json.dumps(page_thing(workspace, change.thing))
    return f"event: {change.kind}\ndata: {body}\n\n".encode()
