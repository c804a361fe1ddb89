"""One request to a registry and its answer: log in when asked, read errors, wait out limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from integrations.clock import Clock
from integrations.errors import RateLimited, UpstreamError
from integrations.http import reaching
from integrations.registry.answer import Answer, received
from integrations.registry.ask import Ask
from integrations.registry.errors import SERVICE
from integrations.registry.refusals import check
from integrations.registry.tokens import Tokens

_TRIES = 3


class Exchange:
    """Requests to one registry.

    After a 429 nothing more is sent until the registry's own time is over. What reads is tried
    three times where no answer, or a 5xx, comes; what writes is sent once.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        registry: httpx.URL,
        tokens: Tokens,
        clock: Clock,
        *,
        with_account: bool,
    ) -> None:
        self._http = http
        self._base = str(registry).rstrip("/")
        self._tokens = tokens
        self._clock = clock
        self._with_account = with_account
        self._quiet_until = datetime.min.replace(tzinfo=UTC)
        self.requests = 0

    async def read(self, ask: Ask) -> Answer:
        """The answer, which is a 2xx. Raises the UpstreamErrors of the service "Registry"."""
        for attempt in range(1, _TRIES):
            try:
                return await self.once(ask)
            except UpstreamError as error:
                if isinstance(error, RateLimited) or not error.transient:
                    raise
            await self._clock.sleep(0.5 * 2**attempt)
        return await self.once(ask)

    async def once(self, ask: Ask) -> Answer:
        """The same, without a second try."""
        left = (self._quiet_until - self._clock.now()).total_seconds()
        if left > 0:
            raise RateLimited(SERVICE, "it has had too many requests.", retry_after=left)
        try:
            return await self._logged_in(ask)
        except RateLimited as error:
            self._quiet_until = self._clock.now() + timedelta(seconds=error.retry_after)
            raise

    async def _logged_in(self, ask: Ask) -> Answer:
        header = self._tokens.header(ask.scope)
        answer = await self._send(ask, header)
        if answer.status == httpx.codes.UNAUTHORIZED:
            offered = answer.headers.get_list("WWW-Authenticate")
            header = await self._tokens.renew(ask.scope, offered, header)
            answer = await self._send(ask, header)
        check(
            answer,
            self._clock.now(),
            ask.subject,
            ask.scope.verb,
            with_account=self._with_account,
            changed=ask.changed,
        )
        return answer

    async def _send(self, ask: Ask, authorization: str) -> Answer:
        self.requests += 1
        url = f"{self._base}/v2/{ask.path}" + (f"?{ask.query}" if ask.query else "")
        headers = {**ask.headers}
        if authorization:
            headers["Authorization"] = authorization
        with reaching(SERVICE, changed=ask.changed):
            request = self._http.stream(ask.method, url, headers=headers, content=ask.content)
            async with request as response:
                return await received(response)
