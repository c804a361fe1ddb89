"""A server on loopback that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from integrations.argocd.client import ArgoCD, Credentials
from integrations.clock import Clock, SystemClock
from integrations.http import http_client

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]
LIST = "/api/v1/applications"
STREAM = "/api/v1/stream/applications"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str  # as it came over the wire, escapes and all
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(eq=False)
class Connection:
    """One stream that the client holds open."""

    response: web.StreamResponse
    request: web.Request
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, change: str, *applications: dict[str, Any]) -> None:
        for app in applications:
            await self.send_frame({"result": {"type": change, "application": app}})

    async def send_frame(self, frame: Any) -> None:
        await self.response.write(b"data: " + json.dumps(frame).encode() + b" \n\n\n")

    async def keep_alive(self) -> None:
        await self.response.write(b":\n")

    def end(self) -> None:
        self.over.set()

    def cut(self) -> None:
        assert self.request.transport is not None
        self.request.transport.abort()
        self.over.set()


class Stub:
    """Answers by method and path; the last answer given for one stays."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.replies: dict[tuple[str, str], list[Reply]] = {}
        self.streams: asyncio.Queue[Connection] = asyncio.Queue()
        self.open_streams: set[Connection] = set()
        self.rows: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self.reply("GET", LIST, self._list)
        self.reply("GET", STREAM, self._stream)

    def reply(self, method: str, path: str, *replies: Reply) -> None:
        self.replies[method, path] = list(replies)

    def count(self, method: str, path: str) -> int:
        return sum(1 for asked in self.asked if (asked.method, asked.path) == (method, path))

    async def counts(self, method: str, path: str, more: int) -> None:
        """Wait until this was asked for `more` times from now on."""
        wanted = self.count(method, path) + more
        async with asyncio.timeout(20):
            while self.count(method, path) < wanted:
                self._news.clear()
                await self._news.wait()

    async def stream(self) -> Connection:
        """The next stream that a client opens."""
        async with asyncio.timeout(10):
            return await self.streams.get()

    async def _list(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"metadata": {}, "items": self.rows or None})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        connection = Connection(response, request)
        self.open_streams.add(connection)
        self.streams.put_nowait(connection)
        await connection.over.wait()
        return response

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path
        query = {key: request.query.getall(key) for key in request.query}
        body = await request.read()
        self.asked.append(Asked(request.method, path, query, dict(request.headers), body))
        self._news.set()
        replies = self.replies.get((request.method, path))
        if not replies:
            return web.Response(status=404, text="Not Found")
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return await reply(request)


@asynccontextmanager
async def running(stub: Stub) -> AsyncIterator[str]:
    """Serve it on a free port; the address of it."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stub.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    stub.url = f"http://{host}:{port}"
    try:
        yield stub.url
    finally:
        for connection in stub.open_streams:
            connection.end()
        await runner.cleanup()


@asynccontextmanager
async def client(
    url: str,
    credentials: Credentials | None = None,
    clock: Clock | None = None,
    *,
    patience: float = 5.0,
) -> AsyncIterator[ArgoCD]:
    async with http_client(url, timeout=patience) as http:
        yield ArgoCD(http, credentials or Credentials(token="t0ken"), clock or SystemClock())


def says(value: Any = None, status: int = 200, **headers: str) -> Reply:
    """A JSON answer."""
    given = {key.replace("_", "-"): text for key, text in headers.items()}

    async def reply(_request: web.Request) -> web.StreamResponse:
        return web.json_response({} if value is None else value, status=status, headers=given)

    return reply


def refuses(status: int, code: int, message: str) -> Reply:
    """An error as the gateway writes it."""
    return says({"error": message, "code": code, "message": message}, status)


def shows(page: str, status: int = 200) -> Reply:
    """A web page, as a proxy would send it."""

    async def reply(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=page, status=status, content_type="text/html")

    return reply


def never() -> Reply:
    """No answer at all."""

    async def reply(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError

    return reply


def hangs_up() -> Reply:
    """The connection is cut before any answer."""

    async def reply(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return reply


def stops_halfway(body: bytes, length: int | None = None) -> Reply:
    """The connection is cut inside the answer; or, with `length` 0, the answer is just short."""

    async def reply(request: web.Request) -> web.StreamResponse:
        if length == 0:
            return web.Response(body=body, content_type="application/json")
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = len(body) + 100
        await response.prepare(request)
        await response.write(body)
        assert request.transport is not None
        request.transport.close()
        return response

    return reply
