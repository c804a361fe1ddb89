"""One request and its answer: token, one new login, retries of reads, and what failures mean."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from integrations.argocd.auth import Credentials
from integrations.argocd.logins import Logins
from integrations.argocd.orders import Query
from integrations.argocd.refusals import SERVICE, is_page, page_in_the_way, refusal
from integrations.argocd.wire_json import MalformedError
from integrations.backoff import Backoff
from integrations.clock import Clock
from integrations.errors import BadAnswer, Changed, RateLimited, UpstreamError
from integrations.http import reaching

T = TypeVar("T")
Read = Callable[[object], T]

TRIES = 3
"""How often a read is tried while its failure may pass by itself."""
LONGEST_PAUSE = 5.0
"""Seconds that a read waits at most when Argo CD asks for patience; beyond it, it fails."""
JSON = "application/json"
SERVER_SENT_EVENTS = "text/event-stream"
_LARGE = 256 * 1024  # bytes; reading more than this JSON would hold the loop up noticeably


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to ask for. `kind` is the name it is counted under; `timeout` is in real
    seconds, for each read from the socket; None leaves it at what the httpx client was made with.
    """

    kind: str
    path: str
    query: Query = field(default_factory=dict)
    method: str = "GET"
    body: Mapping[str, object] = field(default_factory=dict)
    accept: str = JSON
    timeout: float | None = None


class Exchange:
    """Asks Argo CD over `http`, whose base URL is the server's (a path prefix is kept).

    `own` are the credentials of applications that have their own.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        credentials: Credentials,
        clock: Clock,
        own: Mapping[str, Credentials],
    ) -> None:
        self.requests: Counter[str] = Counter()
        self._http = http
        self._clock = clock
        self._logins = Logins(http, credentials, own, clock, self.requests)

    async def read(self, ask: Ask, read: Read[T], *, tries: int = TRIES) -> T:
        """The answer to a GET, asked again where the failure may pass. Raises UpstreamError.

        A try that ran out of time is not repeated: whoever asked has waited long enough.
        """
        backoff = Backoff(first=0.25, longest=2.0)
        for left in reversed(range(tries)):
            try:
                return await self._answer(ask, read)
            except UpstreamError as error:
                if not left or not _may_pass(error):
                    raise
                asked = error.retry_after if isinstance(error, RateLimited) else 0.0
                await self._clock.sleep(max(asked, backoff.next()))
        raise AssertionError  # the last try returns or raises

    async def change(self, ask: Ask, read: Read[T]) -> T:
        """The answer to a change, which is sent once and never again by itself.

        Raises UpstreamError; its `changed` is "unknown" where the change may have happened.
        """
        return await self._answer(ask, read, changed="unknown")

    @asynccontextmanager
    async def open(self, ask: Ask) -> AsyncIterator[AsyncIterator[bytes]]:
        """The body of a GET as it comes in.

        Raises UpstreamError, also in the middle of the block when the stream is cut.
        """
        with reaching(SERVICE):
            response = await self._authorised(ask)
            try:
                if not response.is_success:
                    await _whole(response)
                    raise refusal(response, self._clock.now())
                if is_page(response):
                    raise page_in_the_way(response)
                yield response.aiter_bytes()
            finally:
                await response.aclose()

    async def _answer(self, ask: Ask, read: Read[T], *, changed: Changed = "no") -> T:
        with reaching(SERVICE, changed=changed):
            response = await self._authorised(ask)
            try:
                await _whole(response, changed=changed)
            finally:
                await response.aclose()
        if not response.is_success:
            raise refusal(response, self._clock.now(), changed=changed)
        if is_page(response):
            raise page_in_the_way(response, changed=changed)
        try:
            return await _parsed(response.content, read)
        except (ValueError, MalformedError) as error:
            said = "The answer is cut short, or not what was asked for."
            raise BadAnswer(SERVICE, said, changed=changed) from error

    async def _authorised(self, ask: Ask) -> httpx.Response:
        """Send with the current token, and once more after a new login where it is refused."""
        login = self._logins.of(ask.path)
        token = await login.bearer()
        response = await self._send(ask, token)
        if response.status_code == httpx.codes.UNAUTHORIZED and login.forget(token):
            await response.aclose()
            response = await self._send(ask, await login.bearer())
        return response

    async def _send(self, ask: Ask, token: str) -> httpx.Response:
        self.requests[ask.kind] += 1
        request = self._http.build_request(
            ask.method,
            ask.path,
            params=ask.query,
            # Argo CD compares the whole Content-Type of every change, also of one without a body.
            json=None if ask.method == "GET" else ask.body,
            headers={"Accept": ask.accept, "Authorization": f"Bearer {token}"},
            timeout=self._patience(ask),
        )
        return await self._http.send(request, stream=True)

    def _patience(self, ask: Ask) -> httpx.Timeout:
        usual = self._http.timeout
        if ask.timeout is None:
            return usual
        return httpx.Timeout(ask.timeout, connect=usual.connect)


async def _whole(response: httpx.Response, *, changed: Changed = "no") -> None:
    """Read the body to its end, which a server or proxy may cut off after a fine beginning."""
    try:
        await response.aread()
    except (httpx.RemoteProtocolError, httpx.ReadError) as error:
        raise BadAnswer(SERVICE, "The answer was cut off.", changed=changed) from error


async def _parsed(content: bytes, read: Read[T]) -> T:
    if len(content) < _LARGE:
        return read(json.loads(content))
    return await asyncio.to_thread(lambda: read(json.loads(content)))


def _may_pass(error: UpstreamError) -> bool:
    if isinstance(error, RateLimited):
        return error.retry_after <= LONGEST_PAUSE
    return error.transient and not isinstance(error.__cause__, httpx.TimeoutException)
