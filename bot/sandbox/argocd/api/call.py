"""One request to the API: who asks, for what, and the rules that every call shares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.argocd.accounts import Accounts, Session
from bot.sandbox.argocd.api.errors import ApiError, Code, invalid, not_found, permission_denied
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.state import AppState
from bot.sandbox.argocd.target import Target

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose content type, session and body have been looked at."""

    request: web.Request
    simulation: Simulation
    target: Target
    accounts: Accounts
    session: Session | None
    body: Json = field(default_factory=dict)

    @property
    def who(self) -> Session:
        """The session; only anonymous calls have none."""
        if self.session is None:
            raise ApiError(Code.UNAUTHENTICATED, "no session information")
        return self.session

    def query(self, name: str, default: str = "") -> str:
        """The last value of a query parameter, or `default`."""
        values = self.request.query.getall(name, [])
        return values[-1] if values else default

    def queries(self, name: str) -> list[str]:
        """All values of a repeated query parameter."""
        return [value for value in self.request.query.getall(name, []) if value]

    def number(self, name: str) -> int:
        """An integer query parameter, 0 when absent; 400 when it is none."""
        text = self.query(name, "0")
        try:
            return int(text)
        except ValueError as error:
            what = f'strconv.ParseInt: parsing "{text}": invalid syntax'
            raise invalid(f"type mismatch, parameter: {name}, error: {what}") from error

    @property
    def fields(self) -> list[str]:
        """The mask, as one list."""
        return [name for name in self.query("fields").split(",") if name]

    def application(self, action: str = "get") -> AppState:
        """The application in the path, under the 403-or-404 rule (getAppEnforceRBAC).

        Without a project, "missing" and "not yours" are the same 403. With one, a missing
        application, or one of another project, is 404 to those who may look there.
        """
        info = self.request.match_info
        name = info.get("name") or info.get("applicationName") or ""
        project = str(self.body.get("project") or self.query("project"))
        namespace = str(self.body.get("appNamespace") or self.query("appNamespace") or "argocd")
        app = self.simulation.applications.get(name)
        exists = app is not None and not app.deleted and app.definition.namespace == namespace
        if not self.who.account.may("get", name):
            raise permission_denied()
        if app is None or not exists:
            raise not_found(name) if project else permission_denied()
        if project and project != app.definition.project:
            raise not_found(name)
        if action != "get":
            self.who.require(action, app)
        return app


Handler = Callable[[Call], Awaitable[Json | web.StreamResponse]]
