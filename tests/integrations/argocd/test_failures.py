from __future__ import annotations

from contextlib import aclosing

import pytest

from integrations.argocd.client import ArgoCD
from integrations.argocd.model import ApplicationRef
from integrations.clock import FastClock
from integrations.errors import (
    BadAnswer,
    Forbidden,
    NotFound,
    OperationInProgress,
    RateLimited,
    Rejected,
    RepositoryAway,
    SyncWindowClosed,
    Unauthorized,
    Unreachable,
    UpstreamError,
)
from tests.integrations.argocd.samples import application, row
from tests.integrations.argocd.stub import (
    LIST,
    STREAM,
    Reply,
    Stub,
    client,
    hangs_up,
    never,
    refuses,
    says,
    shows,
    stops_halfway,
)

REF = ApplicationRef("link-app-dev", "argocd", "link")
APP = f"{LIST}/link-app-dev"
SYNC = f"{APP}/sync"
LOGIN_PAGE = "<!doctype html><title>Sign in</title>"

REFUSALS: list[tuple[Reply, type[UpstreamError], str, str]] = [
    (refuses(400, 9, "another operation is already in progress"), OperationInProgress, "no", "op"),
    (refuses(403, 7, "cannot sync: blocked by sync window"), SyncWindowClosed, "no", "window"),
    (
        refuses(403, 7, "permission denied: applications, sync, link/x, sub: bot, iat: 2026"),
        Forbidden,
        "no",
        "link/x$",
    ),
    (refuses(404, 5, 'applications.argoproj.io "x" not found'), NotFound, "no", "not found"),
    (
        refuses(400, 9, "error resolving repo revision: rpc error: desc = dial tcp: i/o timeout"),
        RepositoryAway,
        "no",
        "timeout",
    ),
    (
        refuses(400, 9, "error resolving repo revision: unable to resolve 'x' to a commit SHA"),
        Rejected,
        "no",
        "unable to resolve",
    ),
    (refuses(400, 9, "application is deleting"), Rejected, "no", "deleting"),
    (refuses(409, 10, "the object has been modified"), Rejected, "no", "modified"),
    (refuses(429, 8, "received message larger than max"), Rejected, "no", "larger"),
    (says({}, 429, Retry_After="17"), RateLimited, "no", "Too many"),
    (refuses(401, 16, "invalid session: token is expired"), Unauthorized, "no", "expired"),
    (refuses(500, 2, "repo server is away"), BadAnswer, "unknown", "repo server"),
    (refuses(503, 14, "connection refused"), BadAnswer, "unknown", "refused"),
    (refuses(504, 4, "context deadline exceeded"), Unreachable, "unknown", "deadline"),
    (shows(LOGIN_PAGE), BadAnswer, "unknown", "web page"),
    (shows("<h1>Bad Gateway</h1>", 502), BadAnswer, "unknown", "web page"),
    (says({}, 302, Location="https://sso.example/login"), BadAnswer, "unknown", "redirects"),
    (stops_halfway(b'{"metadata": {"na'), BadAnswer, "unknown", "cut off"),
    (stops_halfway(b'{"metadata": {"na', 0), BadAnswer, "unknown", "cut short"),
    (says({"kind": "Status"}), BadAnswer, "unknown", "not what was asked"),
    (hangs_up(), Unreachable, "unknown", "cut"),
]


@pytest.mark.parametrize(("reply", "error", "changed", "summary"), REFUSALS)
async def test_a_change_that_fails_is_sent_once_and_says_what_it_may_have_done(
    stub: Stub, reply: Reply, error: type[UpstreamError], changed: str, summary: str
) -> None:
    stub.reply("POST", SYNC, reply)
    async with client(stub.url) as argocd:
        with pytest.raises(error, match=summary) as caught:
            await argocd.sync(REF, infos={"shipmate-deploy-id": "d1"})
    assert type(caught.value) is error
    assert caught.value.changed == changed
    assert caught.value.service == "Argo CD"
    assert stub.count("POST", SYNC) == 1
    assert "t0ken" not in str(caught.value)


