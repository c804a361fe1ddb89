"""The Web API: one route, every method; tokens, scopes, rates and faults before the call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.sandbox.slack.arguments import Request, check, read
from bot.sandbox.slack.faults import Fault, Faults
from bot.sandbox.slack.methods import METHODS
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rates import Rates
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.workspace import Workspace

POSTING = {"chat.postMessage"}  # also limited per channel


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it was answered. `error` is "" for ok, "lost" for a lost answer."""

    method: str
    args: Json
    at: datetime
    error: str
    answer: Json


class _TooMany(Exception):
    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after


class WebApi:
    """Serves /api/{method} and the upload URLs, and remembers every call."""

    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self.rates = Rates(workspace.clock)
        self.calls: list[Call] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call, answered as Slack would."""
        if self._faults.delay:
            await self._workspace.clock.sleep(self._faults.delay)
        if self._faults.is_cut:
            return _cut(request)
        name = request.match_info["method"]
        fault = self._faults.take(name)
        call = Request(name, "")
        try:
            method = _known(name)
            call = await read(name, request, takes_json=method.takes_json)
            _meet(fault)
            answer: Json = {"ok": True} | self._call(method, call)
        except _TooMany as limit:
            return self._too_many(call, limit.retry_after)
        except web.HTTPException:
            self._note(call, "http", {})
            raise
        except Refusal as refusal:
            answer = {"ok": False, "error": refusal.error} | refusal.more
        if fault is not None and fault.lose_answer:
            self._note(call, "lost", answer)
            return _cut(request)
        self._note(call, answer.get("error", ""), answer)
        scopes = ",".join(sorted(self._workspace.installation.scopes))
        return web.json_response(answer, headers={"X-OAuth-Scopes": scopes})

    async def upload(self, request: web.Request) -> web.Response:
        """The bytes of one file, to the URL that files.getUploadURLExternal gave."""
        name, length, _ = self._workspace.uploads.get(request.match_info["id"], ("", 0, b""))
        body = await request.read()
        if not name or len(body) != length:
            return web.Response(status=400, text="wrong length")
        self._workspace.uploads[request.match_info["id"]] = (name, length, body)
        return web.Response(text=f"OK - {length}")

    def _call(self, method: Method, call: Request) -> Json:
        self._authenticate(method, call.token)
        wait = self.rates.seconds_to_wait(method.name, method.tier)
        if wait:
            raise _TooMany(wait)
        args = check(call.given, method.arguments)
        if method.name in POSTING:
            wait = self.rates.seconds_to_post(self._place(args["channel"]))
            if wait:
                raise _TooMany(wait)
        return method.call(self._workspace, args)

    def _place(self, word: str) -> str:
        """One bucket per channel, however it is named."""
        users = self._workspace.users
        return word if word in users else self._workspace.channel(word, by_name=True).id

    def _authenticate(self, method: Method, token: str) -> None:
        app = self._workspace.installation
        if not token:
            raise Refusal("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise Refusal("invalid_auth")
        if token != (app.app_token if method.token == "app" else app.bot_token):
            raise Refusal("not_allowed_token_type")
        if method.scopes and not app.scopes & set(method.scopes):
            provided = ",".join(sorted(app.scopes))
            raise Refusal("missing_scope", needed=",".join(method.scopes), provided=provided)

    def _too_many(self, call: Request, retry_after: int) -> web.Response:
        answer: Json = {"ok": False, "error": "ratelimited"}
        self._note(call, "ratelimited", answer)
        headers = {"Retry-After": str(retry_after)}
        return web.json_response(answer, status=429, headers=headers)

    def _note(self, call: Request, error: str, answer: Json) -> None:
        now = self._workspace.clock.now()
        noted = Call(call.method, call.given, now, error, answer)
        self.calls.append(noted)
        self._workspace.feed.publish("call", noted)


def _known(name: str) -> Method:
    if name not in METHODS:
        raise Refusal("unknown_method", req_method=name)
    return METHODS[name]


def _meet(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.status == 429:
        raise _TooMany(fault.retry_after)
    if fault.status:
        raise _HTTPFailure(fault.status)
    if fault.error:
        raise Refusal(fault.error)


class _HTTPFailure(web.HTTPException):
    def __init__(self, status: int) -> None:
        self.status_code = status
        super().__init__(text="<html><body>upstream error</body></html>", content_type="text/html")


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
