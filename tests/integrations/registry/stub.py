"""A registry that says whatever a test wants, and hears everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer


class Stub:
    """`answer` answers every request; `heard` are the requests, `url` where it listens."""

    def __init__(self, answer: Callable[[web.Request], web.Response]) -> None:
        self.answer = answer
        self.heard: list[web.Request] = []
        self.url = ""

    @property
    def authorizations(self) -> list[str]:
        return [request.headers.get("Authorization", "") for request in self.heard]

    async def handle(self, request: web.Request) -> web.Response:
        self.heard.append(request)
        return self.answer(request)


@asynccontextmanager
async def stub(answer: Callable[[web.Request], web.Response]) -> AsyncIterator[Stub]:
    there = Stub(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", there.handle)
    async with TestServer(app) as server:
        there.url = str(server.make_url("/")).rstrip("/")
        yield there


def token_wanted(realm: str) -> web.Response:
    challenge = f'Bearer realm="{realm}",service="r",scope="repository:link/user-svc:pull"'
    return web.json_response({}, status=401, headers={"WWW-Authenticate": challenge})
