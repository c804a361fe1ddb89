"""What goes wrong with the sandbox's GitHub: cut off, rate limited, broken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from integrations.clock import Clock

_HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
_LIMIT = 5_000


class Faults:
    """Faults to switch on; each is owed to the next `times` requests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._cut_off = False
        self._limited = 0
        self._limit_seconds = 60.0
        self._secondary = False
        self._broken = 0
        self._truncated = 0
        self.remaining = _LIMIT

    def cut_off(self) -> None:
        """Cut every connection without an answer, until `restore`."""
        self._cut_off = True

    def restore(self) -> None:
        """Nothing is wrong any more."""
        self._cut_off = False
        self._limited = self._broken = self._truncated = 0

    def rate_limit(self, times: int = 1, seconds: float = 60.0, *, secondary: bool = False) -> None:
        """Refuse the next requests, as either of GitHub's two kinds of rate limit does."""
        self._limited, self._limit_seconds, self._secondary = times, seconds, secondary

    def answer_html(self, times: int = 1) -> None:
        """Let a proxy answer 502 in GitHub's place."""
        self._broken = times

    def truncate(self, times: int = 1) -> None:
        """Send only the first half of the next answers."""
        self._truncated = times

    @web.middleware
    async def middleware(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Stand in front of every route."""
        if self._cut_off:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if self._broken:
            self._broken -= 1
            return web.Response(status=502, text=_HTML, content_type="text/html")
        if self._limited:
            self._limited -= 1
            return self._refusal()
        answer = await handler(request)
        if self._truncated and isinstance(answer, web.Response):
            self._truncated -= 1
            body = answer.body if isinstance(answer.body, bytes) else b""
            return web.Response(body=body[: len(body) // 2], content_type="application/json")
        if answer.status != 304:
            self.remaining -= 1
        answer.headers.update(self._limits(self.remaining))
        return answer

    def _refusal(self) -> web.Response:
        if self._secondary:
            message = "You have exceeded a secondary rate limit. Please wait a few minutes."
            headers = {"Retry-After": f"{self._limit_seconds:.0f}"}
        else:
            message = "API rate limit exceeded for user ID 5190."
            headers = self._limits(0)
        return web.json_response({"message": message}, status=403, headers=headers)

    def _limits(self, remaining: int) -> dict[str, str]:
        reset = self._clock.now().timestamp() + self._limit_seconds
        return {
            "x-ratelimit-limit": str(_LIMIT),
            "x-ratelimit-remaining": str(max(0, remaining)),
            "x-ratelimit-reset": f"{reset:.0f}",
        }
