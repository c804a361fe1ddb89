"""An application with credentials of its own is asked about with these, and with no others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from integrations.argocd.client import ArgoCD, Credentials
from integrations.argocd.logins import application_of
from integrations.argocd.model import ApplicationRef
from integrations.clock import SystemClock
from integrations.errors import Forbidden, Unauthorized, UpstreamError
from integrations.http import http_client
from tests.integrations.argocd.samples import application
from tests.integrations.argocd.stub import LIST, Stub, refuses, running, says

PRODUCTION = ApplicationRef("link-app-production", "argocd", "link")
STAGING = ApplicationRef("link-app-staging", "argocd", "link")
MAY_SYNC = "/api/v1/account/can-i/applications/sync/link"


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    stub = Stub()
    stub.reply("GET", LIST, says({"items": None}))
    for ref in (PRODUCTION, STAGING):
        stub.reply("GET", f"{LIST}/{ref.name}", says(application()))
        stub.reply("POST", f"{LIST}/{ref.name}/sync", says(application()))
        stub.reply("POST", f"{LIST}/{ref.name}/rollback", says(application()))
        stub.reply("DELETE", f"{LIST}/{ref.name}/operation", says())
        stub.reply("GET", f"{MAY_SYNC}/{ref.name}", says({"value": "yes"}))
    async with running(stub):
        yield stub


@pytest.fixture
async def argocd(stub: Stub) -> AsyncIterator[ArgoCD]:
    async with http_client(stub.url) as http:
        own = {PRODUCTION.name: Credentials(token="own")}
        yield ArgoCD(http, Credentials(token="general"), SystemClock(), own=own)


def tokens(stub: Stub) -> list[str]:
    return [each.headers["Authorization"].removeprefix("Bearer ") for each in stub.asked]


CALLS: list[Callable[[ArgoCD, ApplicationRef], Awaitable[object]]] = [
    lambda argocd, ref: argocd.sync(ref, infos={"shipmate-deploy-id": "d1"}),
    lambda argocd, ref: argocd.terminate(ref),
    lambda argocd, ref: argocd.rollback(ref, 3),
    lambda argocd, ref: argocd.get(ref),
    lambda argocd, ref: argocd.can_i("applications", "sync", f"link/{ref.name}"),
]


@pytest.mark.parametrize("call", CALLS)
async def test_each_application_is_met_with_its_own_token(
    argocd: ArgoCD, stub: Stub, call: Callable[[ArgoCD, ApplicationRef], Awaitable[object]]
) -> None:
    await call(argocd, PRODUCTION)
    await call(argocd, STAGING)
    assert tokens(stub) == ["own", "general"]


async def test_what_is_about_all_is_asked_with_the_general_token(
    argocd: ArgoCD, stub: Stub
) -> None:
    await argocd.list_applications()
    assert tokens(stub) == ["general"]


@pytest.mark.parametrize(
    ("status", "code", "meaning"), [(401, 16, Unauthorized), (403, 7, Forbidden)]
)
@pytest.mark.parametrize("call", CALLS[:3])
async def test_a_refused_token_is_not_replaced_by_the_general_one(
    argocd: ArgoCD,
    stub: Stub,
    status: int,
    code: int,
    meaning: type[UpstreamError],
    call: Callable[[ArgoCD, ApplicationRef], Awaitable[object]],
) -> None:
    said = refuses(status, code, "permission denied")
    for method, tail in (("POST", "/sync"), ("DELETE", "/operation"), ("POST", "/rollback")):
        stub.reply(method, f"{LIST}/{PRODUCTION.name}{tail}", said)
    with pytest.raises(meaning):
        await call(argocd, PRODUCTION)
    assert tokens(stub) == ["own"]


async def test_an_account_of_its_own_can_be_asked_alone(argocd: ArgoCD, stub: Stub) -> None:
    assert argocd.account_of(STAGING.name) is None
    own = argocd.account_of(PRODUCTION.name)
    assert own is not None
    await own.can_i("applications", "sync", f"link/{STAGING.name}")
    assert tokens(stub) == ["own"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/applications", ""),
        ("/api/v1/stream/applications", ""),
        ("/api/v1/applications/link-app-dev", "link-app-dev"),
        ("/api/v1/applications/link-app-dev/resource/actions/v2", "link-app-dev"),
        ("/api/v1/account/can-i/applications/sync/link/link-app-dev", "link-app-dev"),
        ("/api/v1/account/can-i/applications/sync/link/argocd/link-app-dev", "link-app-dev"),
        ("/api/v1/account/can-i/applications/action/apps/Deployment/restart/link/x", "x"),
        ("/api/v1/account/can-i/projects/get/link", ""),
        ("/api/v1/projects/link", ""),
        ("/api/version", ""),
    ],
)
def test_the_path_tells_the_application(path: str, name: str) -> None:
    assert application_of(path) == name
