"""A token service as registries have one in front: it logs people in and says what they may do.

https://distribution.github.io/distribution/spec/auth/token/
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from integrations.clock import Clock


@dataclass(frozen=True)
class Grant:
    """What a token allows: pairs of a repository and an action ("pull", "push"), until an end."""

    subject: str
    service: str
    actions: frozenset[tuple[str, str]]
    issued: datetime
    until: datetime


class Issuer:
    """The token service of one registry, at GET /token.

    `mint` writes a grant as a token, for registries that read tokens themselves; without it
    tokens are random words that only this issuer can read (`grant`). `may_push` is whether the
    account may write; anybody without an account may do nothing.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        username: str,
        token: str,
        service: str = "registry.sandbox",
        seconds: float = 300,
        mint: Callable[[Grant], Awaitable[str]] | None = None,
    ) -> None:
        self.service = service
        self.seconds = seconds
        self.may_push = True
        self.issued: list[Grant] = []
        self._clock = clock
        self._account = (username, token)
        self._mint = mint
        self._grants: dict[str, Grant] = {}

    def app(self) -> web.Application:
        """The token service by itself."""
        app = web.Application()
        app.add_routes([web.get("/token", self.answer)])
        return app

    def expire(self) -> None:
        """No token that was given out so far is good any more."""
        self._grants.clear()

    def grant(self, token: str) -> Grant | None:
        """What a token allows, while it holds."""
        grant = self._grants.get(token)
        return grant if grant and grant.until > self._clock.now() else None

    def accepts(self, authorization: str) -> bool:
        """Whether a Basic header is this account's."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            pair = b64decode(encoded, validate=True).decode()
        except (NotBase64, UnicodeDecodeError):
            return False
        return scheme.lower() == "basic" and tuple(pair.split(":", 1)) == self._account

    async def answer(self, request: web.Request) -> web.Response:
        """GET /token?service=…&scope=…, once for each scope."""
        authorization = request.headers.get("Authorization", "")
        if authorization and not self.accepts(authorization):
            error = {"code": "UNAUTHORIZED", "message": "authentication required"}
            return web.json_response({"errors": [error]}, status=401)
        now = self._clock.now()
        grant = Grant(
            subject=self._account[0] if authorization else "",
            service=request.query.get("service", ""),
            actions=self._allowed(request.query.getall("scope", [])) if authorization else _NOTHING,
            issued=now,
            until=now + timedelta(seconds=self.seconds),
        )
        self.issued.append(grant)
        token = await self._mint(grant) if self._mint else secrets.token_urlsafe(24)
        self._grants[token] = grant
        return web.json_response({"token": token, "expires_in": self.seconds})

    def _allowed(self, scopes: list[str]) -> frozenset[tuple[str, str]]:
        asked = set()
        for scope in scopes:
            kind, _, rest = scope.partition(":")
            name, _, actions = rest.rpartition(":")
            if kind == "repository":
                asked |= {(name, action) for action in actions.split(",")}
        known = {"pull", "push", "delete"} if self.may_push else {"pull"}
        return frozenset((name, action) for name, action in asked if action in known)


_NOTHING: frozenset[tuple[str, str]] = frozenset()
