"""The bearer token of every request: given once, or got by logging in and kept fresh."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from integrations.argocd import wire_details
from integrations.argocd.refusals import SERVICE, is_page, page_in_the_way, refusal
from integrations.argocd.wire_json import MalformedError, as_object, number
from integrations.clock import Clock
from integrations.errors import BadAnswer, Unauthorized, UpstreamError
from integrations.http import reaching

RENEW_BEFORE = timedelta(minutes=5)
"""How long before its end a token is renewed, as Argo CD's own web page does."""
PAUSE_AFTER_REFUSAL = timedelta(seconds=75)
"""Five failed logins within 300 s lock an account; one each 75 s stays below that."""
TOO_YOUNG = timedelta(seconds=10)
"""A token refused at this age was not refused for its age: another login would not help."""


@dataclass(frozen=True)
class Credentials:
    """An API token, or the user name and password of a local account."""

    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)


class Login:
    """Knows the current token; logs in when there is none, or it is about to end."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        credentials: Credentials,
        clock: Clock,
        requests: Counter[str],
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._clock = clock
        self._requests = requests
        self._lock = asyncio.Lock()
        self._token = credentials.token
        self._since: datetime | None = None
        self._renew_at: datetime | None = None
        self._refused: tuple[Unauthorized, datetime] | None = None

    @property
    def possible(self) -> bool:
        """Whether there are any credentials at all."""
        return bool(self._credentials.token or self._credentials.username)

    async def bearer(self) -> str:
        """The token to send. Raises Unauthorized, or what else the login came to."""
        if self._token and not self._is_ending():
            return self._token
        async with self._lock:
            if not self._token:
                await self._log_in()
            elif self._is_ending():
                await self._renew()
            return self._token

    def forget(self, token: str) -> bool:
        """Argo CD did not accept `token`; whether asking for `bearer` again can help."""
        if token != self._token:
            return True  # another request has replaced it since
        if not self._credentials.username:
            return False
        if self._since is not None and self._clock.now() - self._since < TOO_YOUNG:
            return False
        self._token = ""
        return True

    def _is_ending(self) -> bool:
        return self._renew_at is not None and self._clock.now() >= self._renew_at

    async def _renew(self) -> None:
        """Log in before the token ends; while it lasts, failing to is no reason to stop."""
        try:
            await self._log_in()
        except UpstreamError:
            self._renew_at = self._clock.now() + PAUSE_AFTER_REFUSAL

    async def _log_in(self) -> None:
        now = self._clock.now()
        if not self._credentials.username:
            raise Unauthorized(SERVICE, "No token and no user name are configured.")
        if self._refused and now < self._refused[1]:
            raise Unauthorized(SERVICE, self._refused[0].summary)
        try:
            self._token = await self._new_session()
        except Unauthorized as error:
            self._refused = (error, now + PAUSE_AFTER_REFUSAL)
            raise
        self._refused = None
        self._since = self._clock.now()
        self._renew_at = _renewal(self._token, self._since)

    async def _new_session(self) -> str:
        """`POST /api/v1/session`, which takes Argo CD 0.5 to 1 s on purpose."""
        given = {"username": self._credentials.username, "password": self._credentials.password}
        self._requests["session"] += 1
        with reaching(SERVICE):
            response = await self._http.post("/api/v1/session", json=given)
        if not response.is_success:
            raise refusal(response, self._clock.now())
        if is_page(response):
            raise page_in_the_way(response)
        try:
            return wire_details.token(json.loads(response.content))
        except (ValueError, MalformedError) as error:
            raise BadAnswer(SERVICE, "The answer to the login is not one.") from error


def _renewal(token: str, now: datetime) -> datetime | None:
    """When to renew a JWT, from its `exp`; None where it does not say, or never ends."""
    try:
        payload = token.split(".")[1]
        claims = as_object(
            json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        )
        ends = datetime.fromtimestamp(number(claims, "exp"), UTC) if number(claims, "exp") else None
    except (IndexError, ValueError, OverflowError, OSError, binascii.Error):
        return None
    return None if ends is None else max(now, ends - min(RENEW_BEFORE, (ends - now) / 10))
