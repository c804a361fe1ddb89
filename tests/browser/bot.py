"""A bot that does what a test tells it, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
from aiohttp import web

Json = dict[str, Any]


class Bot:
    """Answers Slack's requests with `answers`, keyed by command, action_id or callback_id.

    `calls(method, …)` is the bot calling the Web API. `holding` keeps every answer back until it
    is set.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Mapping[str, Any]] = {}
        self.asked: asyncio.Queue[Json] = asyncio.Queue()
        self.holding = asyncio.Event()
        self.holding.set()
        self.api = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        app = web.Application()
        app.router.add_post("/slack/events", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.holding.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def calls(self, method: str, **arguments: object) -> Json:
        headers = {"Authorization": "Bearer xoxb-test"}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as http:
            response = await http.post(f"{self.api}/api/{method}", json=arguments)
        answer: Json = response.json()
        assert answer["ok"], answer
        return answer

    async def posts(self, text: str, *blocks: Json, channel: str = "C0DEPLOY", **more: str) -> str:
        """Post a message; its ts."""
        answer = await self.calls(
            "chat.postMessage", channel=channel, text=text, blocks=list(blocks), **more
        )
        return str(answer["ts"])

    async def changes(self, ts: str, text: str, *blocks: Json, channel: str = "C0DEPLOY") -> None:
        await self.calls("chat.update", channel=channel, ts=ts, text=text, blocks=list(blocks))

    async def _take(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        asked: Json = json.loads(str(form["payload"])) if "payload" in form else form
        self.asked.put_nowait(asked)
        await self.holding.wait()
        answer = self.answers.get(_key(asked))
        return web.json_response(answer) if answer is not None else web.Response()


def _key(asked: Json) -> str:
    if "command" in asked:
        return str(asked["command"])
    if asked["type"] == "view_submission":
        return str(asked["view"]["callback_id"])
    return str(asked["actions"][0]["action_id"]) if "actions" in asked else ""