async def test_a_change_without_an_answer_may_have_happened(stub: Stub) -> None:
    stub.reply("POST", SYNC, never())
    async with client(stub.url, patience=0.1) as argocd:
        with pytest.raises(Unreachable) as caught:
            await argocd.sync(REF, infos={})
    assert caught.value.changed == "unknown"


async def test_a_server_that_is_not_there_changed_nothing() -> None:
    async with client("http://127.0.0.1:9", clock=FastClock(50)) as argocd:
        with pytest.raises(Unreachable, match="cannot be reached") as caught:
            await argocd.sync(REF, infos={})
        assert caught.value.changed == "no"
        with pytest.raises(Unreachable):
            await argocd.list_applications()
    assert argocd.requests == {"sync": 1, "list": 3}


@pytest.mark.parametrize(
    "reply",
    [
        refuses(500, 2, "field spec.destination is not a map"),
        refuses(503, 14, "away"),
        shows("<h1>502</h1>", 502),
        stops_halfway(b'{"items": [{"meta'),
        stops_halfway(b'{"items": [{"meta', 0),
        hangs_up(),
        says({}, 429, Retry_After="1"),
    ],
)
async def test_a_read_outlives_a_failure_that_passes(stub: Stub, reply: Reply) -> None:
    stub.reply("GET", LIST, reply, reply, says({"items": [row(application())]}))
    async with client(stub.url, clock=FastClock(50)) as argocd:
        assert len(await argocd.list_applications()) == 1
    assert argocd.requests["list"] == 3


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refuses(403, 7, "permission denied"), Forbidden),
        (refuses(404, 5, "not found"), NotFound),
        (refuses(400, 3, "app is not allowed in project"), Rejected),
        (says({}, 429, Retry_After="60"), RateLimited),
    ],
)
async def test_a_read_that_is_refused_is_not_repeated(
    stub: Stub, reply: Reply, error: type[UpstreamError]
) -> None:
    stub.reply("GET", APP, reply)
    async with client(stub.url, clock=FastClock(50)) as argocd:
        with pytest.raises(error):
            await argocd.get(REF)
    assert argocd.requests["get"] == 1


async def test_patience_asked_for_is_passed_on(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("GET", APP, says({}, 429, Retry_After="60"))
    with pytest.raises(RateLimited) as caught:
        await argocd.get(REF)
    assert caught.value.retry_after == 60


async def test_a_path_that_argo_cd_does_not_serve_is_no_missing_application(
    stub: Stub, argocd: ArgoCD
) -> None:
    with pytest.raises(BadAnswer, match="not at this address"):
        await argocd.get(REF)


async def test_a_stream_that_is_refused_is_refused_as_anything_else(stub: Stub) -> None:
    for reply, error in ((refuses(403, 7, "no"), Forbidden), (shows(LOGIN_PAGE), BadAnswer)):
        stub.reply("GET", STREAM, reply)
        async with client(stub.url) as argocd:
            with pytest.raises(error):
                async with aclosing(argocd.stream()) as events:
                    await anext(events)


async def test_what_argo_cd_says_is_shown_without_credentials(stub: Stub, argocd: ArgoCD) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib3QifQ.c2lnbmF0dXJl"
    said = f"cannot fetch https://bot:hunter2@git.example/x\n with {token}" + "x" * 2000
    stub.reply("POST", SYNC, refuses(400, 9, said))
    with pytest.raises(Rejected) as caught:
        await argocd.sync(REF, infos={})
    assert "https://git.example/x with" in caught.value.summary
    assert "hunter2" not in caught.value.summary
    assert token not in caught.value.summary
    assert len(caught.value.summary) <= 500
    assert "\n" not in caught.value.summary
