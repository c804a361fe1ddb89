"""Where the behaviours of Argo CD are asked for: the sandbox, and a real server."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from aiohttp import web

from bot.sandbox.argocd import Definition, SandboxArgoCD
from integrations.argocd.client import ArgoCD, Credentials
from integrations.argocd.model import ApplicationRef
from integrations.clock import Clock, FastClock, SystemClock
from integrations.groups import TaskGroup
from integrations.http import http_client
from tests.bot.sandbox.argocd.small_gitops import small_gitops

LIVE = "SHIPMATE_LIVE_ARGOCD"


@dataclass(frozen=True)
class Place:
    """A server, and an application on it that may be synced at will (auto-sync off)."""

    argocd: ArgoCD
    url: str
    clock: Clock
    ref: ApplicationRef


@asynccontextmanager
async def live() -> AsyncIterator[Place]:
    """The server of SHIPMATE_LIVE_ARGOCD, given as https://token@host/application."""
    given = os.environ.get(LIVE, "")
    if not given:
        pytest.skip(f"{LIVE} is not set: no real Argo CD to ask")
    parts = urlsplit(given)
    prefix, _, name = parts.path.rpartition("/")
    port = f":{parts.port}" if parts.port else ""
    url = f"{parts.scheme}://{parts.hostname}{port}{prefix}"
    credentials = Credentials(token=unquote(parts.username or ""))
    clock = SystemClock()
    insecure = os.environ.get("ARGOCD_INSECURE", "").lower() in {"1", "true", "yes"}
    ca_file = os.environ.get("ARGOCD_CA_FILE") or None
    async with http_client(url, ca_file=ca_file, insecure=insecure) as http:
        argocd = ArgoCD(http, credentials, clock)
        (row,) = await argocd.list_applications(name=unquote(name))
        yield Place(argocd, url, clock, row.ref)


@asynccontextmanager
async def sandbox(
    folder: Path,
    *,
    speed: float = 20,
    definitions: Iterable[Definition] | None = None,
    credentials: Credentials | None = None,
) -> AsyncIterator[tuple[SandboxArgoCD, Place]]:
    """The sandbox's Argo CD on loopback, with all the Link applications or those given."""
    clock = FastClock(speed)
    argo = SandboxArgoCD(clock, small_gitops(folder).path, definitions=definitions)
    runner = web.AppRunner(argo.app(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with TaskGroup() as tasks, http_client(url) as http:
            controllers = tasks.create_task(argo.run(), name="sandbox argocd")
            argocd = ArgoCD(http, credentials or Credentials(token=argo.token), clock)
            yield (
                argo,
                Place(argocd, url, clock, ApplicationRef("link-app-staging", "argocd", "link")),
            )
            controllers.cancel()
    finally:
        await runner.cleanup()
