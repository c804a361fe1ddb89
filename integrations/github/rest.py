"""GitHub's REST API underneath: one GET with conditional requests, rate limits and clear errors."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from integrations.clock import Clock
from integrations.errors import (
    BadAnswer,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    UpstreamError,
)
from integrations.http import reaching, retry_after

_VERSION = "2026-03-10"
_KEPT_ANSWERS = 64
_TRIES = 3
_SECONDARY_LIMIT_SECONDS = 60.0
"""What GitHub asks for when it names no time itself."""


class Rest:
    """GETs of one GitHub with one token.

    An answer is asked for again with its ETag, which costs nothing of the rate limit while it is
    unchanged. After a rate limit nothing more is sent until GitHub's own time is over. A GET that
    found no answer, or a 5xx, is tried three times.
    """

    def __init__(self, http: httpx.AsyncClient, token: str, clock: Clock) -> None:
        self._http = http
        self._token = token
        self._clock = clock
        self._answers: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._quiet_until = datetime.min.replace(tzinfo=UTC)
        self.requests = 0
        self.remaining: int | None = None

    async def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """The JSON at `path` (no leading slash); parameters that are "" are left out.

        Raises the UpstreamErrors of the service "GitHub".
        """
        params = {name: str(value) for name, value in (query or {}).items() if value != ""}
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._get(path, params)
            except UpstreamError as error:
                waits = isinstance(error, RateLimited)
                if waits or not error.transient or attempt == _TRIES:
                    raise
            await self._clock.sleep(0.5 * 2**attempt)
        raise AssertionError("unreachable")

    async def _get(self, path: str, params: Mapping[str, str]) -> Any:
        self._stay_quiet()
        kept_as = f"{path}?{sorted(params.items())}"
        etag, kept = self._answers.get(kept_as, ("", b""))
        self.requests += 1
        with reaching("GitHub"):
            response = await self._http.get(path, params=params, headers=self._headers(etag))
        self._note_limits(response)
        if response.status_code == httpx.codes.NOT_MODIFIED and etag:
            if kept_as in self._answers:  # others asked meanwhile, and pushed it out
                self._answers.move_to_end(kept_as)
            return _json(kept)
        self._check(response)
        answer = _json(response.content)
        if fresh := response.headers.get("ETag", ""):
            self._answers[kept_as] = (fresh, response.content)
            while len(self._answers) > _KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def _headers(self, etag: str) -> dict[str, str]:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": _VERSION}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if etag:
            headers["If-None-Match"] = etag
        return headers

    def _stay_quiet(self) -> None:
        left = (self._quiet_until - self._clock.now()).total_seconds()
        if left > 0:
            raise RateLimited("GitHub", "its rate limit is used up.", retry_after=left)

    def _note_limits(self, response: httpx.Response) -> None:
        remaining = response.headers.get("x-ratelimit-remaining", "")
        self.remaining = int(remaining) if remaining.isdigit() else self.remaining

    def _check(self, response: httpx.Response) -> None:
        """Raise what a status other than 200 means."""
        status = response.status_code
        if status == httpx.codes.OK:
            return
        message = _message(response)
        if self._is_rate_limit(response, message):
            seconds = self._pause(response)
            self._quiet_until = self._clock.now() + timedelta(seconds=seconds)
            raise RateLimited("GitHub", "its rate limit is used up.", retry_after=seconds)
        match status:
            case 401:
                raise Unauthorized("GitHub", "it does not accept our token (GITHUB_TOKEN).")
            case 403:
                raise Forbidden("GitHub", f"our token may not do this: {message}")
            case 404:
                raise NotFound("GitHub", "there is no such thing, or our token may not see it.")
            case _ if status >= 500:
                raise BadAnswer("GitHub", f"it answered {status}.")
            case _ if 300 <= status < 400:
                raise Rejected("GitHub", "the repository has moved; GITHUB_REPOSITORY is old.")
        raise Rejected("GitHub", f"it refused with {status}: {message}")

    def _is_rate_limit(self, response: httpx.Response, message: str) -> bool:
        """GitHub says so with 403 or 429, of the primary and of the secondary limits.

        https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
        """
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return True
        used_up = response.headers.get("x-ratelimit-remaining") == "0"
        told = "Retry-After" in response.headers or "rate limit" in message.lower()
        return response.status_code == httpx.codes.FORBIDDEN and (used_up or told)

    def _pause(self, response: httpx.Response) -> float:
        """Seconds to stay away, at least one."""
        now = self._clock.now()
        if "Retry-After" in response.headers:
            return max(1.0, retry_after(response, now, _SECONDARY_LIMIT_SECONDS))
        reset = response.headers.get("x-ratelimit-reset", "")
        if response.headers.get("x-ratelimit-remaining") == "0" and reset.isdigit():
            return max(1.0, int(reset) - now.timestamp())
        return _SECONDARY_LIMIT_SECONDS


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadAnswer("GitHub", "something other than GitHub answered.") from error


def _message(response: httpx.Response) -> str:
    """GitHub's own sentence about an error, short, or ""."""
    try:
        message = response.json().get("message", "")
    except (json.JSONDecodeError, UnicodeDecodeError, AttributeError):
        return ""
    return " ".join(str(message).split())[:300]
