"""Accounts, their tokens, and what they may do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.argocd.api.errors import ApiError, Code
from bot.sandbox.argocd.state import AppState
from bot.sandbox.argocd.wire.parts import timestamp
from integrations.clock import Clock

SECRET = b"the sandbox signs its own tokens"
ACTIONS = ("get", "create", "update", "delete", "sync", "override", "action")
RESOURCES = (
    *("applications", "applicationsets", "clusters", "projects", "repositories"),
    *("accounts", "certificates", "gpgkeys", "logs", "exec", "extensions"),
)


@dataclass(slots=True)
class Account:
    """A local user of `argocd-cm`. `denied` are (action, application) pairs; "*" is any."""

    name: str
    password: str = ""
    api_key: bool = False
    denied: set[tuple[str, str]] = field(default_factory=set)
    tokens: list[dict[str, Any]] = field(default_factory=list)

    def may(self, action: str, application: str) -> bool:
        """Whether RBAC lets it."""
        asked = {(a, n) for a in (action, "*") for n in (application, "*")}
        return not asked & self.denied


@dataclass(frozen=True, slots=True)
class Session:
    """Who a request comes from."""

    account: Account
    issued_at: datetime

    def require(self, action: str, app: AppState) -> None:
        """Raise the explicit refusal, which names the account and its token's age."""
        if self.account.may(action, app.name):
            return
        where = f"{app.definition.project}/{app.name}"
        who = f"sub: {self.account.name}, iat: {timestamp(self.issued_at)}"
        what = f"permission denied: applications, {action}, {where}, {who}"
        raise ApiError(Code.PERMISSION_DENIED, what)


class Accounts:
    """Logs people in, and knows tokens again."""

    def __init__(self, clock: Clock, session_seconds: float) -> None:
        self._clock = clock
        self.session_seconds = session_seconds
        self._accounts: dict[str, Account] = {}
        self._refused_up_to = -1
        self._issued = 0

    def add(self, account: Account) -> Account:
        """Create an account."""
        self._accounts[account.name] = account
        return account

    def get(self, name: str) -> Account | None:
        """An account by name."""
        return self._accounts.get(name)

    def all(self) -> list[Account]:
        """Every account."""
        return list(self._accounts.values())

    def login(self, username: str, password: str) -> str:
        """A session token that ends; raises ApiError."""
        account = self._accounts.get(username)
        if account is None or not account.password or account.password != password:
            raise ApiError(Code.UNAUTHENTICATED, "Invalid username or password")
        return self.issue(account, "login", timedelta(seconds=self.session_seconds))

    def issue(self, account: Account, capability: str, lasts: timedelta | None = None) -> str:
        """A signed JWT for `account`; without `lasts` it never ends."""
        self._issued += 1
        now = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": "argocd",
            "sub": f"{account.name}:{capability}",
            "iat": now,
            "nbf": now,
            "jti": f"sandbox-{self._issued}",
        }
        if lasts is not None:
            claims["exp"] = int(now + lasts.total_seconds())
        return sign(claims)

    def expire_all(self) -> None:
        """From now on every token issued so far is called expired."""
        self._refused_up_to = self._issued

    def accept_all(self) -> None:
        """Take that back."""
        self._refused_up_to = -1

    def session(self, token: str) -> Session:
        """Who holds `token`; raises ApiError 401."""
        if not token:
            raise ApiError(Code.UNAUTHENTICATED, "no session information")
        claims = read(token)
        if claims is None:
            what = "invalid session: token signature is invalid: signature is invalid"
            raise ApiError(Code.UNAUTHENTICATED, what)
        number = int(str(claims["jti"]).removeprefix("sandbox-"))
        ends = claims.get("exp")
        if number <= self._refused_up_to or (ends and ends <= self._clock.now().timestamp()):
            what = "invalid session: token has invalid claims: token is expired"
            raise ApiError(Code.UNAUTHENTICATED, what)
        account = self._accounts.get(str(claims["sub"]).partition(":")[0])
        if account is None:
            raise ApiError(Code.UNAUTHENTICATED, "invalid session: account does not exist")
        issued = datetime.fromtimestamp(claims["iat"], self._clock.now().tzinfo)
        return Session(account, issued)


def sign(claims: dict[str, Any]) -> str:
    """A JWT with HS256."""
    head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _part(json.dumps(claims).encode())
    return f"{head}.{body}.{_signature(f'{head}.{body}')}"


def read(token: str) -> dict[str, Any] | None:
    """The claims of a token we signed, or None."""
    signed, _, signature = token.rpartition(".")
    if not signed or not hmac.compare_digest(signature, _signature(signed)):
        return None
    body = signed.partition(".")[2]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def _signature(text: str) -> str:
    return _part(hmac.new(SECRET, text.encode(), hashlib.sha256).digest())


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
