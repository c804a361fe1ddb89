"""What goes wrong with the sandbox's registry: cut off, rate limited, broken."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.registry.refusal import refusal
from bot.sandbox.registry.storage import Refused

_HTML = "<html><body><h1>It works!</h1></body></html>"


class Faults:
    """Faults to switch on; those with `times` are owed to the next requests.

    `without_digests` leaves Docker-Content-Digest out, as old registries do, and `page` is how
    many tags are listed at once.
    """

    def __init__(self) -> None:
        self.without_digests = False
        self.page = 1000
        self._cut_off = False
        self._lost = self._limited = self._failing = self._html = 0
        self._limit_seconds = 60.0
        self._status = 500

    def cut_off(self) -> None:
        """Cut every connection without an answer, until `restore`."""
        self._cut_off = True

    def restore(self) -> None:
        """Nothing is wrong any more."""
        self._cut_off = self.without_digests = False
        self._lost = self._limited = self._failing = self._html = 0

    def rate_limit(self, times: int = 1, seconds: float = 60.0) -> None:
        """Answer 429; come back in `seconds`."""
        self._limited, self._limit_seconds = times, seconds

    def fail(self, status: int = 500, times: int = 1) -> None:
        """Answer with this status, and the specification's code for it."""
        self._status, self._failing = status, times

    def answer_html(self, times: int = 1) -> None:
        """Let something else answer in the registry's place, with 200."""
        self._html = times

    def lose_answer(self, times: int = 1) -> None:
        """Do what the next writing requests ask, then cut the connection."""
        self._lost = times

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Stand in front of every route."""
        if self._cut_off:
            return _cut(request)
        if self._html:
            self._html -= 1
            return web.Response(text=_HTML, content_type="text/html")
        if self._limited:
            self._limited -= 1
            refused = Refused(429, "TOOMANYREQUESTS", "too many requests")
            return refusal(refused, {"Retry-After": f"{self._limit_seconds:.0f}"})
        if self._failing:
            self._failing -= 1
            return refusal(_failure(self._status))
        answer = await handler(request)
        if self._lost and request.method == "PUT":
            self._lost -= 1
            return _cut(request)
        return answer


def _failure(status: int) -> Refused:
    codes = {
        401: ("UNAUTHORIZED", "authentication required"),
        403: ("DENIED", "requested access to the resource is denied"),
        404: ("NAME_UNKNOWN", "repository name not known to registry"),
    }
    code, message = codes.get(status, ("UNKNOWN", "unknown error"))
    return Refused(status, code, message)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
