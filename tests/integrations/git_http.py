"""A git remote over HTTP with a password, by git's own http-backend; for the tests of tokens."""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer


class GitServer:
    """Serves the repositories below `root` to whoever knows `user` and `token`."""

    def __init__(self, root: Path, user: str, token: str) -> None:
        self.root = root
        self.accepted = _basic(user, token)
        self.accepted_for_push = self.accepted
        self.redirect_to = ""
        self.status = 0
        self.seen: list[str] = []
        self.url = ""

    def allow_push_only_to(self, user: str, token: str) -> None:
        self.accepted_for_push = _basic(user, token)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "")
        self.seen.append(given)
        if self.redirect_to:
            raise web.HTTPFound(f"{self.redirect_to}{request.path_qs}")
        if self.status:
            return web.Response(status=self.status, text="<html>no</html>")
        pushes = "git-receive-pack" in request.path_qs
        if given != (self.accepted_for_push if pushes else self.accepted):
            challenge = {"WWW-Authenticate": 'Basic realm="git"'}
            return web.Response(status=401, headers=challenge)
        return await self._backend(request)

    async def _backend(self, request: web.Request) -> web.Response:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "shipmate",
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query_string,
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        }
        pipe = asyncio.subprocess.PIPE
        backend = await asyncio.create_subprocess_exec(
            "git", "http-backend", stdin=pipe, stdout=pipe, stderr=pipe, env=environment
        )
        out, _ = await backend.communicate(await request.read())
        head, _, body = out.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
        status = int(headers.pop("Status", "200 OK").split(" ")[0])
        return web.Response(status=status, headers=headers, body=body)


def _basic(user: str, token: str) -> str:
    return "Basic " + b64encode(f"{user}:{token}".encode()).decode()


@asynccontextmanager
async def serving(server: GitServer) -> AsyncIterator[GitServer]:
    async with TestServer(server.app()) as running:
        server.url = str(running.make_url("/")).rstrip("/")
        yield server
