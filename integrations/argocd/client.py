"""Argo CD's HTTP API as typed calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import quote

import httpx

from integrations.argocd import masks, orders, wire, wire_details
from integrations.argocd.account import UserInfo
from integrations.argocd.auth import Credentials
from integrations.argocd.exchange import SERVER_SENT_EVENTS, Ask, Exchange
from integrations.argocd.inside import Inside
from integrations.argocd.model import (
    Application,
    ApplicationRef,
    ResourceRef,
    WatchEvent,
)
from integrations.argocd.policy import AutoSync, policy_patch
from integrations.argocd.refusals import SERVICE
from integrations.argocd.stream import results
from integrations.argocd.wire_json import Json, MalformedError
from integrations.clock import Clock
from integrations.errors import BadAnswer, Unreachable

__all__ = ["ArgoCD", "Credentials"]

LIST_TIMEOUT = 90.0
"""Real seconds: 8,000 applications were seen to take 35 (argo-cd issue 9575)."""
STREAM_SILENCE = 60.0
"""Real seconds without a byte until a stream counts as dead; keepalives come every 15."""
_LIST = "/api/v1/applications"
_STREAM = "/api/v1/stream/applications"


class ArgoCD(Inside):
    """One Argo CD server. Every call raises UpstreamError; reads are tried again by themselves,
    changes never.

    Pass refs with project and namespace wherever they are known (they are those of a LIST):
    without the project Argo CD answers Forbidden where it means NotFound.

    `own` are credentials by application: whatever is asked about such an application or done to
    it is asked with these and no others, also where they are refused.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        credentials: Credentials,
        clock: Clock,
        *,
        own: Mapping[str, Credentials] | None = None,
    ) -> None:
        super().__init__(Exchange(http, credentials, clock, own or {}))
        self._http = http
        self._server = str(http.base_url).rstrip("/")
        self._clock = clock
        self._credentials = credentials
        self._own = own or {}

    def account_of(self, application: str) -> ArgoCD | None:
        """The server as seen by the application's own account alone, None where it has none."""
        own = self._own.get(application)
        return ArgoCD(self._http, own, self._clock) if own else None

    def general_account(self) -> ArgoCD:
        """The server as seen by the account that is nobody's own."""
        return ArgoCD(self._http, self._credentials, self._clock)

    @property
    def requests(self) -> Counter[str]:
        """How many requests were sent since the start, by kind ("list", "get", "sync", …)."""
        return self._exchange.requests

    def page(self, ref: ApplicationRef) -> str:
        """The address of the application in Argo CD's own web pages."""
        parts = [quote(part, safe="") for part in (ref.namespace, ref.name) if part]
        return "/".join((self._server, "applications", *parts))

    async def version(self) -> str:
        """Argo CD's version, such as "v3.5.1+109ca7c"."""
        return await self._exchange.read(Ask("version", "/api/version"), wire_details.version)

    async def userinfo(self) -> UserInfo:
        """Whom Argo CD takes us for; `logged_in` is False for a token that has ended."""
        ask = Ask("userinfo", "/api/v1/session/userinfo")
        return await self._exchange.read(ask, wire_details.user_info)

    async def can_i(self, resource: str, action: str, subresource: str) -> bool:
        """Whether our account may do `action`, e.g. "applications", "sync", "link/link-app-dev"."""
        words = quote(f"{resource}/{action}/{subresource}", safe="/*")
        ask = Ask("can-i", f"/api/v1/account/can-i/{words}")
        return await self._exchange.read(ask, wire_details.allowed)

    async def list_applications(
        self, *, projects: Sequence[str] = (), name: str = ""
    ) -> list[Application]:
        """Every application we may see, as rows of a mask (`complete` is False)."""
        query: orders.Query = {"fields": masks.LIST, "projects": list(projects)}
        if name:
            query["name"] = name
        ask = Ask("list", _LIST, query, timeout=LIST_TIMEOUT)
        return await self._exchange.read(ask, wire.applications)

    async def get(
        self,
        ref: ApplicationRef,
        *,
        refresh: str = "",
        timeout: float = 30.0,  # noqa: ASYNC109  # its end is not an error here
    ) -> Application:
        """The whole application, straight from Kubernetes.

        `refresh` is "", "normal" or "hard"; then Argo CD answers only once it has compared
        anew, which may be never. After `timeout` seconds of the clock's time the state as it
        is comes instead, with `refresh_timed_out` set.
        """
        plain = Ask("get", orders.path(ref), orders.address(ref))
        if not refresh:
            return await self._exchange.read(plain, wire.application)
        query = plain.query | {"refresh": refresh}
        ask = replace(plain, kind="refresh", query=query, timeout=timeout + 5)
        try:
            async with self._clock.timeout(timeout):
                return await self._exchange.read(ask, wire.application, tries=1)
        except (TimeoutError, Unreachable, BadAnswer):
            found = await self._exchange.read(plain, wire.application)
            return replace(found, refresh_timed_out=True)

    async def sync(
        self,
        ref: ApplicationRef,
        *,
        infos: Mapping[str, str],
        revision: str = "",
        positions: Sequence[int] = (),
        dry_run: bool = False,
        prune: bool = False,
        force: bool = False,
        resources: Sequence[ResourceRef] = (),
    ) -> Application:
        """Start a sync operation; the answer carries it as `operation`, all else is still old.

        `positions`, from 1, say whose `revision` it is where an application has several sources:
        without them Argo CD takes none. `infos` come back with the operation: put an id of your
        own in, and after an uncertain answer (`changed` is "unknown") look for it before asking
        again. Raises OperationInProgress, SyncWindowClosed, Forbidden, Rejected and the rest.
        """
        body = orders.sync(
            ref,
            infos=infos,
            revision=revision,
            positions=positions,
            dry_run=dry_run,
            prune=prune,
            force=force,
            resources=resources,
        )
        ask = Ask("sync", orders.path(ref, "/sync"), method="POST", body=body)
        return await self._exchange.change(ask, wire.application)

    async def terminate(self, ref: ApplicationRef) -> None:
        """Ask for the running operation to end; it has once `operation` is gone.

        Rejected while no operation runs, and while one was asked for and has not begun.
        """
        path = orders.path(ref, "/operation")
        ask = Ask("terminate", path, orders.address(ref), method="DELETE")
        await self._exchange.change(ask, _done)

    async def rollback(
        self, ref: ApplicationRef, entry: int, *, prune: bool = False
    ) -> Application:
        """Start an operation back to the history entry with this id; 0 is one of them.

        Rejected while auto-sync is on. Such an operation runs no hooks and carries no infos.
        """
        body = orders.rollback(ref, entry, prune=prune)
        ask = Ask("rollback", orders.path(ref, "/rollback"), method="POST", body=body)
        return await self._exchange.change(ask, wire.application)

    async def set_auto_sync(self, ref: ApplicationRef, wanted: AutoSync | None) -> Application:
        """Write the application's auto-sync, and nothing else of it; None takes it away.

        Keep the `automated` of before, and give it back later. `AutoSync.off` keeps the rest of
        the policy in place; an Argo CD before v3.1, which does not know the word, gets None
        instead. Needs the right "update". Whoever owns the application may undo it (ownership.py).
        """
        app = await self._patch(ref, policy_patch(wanted))
        if wanted is not None and not wanted.is_on and app.auto_sync:
            return await self._patch(ref, policy_patch(None))
        return app

    async def _patch(self, ref: ApplicationRef, patch: str) -> Application:
        body = orders.policy(ref, patch)
        ask = Ask("patch", orders.path(ref), method="PATCH", body=body)
        return await self._exchange.change(ask, wire.application)

    async def stream(
        self, *, projects: Sequence[str] = (), heard: Callable[[], None] = lambda: None
    ) -> AsyncGenerator[WatchEvent, None]:
        """Every application as ADDED, then each change, until the stream ends or breaks.

        `heard` is called for every sign of life, keepalives too. An end without an error is
        usual; events may be lost before and between streams. Close it with `aclosing`.
        """
        query: orders.Query = {"fields": masks.STREAM, "projects": list(projects)}
        ask = Ask("stream", _STREAM, query, accept=SERVER_SENT_EVENTS, timeout=STREAM_SILENCE)
        async with (
            self._exchange.open(ask) as body,
            aclosing(results(body)) as found,
        ):
            heard()
            async for result in found:
                heard()
                if result is not None:
                    yield _event(result)


def _event(result: Json) -> WatchEvent:
    try:
        return wire.watch_event(result)
    except MalformedError as error:
        raise BadAnswer(SERVICE, "A frame of the stream is not an application.") from error


def _done(_answer: object) -> None:
    """`{}` is all there is to say."""
