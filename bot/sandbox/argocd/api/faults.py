"""Breaking the way to Argo CD on purpose: what networks, proxies and tired servers do."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.argocd.api.errors import ApiError, Code

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in</title></head>"
    "<body><h1>Sign in to continue</h1></body></html>"
)


@dataclass(slots=True)
class Faults:
    """Counters count down by one per request that they spoil."""

    down: bool = False
    latency: float = 0.0  # seconds of the clock, before every answer
    html: int = 0
    limited: int = 0
    retry_after: float = 0.0  # 0: no Retry-After header, as Argo CD itself
    truncated: int = 0
    failing: int = 0
    failing_status: int = 500
    lost: dict[str, int] = field(default_factory=dict)  # kind of call -> answers to lose
    silent: dict[str, int] = field(default_factory=dict)  # kind of call -> answers that never come

    def before(self) -> web.Response | None:
        """An answer in Argo CD's place, or None; raises ApiError for its own troubles."""
        if self.html > 0:
            self.html -= 1
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if self.limited > 0:
            self.limited -= 1
            headers = {"Retry-After": f"{self.retry_after:g}"} if self.retry_after else {}
            return web.json_response(
                ApiError(Code.RESOURCE_EXHAUSTED, "rate limited").body(),
                status=429,
                headers=headers,
            )
        if self.failing > 0:
            self.failing -= 1
            return web.Response(text="upstream connect error", status=self.failing_status)
        return None

    def loses(self, kind: str) -> bool:
        """Whether this answer is cut off, although the thing was done; all are while down."""
        return self.down or self._take(self.lost, kind)

    def keeps_silent(self, kind: str) -> bool:
        """Whether this request is never answered."""
        return self._take(self.silent, kind)

    def truncates(self) -> bool:
        """Whether this answer ends in the middle."""
        if self.truncated > 0:
            self.truncated -= 1
            return True
        return False

    @staticmethod
    def _take(counts: dict[str, int], kind: str) -> bool:
        if counts.get(kind, 0) <= 0:
            return False
        counts[kind] -= 1
        return True


def cut(request: web.Request) -> web.Response:
    """Drop the connection without another byte."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def truncated(request: web.Request, body: bytes) -> web.StreamResponse:
    """Half of a chunked answer, then nothing."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
