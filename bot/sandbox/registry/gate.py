"""Who may come in to the sandbox's registry: anybody, an account, or the holder of a token."""

from __future__ import annotations

import re
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.registry.issuer import Issuer
from bot.sandbox.registry.refusal import refusal
from bot.sandbox.registry.storage import Refused

Login = Literal["none", "basic", "bearer"]
_NAME = re.compile(r"/v2/(?P<name>.+)/(?:manifests|blobs|tags)/")
_ACTIONS = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}


class Gate:
    """The login in front of every path below /v2/.

    `realm` is where tokens are given out; "" is this registry's own /token.
    """

    def __init__(self, login: Login, issuer: Issuer) -> None:
        self.login = login
        self.issuer = issuer
        self.realm = ""

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in who may come in, and tell everybody else how."""
        if self.login == "none" or not request.path.startswith("/v2/"):
            return await handler(request)
        authorization = request.headers.get("Authorization", "")
        if self.login == "basic":
            if self.issuer.accepts(authorization):
                return await handler(request)
            return _unauthorized('Basic realm="registry"')
        wanted = _wanted(request)
        grant = self.issuer.grant(authorization.removeprefix("Bearer "))
        if grant is not None and wanted <= grant.actions:
            return await handler(request)
        error = ""
        if authorization:
            error = "insufficient_scope" if grant is not None else "invalid_token"
        return _unauthorized(self._challenge(request, wanted, error))

    def _challenge(self, request: web.Request, wanted: set[tuple[str, str]], error: str) -> str:
        parts = {
            "realm": self.realm or f"{request.url.origin()}/token",
            "service": self.issuer.service,
        }
        if wanted:
            (name,) = {name for name, _ in wanted}
            actions = ",".join(sorted(action for _, action in wanted))
            parts["scope"] = f"repository:{name}:{actions}"
        if error:
            parts["error"] = error
        return "Bearer " + ",".join(f'{name}="{value}"' for name, value in parts.items())


def _wanted(request: web.Request) -> set[tuple[str, str]]:
    """What a request needs, as pairs of a repository and an action."""
    match = _NAME.match(request.path)
    if match is None:
        return set()
    name, action = match["name"], _ACTIONS.get(request.method, "push")
    return {(name, action), (name, "pull")} if action == "push" else {(name, action)}


def _unauthorized(challenge: str) -> web.Response:
    refused = Refused(401, "UNAUTHORIZED", "authentication required")
    return refusal(refused, {"WWW-Authenticate": challenge})
