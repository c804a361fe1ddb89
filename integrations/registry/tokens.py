"""Logging in at a registry: what goes into the Authorization header, kept while it holds.

https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from integrations.clock import Clock
from integrations.errors import BadAnswer, Unauthorized
from integrations.http import reaching
from integrations.registry.answer import Answer, received
from integrations.registry.ask import Scope
from integrations.registry.challenge import Challenge, challenges, preferred
from integrations.registry.errors import SERVICE
from integrations.registry.model import Credentials
from integrations.registry.realm import trusted
from integrations.registry.refusals import check, no_account, wrong_account

_LIFETIME = 60.0
"""Seconds that a token holds whose issuer does not say; the specification's own number."""
_LONGEST = 3600.0
_MARGIN = 5.0
"""A token is renewed these seconds before its end, so that none ends on its way."""
_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class _Kept:
    header: str
    until: datetime


class Tokens:
    """The logins of one registry, by scope.

    Credentials go to the registry itself (Basic), or to a token service of the same owner or on
    one of `realm_hosts` (Bearer), and to nobody else.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        registry: httpx.URL,
        credentials: Credentials,
        clock: Clock,
        realm_hosts: Collection[str] = (),
    ) -> None:
        self._http = http
        self._registry = registry
        self._credentials = credentials
        self._clock = clock
        self._realm_hosts = frozenset(realm_hosts)
        self._kept: dict[Scope, _Kept] = {}
        self._basic = False
        self._locks: defaultdict[Scope, asyncio.Lock] = defaultdict(asyncio.Lock)

    def header(self, scope: Scope) -> str:
        """The Authorization header to try first, or "" while none is known."""
        if self._basic:
            return self._credentials.basic
        kept = self._kept.get(scope)
        return kept.header if kept and kept.until > self._clock.now() else ""

    async def renew(self, scope: Scope, offered: Iterable[str], refused: str) -> str:
        """The header that answers a 401, given its WWW-Authenticate headers.

        `refused` is what was sent with that request. Requests that meet the same 401 at once
        share one token. Raises Unauthorized, ForeignRealm, or whatever the token service says.
        """
        challenge = preferred(challenges(offered))
        if challenge is None:
            raise Unauthorized(SERVICE, "it wants a login of a kind that we do not know.")
        if challenge.scheme == "basic":
            return self._answer_basic(refused)
        async with self._locks[scope]:
            known = self.header(scope)
            if known and known != refused:
                return known
            self._kept.pop(scope, None)
            self._kept[scope] = kept = await self._ask(challenge, scope)
            return kept.header

    def _answer_basic(self, refused: str) -> str:
        if not self._credentials.given:
            raise no_account()
        if refused == self._credentials.basic:
            raise wrong_account()
        self._basic = True
        return self._credentials.basic

    async def _ask(self, challenge: Challenge, scope: Scope) -> _Kept:
        """A token from the token service that the challenge names."""
        realm = trusted(challenge["realm"], self._registry, self._realm_hosts)
        query = realm.params
        if service := challenge["service"]:
            query = query.add("service", service)
        for part in _scopes(challenge, scope):
            query = query.add("scope", part)
        headers = {"Accept": "application/json"}
        if self._credentials.given:
            headers["Authorization"] = self._credentials.basic
        with reaching(SERVICE):
            async with self._http.stream("GET", realm, params=query, headers=headers) as response:
                answer = await received(response)
        return self._token(answer, scope)

    def _token(self, answer: Answer, scope: Scope) -> _Kept:
        if answer.status == httpx.codes.NOT_FOUND:  # which says nothing about the image
            raise BadAnswer(SERVICE, "its token service is not where it says.")
        now, about = self._clock.now(), scope.repository or "the registry"
        check(answer, now, about, scope.verb, with_account=self._credentials.given)
        token, seconds = _read(answer)
        return _Kept(f"Bearer {token}", now + timedelta(seconds=seconds - _MARGIN))


def _scopes(challenge: Challenge, scope: Scope) -> list[str]:
    """What the registry says it wants; else what the request is about."""
    if not scope.repository:
        return []
    actions = "pull,push" if scope.push else "pull"
    return challenge["scope"].split() or [f"repository:{scope.repository}:{actions}"]


def _read(answer: Answer) -> tuple[str, float]:
    """The token, and for how many seconds it holds."""
    try:
        given: Any = json.loads(answer.content)
        token = given.get("token") or given.get("access_token")
        seconds = given.get("expires_in")
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadAnswer(SERVICE, "something other than its token service answered.") from error
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise BadAnswer(SERVICE, "its token service gave no token.")
    if not isinstance(seconds, int | float) or not 0 < seconds < math.inf:
        return token, _LIFETIME
    return token, min(seconds, _LONGEST)
