"""What the bot's acks are measured against, each in a process of its own.

`default`: a bare AsyncApp as its documentation shows it, which only acks; `before_response`: the
same with process_before_response; `raw`: aiohttp and an HMAC, the ceiling.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.world import BOT_TOKEN, SIGNING_SECRET

NAMES = ("default", "before_response", "raw")

Route = Callable[[web.Request], Awaitable[web.Response]]


def serve(name: str, port: int) -> None:
    """Serve one of NAMES until SIGTERM."""
    logging.basicConfig(level=logging.WARNING)
    app = web.Application()
    app.router.add_post("/api/auth.test", _auth_test)
    route = _raw if name == "raw" else _bolt(port, before_response=name == "before_response")
    app.router.add_post("/slack/events", route)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


async def _auth_test(_: web.Request) -> web.Response:
    bot = {"team_id": "T0LINK", "team": "Link", "user_id": "U0SHIP", "bot_id": "B0SHIP"}
    return web.json_response({"ok": True, "url": "https://link.slack.com/", "user": "bot", **bot})


def _bolt(port: int, *, before_response: bool) -> Route:
    bolt = AsyncApp(
        signing_secret=SIGNING_SECRET,
        client=AsyncWebClient(token=BOT_TOKEN, base_url=f"http://127.0.0.1:{port}/api/"),
        process_before_response=before_response,
    )

    @bolt.command("/deploy")
    async def deploy(ack: AsyncAck) -> None:
        await ack()

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    return handle


async def _raw(request: web.Request) -> web.Response:
    body = await request.read()
    stamp = request.headers["X-Slack-Request-Timestamp"]
    message = b"v0:" + stamp.encode() + b":" + body
    expected = "v0=" + hmac.new(SIGNING_SECRET.encode(), message, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers["X-Slack-Signature"]):
        return web.Response(status=401)
    dict(parse_qsl(body.decode()))
    return web.Response()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
