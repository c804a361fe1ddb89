"""Raw HTTP from Slack: size, signature, age and replay are checked before anything is parsed."""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from secrets import token_hex
from typing import Any, Protocol

import structlog
from aiohttp import web

from bot.doors.admission import Admission
from bot.doors.bodies import decode
from bot.doors.payloads import EventDelivery, Malformed, Other, Payload, read
from bot.metrics import Metrics
from bot.store.seen import Seen
from integrations.clock import Clock

log = structlog.get_logger(__name__)

LARGEST_BODY = 256 * 1024
_OLDEST_SECONDS = 300
"""https://docs.slack.dev/authentication/verifying-requests-from-slack"""

_UNSIGNED = "The request is not signed by Slack, or too old."
_CLOCK = (
    "Slack's signature is right, and its moment is not now: this machine's clock is wrong, or "
    "somebody sends an old request again."
)
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


class Answered(Protocol):
    """What Bolt says in the end."""

    status: int
    body: str


Deliver = Callable[[Payload], Awaitable[Answered]]


class Edge:
    """`POST /slack/events`. Refusals say no more than their status, and no body is logged."""

    def __init__(
        self,
        *,
        signing_secret: str,
        admission: Admission,
        deliver: Deliver,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._secret = signing_secret.encode()
        self._admission = admission
        self._signatures = Seen(())
        self._deliver = deliver
        self._clock = clock
        self._metrics = metrics

    async def slack_events(self, request: web.Request) -> web.Response:
        """The route's handler."""
        try:
            raw = await body_of(request, LARGEST_BODY)
            if raw is None:
                return self._refused(413, "The body is too large.")
            return await self._checked(request, raw)
        except (ConnectionError, web.RequestPayloadError):
            return self._refused(400, "The body ended too early.")
        except Exception:
            reference = token_hex(4)
            log.exception("bug", reference=reference)
            return web.json_response({"error": "internal", "reference": reference}, status=500)

    async def _checked(self, request: web.Request, raw: bytes) -> web.Response:
        now = self._clock.now().timestamp()
        signature = request.headers.get("X-Slack-Signature", "")
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not self._is_signed(raw, stamp, signature):
            return self._refused(401, _UNSIGNED)
        if abs(now - int(stamp)) > _OLDEST_SECONDS:
            log.warning("clock", why=_CLOCK, seconds_ago=round(now - int(stamp)))
            return self._refused(401, _UNSIGNED)
        try:
            body = decode(raw)
            if body.get("type") == "url_verification":
                return _challenge(body)
            if "ssl_check" in body:
                return web.Response()  # Slack looks at the certificate, and asks for nothing
            payload = read(body)
        except Malformed:
            return self._refused(400, "The body is nothing that Slack sends.")
        if not self._is_first(signature, now):
            if isinstance(payload, EventDelivery) and "X-Slack-Retry-Num" in request.headers:
                return web.Response()  # Slack's own retry within the same second
            return self._refused(401, "The request was received before.")
        if not self._admission.is_ours(payload):
            return self._refused(403, "The request is not for this app and its workspaces.")
        if not self._admission.is_new(payload) or isinstance(payload, Other):
            return web.Response()
        answer = await self._deliver(payload)
        kind = "application/json" if answer.body.startswith("{") else "text/plain"
        return web.Response(status=answer.status, text=answer.body, content_type=kind)

    def _is_signed(self, raw: bytes, timestamp: str, signature: str) -> bool:
        if not _TIMESTAMP.fullmatch(timestamp):
            return False
        message = b"v0:%b:%b" % (timestamp.encode(), raw)
        expected = "v0=" + hmac.digest(self._secret, message, "sha256").hex()
        return hmac.compare_digest(expected.encode(), signature.encode(errors="surrogateescape"))

    def _is_first(self, signature: str, now: float) -> bool:
        """Whether the signature was not used yet; remembered for as long as it would be good.

        In memory alone: what is sent again after a restart has the keys of its first delivery,
        and those are stored.
        """
        return self._signatures.add(signature, now, now + 2 * _OLDEST_SECONDS + 1)

    def _refused(self, status: int, why: str) -> web.Response:
        self._metrics.refused(status)
        log.info("refused", status=status, why=why)
        return web.json_response({"error": why}, status=status)


async def body_of(request: web.Request, largest: int) -> bytes | None:
    """The body, or None where it is larger than `largest` bytes; never reads much more."""
    if (request.content_length or 0) > largest:
        return None
    if request.content.is_eof():  # it came with its head, as nearly all do
        whole = request.content.read_nowait()
        return whole if len(whole) <= largest else None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)


def _challenge(body: Mapping[str, Any]) -> web.Response:
    """The answer that https://docs.slack.dev/reference/events/url_verification asks for."""
    challenge = body.get("challenge")
    if not isinstance(challenge, str):
        raise Malformed
    return web.json_response({"challenge": challenge})
