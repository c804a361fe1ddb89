"""The HTTP side: content types, sessions, error bodies, and faults in front of every handler."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import Counter
from typing import Any

from aiohttp import web

from bot.sandbox.argocd.accounts import Accounts, Session
from bot.sandbox.argocd.api.call import Call
from bot.sandbox.argocd.api.errors import ApiError, invalid
from bot.sandbox.argocd.api.faults import Faults, cut, truncated
from bot.sandbox.argocd.api.routes import ROUTES, Route
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.target import Target


class Server:
    """Argo CD's API server. `requests` counts calls by kind and by (kind, application)."""

    def __init__(self, simulation: Simulation, target: Target, accounts: Accounts) -> None:
        self.simulation = simulation
        self.target = target
        self.accounts = accounts
        self.faults = Faults()
        self.requests: Counter[str] = Counter()
        self.by_application: Counter[tuple[str, str]] = Counter()
        self.unknown_parameters: set[tuple[str, str]] = set()
        self._open: dict[int, web.Request] = {}

    def app(self) -> web.Application:
        """All routes; everything else is the gateway's plain 404."""
        app = web.Application(middlewares=[plain_refusals], client_max_size=64 * 1024**2)
        for route in sorted(ROUTES, key=lambda route: route.path.count("{")):
            path = route.path.replace("{subresource}", "{subresource:.*}")
            app.router.add_route(route.method, path, self._serve(route))
        app.on_shutdown.append(self._shut_down)
        return app

    def drop_connections(self) -> None:
        """Cut every request under way, streams included."""
        for request in list(self._open.values()):
            cut(request)
        self.simulation.informer.end_streams()

    def _serve(self, route: Route) -> Any:
        async def serve(request: web.Request) -> web.StreamResponse:
            self._count(route, request)
            self._open[id(request)] = request
            try:
                return await self._answer(route, request)
            finally:
                del self._open[id(request)]

        return serve

    async def _answer(self, route: Route, request: web.Request) -> web.StreamResponse:
        if self.faults.down:
            return cut(request)
        if self.faults.keeps_silent(route.kind):
            await asyncio.get_running_loop().create_future()
        if self.faults.latency:
            await self.simulation.clock.sleep(self.faults.latency)
        spoiled = self.faults.before()
        if spoiled is not None:
            return spoiled
        if request.method != "GET" and not is_json(request):
            return web.Response(text="Invalid content type\n", status=415)
        try:
            answer = await route.handler(await self._call(route, request))
        except ApiError as error:
            if route.kind in ("stream", "logs"):
                return web.json_response(error.frame(), status=error.status)
            return web.json_response(error.body(), status=error.status)
        if self.faults.loses(route.kind):
            return cut(request)
        if isinstance(answer, web.StreamResponse):
            return answer
        return await self._send(request, answer)

    async def _call(self, route: Route, request: web.Request) -> Call:
        session = None if route.anonymous else self._session(request)
        body: dict[str, Any] = {}
        if request.method != "GET":
            raw = await request.read()
            try:
                body = json.loads(raw) if raw else {}
            except ValueError as error:
                raise invalid(f"invalid character in body: {error}") from error
            if not isinstance(body, dict):
                raise invalid("json: cannot unmarshal into Go value")
        return Call(request, self.simulation, self.target, self.accounts, session, body)

    def _session(self, request: web.Request) -> Session:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.accounts.session(token if scheme == "Bearer" else "")

    async def _send(self, request: web.Request, document: Any) -> web.StreamResponse:
        raw = json.dumps(document, separators=(",", ":")).encode()
        if self.faults.truncates():
            return await truncated(request, raw)
        headers = {"Content-Type": "application/json"}
        if "gzip" in request.headers.get("Accept-Encoding", "") and len(raw) > 1400:
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            raw = gzip.compress(raw, 1)
        return web.Response(body=raw, headers=headers)

    def _count(self, route: Route, request: web.Request) -> None:
        refresh = route.kind == "get" and "refresh" in request.query
        kind = "refresh" if refresh else route.kind
        self.requests[kind] += 1
        name = request.match_info.get("name") or request.match_info.get("applicationName")
        if name:
            self.by_application[kind, name] += 1
        known = (*route.query, "fields") if route.masked else route.query
        for parameter in request.query:
            if parameter not in known:
                self.unknown_parameters.add((route.path, parameter))

    async def _shut_down(self, _: web.Application) -> None:
        self.drop_connections()


def is_json(request: web.Request) -> bool:
    """Argo CD compares the whole header: a charset is already too much."""
    return request.headers.get("Content-Type", "").lower() == "application/json"


@web.middleware
async def plain_refusals(request: web.Request, handler: Any) -> web.StreamResponse:
    """The gateway's own refusals are plain text."""
    try:
        response: web.StreamResponse = await handler(request)
    except web.HTTPNotFound:
        return web.Response(text="Not Found\n", status=404)
    except web.HTTPMethodNotAllowed:
        return web.Response(text="Method Not Allowed\n", status=405)
    return response
