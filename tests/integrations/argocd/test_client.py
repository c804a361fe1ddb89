from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from aiohttp import web

from integrations.argocd import masks
from integrations.argocd.client import ArgoCD
from integrations.argocd.model import ApplicationRef, ResourceRef
from integrations.clock import FastClock
from integrations.errors import ContainerNotNamed, TooManyPods
from tests.integrations.argocd.samples import application, row
from tests.integrations.argocd.stub import LIST, Stub, client, never, refuses, says

REF = ApplicationRef("link-app-dev", "argocd", "link")
APP = f"{LIST}/link-app-dev"


async def test_every_change_says_its_content_type_exactly(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("POST", f"{APP}/sync", says(application()))
    stub.reply("POST", f"{APP}/rollback", says(application()))
    stub.reply("DELETE", f"{APP}/operation", says())
    await argocd.sync(REF, infos={"shipmate-deploy-id": "d1"})
    await argocd.rollback(REF, 0)
    await argocd.terminate(REF)
    assert [asked.headers["Content-Type"] for asked in stub.asked] == ["application/json"] * 3


async def test_every_request_carries_the_token(stub: Stub, argocd: ArgoCD) -> None:
    await argocd.list_applications()
    assert stub.asked[0].headers["Authorization"] == "Bearer t0ken"
    assert "Cookie" not in stub.asked[0].headers


async def test_names_cannot_leave_their_place_in_the_path(stub: Stub, argocd: ArgoCD) -> None:
    strange = ApplicationRef("../a b/ü?x#y%2F")
    path = f"{LIST}/..%2Fa%20b%2F%C3%BC%3Fx%23y%252F"
    stub.reply("GET", path, says(application()))
    await argocd.get(strange)
    assert stub.asked[0].path == path
    assert stub.asked[0].query == {}


async def test_project_and_namespace_go_along_wherever_they_are_known(
    stub: Stub, argocd: ArgoCD
) -> None:
    stub.reply("GET", APP, says(application()))
    stub.reply("POST", f"{APP}/sync", says(application()))
    await argocd.get(REF)
    await argocd.sync(REF, infos={})
    assert stub.asked[0].query == {"appNamespace": ["argocd"], "project": ["link"]}
    assert stub.asked[1].json == {"appNamespace": "argocd", "project": "link", "infos": []}


async def test_a_sync_asks_for_what_it_is_told_and_nothing_else(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("POST", f"{APP}/sync", says(application()))
    await argocd.sync(
        REF,
        infos={"shipmate-deploy-id": "d1"},
        revision="c" * 40,
        dry_run=True,
        prune=True,
        force=True,
        resources=[ResourceRef("Deployment", "user-svc", "apps", "link")],
    )
    assert stub.asked[0].json == {
        "appNamespace": "argocd",
        "project": "link",
        "infos": [{"name": "shipmate-deploy-id", "value": "d1"}],
        "revision": "c" * 40,
        "dryRun": True,
        "prune": True,
        "strategy": {"hook": {"force": True}},
        "resources": [
            {"group": "apps", "kind": "Deployment", "name": "user-svc", "namespace": "link"}
        ],
    }


async def test_a_sync_of_several_sources_says_whose_revision_it_is(
    stub: Stub, argocd: ArgoCD
) -> None:
    stub.reply("POST", f"{APP}/sync", says(application()))
    await argocd.sync(REF, infos={}, revision="c" * 40, positions=(1, 3))
    assert stub.asked[0].json["revisions"] == ["c" * 40] * 2
    assert stub.asked[0].json["sourcePositions"] == [1, 3]
    assert "revision" not in stub.asked[0].json


async def test_a_rollback_to_the_very_first_entry_names_it(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("POST", f"{APP}/rollback", says(application()))
    await argocd.rollback(REF, 0)
    assert stub.asked[0].json["id"] == 0


async def test_a_list_is_masked_and_its_rows_say_so(stub: Stub, argocd: ArgoCD) -> None:
    stub.rows = [row(application()), row(application("link-app-staging"))]
    rows = await argocd.list_applications(projects=["link", "platform"])
    assert [(app.name, app.complete) for app in rows] == [
        ("link-app-dev", False),
        ("link-app-staging", False),
    ]
    assert stub.asked[0].query == {"fields": [masks.LIST], "projects": ["link", "platform"]}


async def test_a_large_list_is_read_whole(stub: Stub, argocd: ArgoCD) -> None:
    stub.rows = [row(application(f"app-{number}")) for number in range(1000)]
    assert len(await argocd.list_applications()) == 1000


async def test_a_refresh_comes_back_compared_anew(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("GET", APP, says(application()))
    app = await argocd.get(REF, refresh="hard")
    assert not app.refresh_timed_out
    assert [asked.query["refresh"] for asked in stub.asked] == [["hard"]]


async def test_a_refresh_that_never_ends_is_given_up_and_says_so(stub: Stub) -> None:
    stub.reply("GET", APP, never(), says(application()))
    async with client(stub.url, clock=FastClock(100)) as argocd:
        app = await argocd.get(REF, refresh="normal", timeout=30)
    assert app.refresh_timed_out
    assert app.name == "link-app-dev"
    assert "refresh" not in stub.asked[1].query
    assert argocd.requests == {"refresh": 1, "get": 1}


async def test_a_refresh_that_argo_cd_gives_up_is_read_plainly(stub: Stub, argocd: ArgoCD) -> None:
    gave_up = refuses(500, 2, "application refresh deadline exceeded")
    stub.reply("GET", APP, gave_up, says(application()))
    assert (await argocd.get(REF, refresh="normal")).refresh_timed_out


async def test_permission_is_asked_for_with_all_its_words(stub: Stub, argocd: ArgoCD) -> None:
    path = "/api/v1/account/can-i/applications/sync"
    stub.reply("GET", f"{path}/link/link-app-dev", says({"value": "yes"}))
    stub.reply("GET", f"{path}/link/*", says({"value": "no"}))
    assert await argocd.can_i("applications", "sync", "link/link-app-dev")
    assert not await argocd.can_i("applications", "sync", "link/*")


async def test_who_we_are_and_which_version_answers(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("GET", "/api/version", says({"Version": "v3.5.1+109ca7c"}))
    stub.reply("GET", "/api/v1/session/userinfo", says({}))
    assert await argocd.version() == "v3.5.1+109ca7c"
    assert not (await argocd.userinfo()).logged_in


async def test_the_page_of_an_application_keeps_the_server_s_path(stub: Stub) -> None:
    async with client("https://tools.example/argo-cd") as argocd:
        assert argocd.page(REF) == "https://tools.example/argo-cd/applications/argocd/link-app-dev"


async def test_windows_tree_events_and_authors_are_read(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("GET", f"{APP}/syncwindows", says({"assignedWindows": [{"kind": "deny"}]}))
    node = {"kind": "Pod", "name": "p", "uid": "u", "health": {"status": "Degraded"}}
    stub.reply("GET", f"{APP}/resource-tree", says({"nodes": [node], "orphanedNodes": None}))
    stub.reply("GET", f"{APP}/events", says({"items": [{"reason": "BackOff"}]}))
    stub.reply("GET", f"{APP}/revisions/abc/metadata", says({"author": "Ada <a@link.example>"}))
    windows = await argocd.sync_windows(REF)
    (pod,) = await argocd.resource_tree(REF)
    (event,) = await argocd.events(REF, pod.ref)
    metadata = await argocd.revision_metadata(REF, "abc")
    assert not windows.can_sync
    assert windows.assigned[0].kind == "deny"
    assert event.reason == "BackOff"
    assert metadata.author == "Ada <a@link.example>"
    assert stub.asked[2].query["resourceUID"] == ["u"]


def frames(*entries: dict[str, object]) -> object:
    async def reply(_request: web.Request) -> web.StreamResponse:
        body = b"".join(web.json_response({"result": e}).body + b"\n" for e in entries)  # type: ignore[operator]
        return web.Response(body=body, content_type="application/json")

    return reply


async def test_logs_end_with_their_last_frame(stub: Stub, argocd: ArgoCD) -> None:
    at = "2026-01-02T10:00:00Z"
    lines = [{"content": c, "timeStamp": at, "podName": "p", "last": False} for c in ("a", "b")]
    stub.reply("GET", f"{APP}/logs", frames(*lines, {"last": True}))  # type: ignore[arg-type]
    found = [line async for line in argocd.logs(REF, pod="p", tail=7, since_seconds=60)]
    assert [(line.content, line.pod) for line in found] == [("a", "p"), ("b", "p")]
    assert stub.asked[0].query["tailLines"] == ["7"]
    assert stub.asked[0].query["sinceSeconds"] == ["60"]


async def test_no_such_pod_has_no_lines(stub: Stub, argocd: ArgoCD) -> None:
    stub.reply("GET", f"{APP}/logs", frames())  # type: ignore[arg-type]
    assert [line async for line in argocd.logs(REF, pod="none")] == []


async def test_a_container_that_must_be_named_is_asked_for(stub: Stub, argocd: ArgoCD) -> None:
    said = "a container name must be specified for pod p, choose one of: [app proxy]"
    entry = {"content": said, "timeStamp": "0001-01-01T00:00:00Z", "podName": "p"}
    stub.reply("GET", f"{APP}/logs", frames(entry))  # type: ignore[arg-type]
    with pytest.raises(ContainerNotNamed, match=r"choose one of: \[app proxy\]") as caught:
        [line async for line in argocd.logs(REF, pod="p")]
    assert caught.value.containers == ("app", "proxy")


async def test_a_container_that_is_not_there_is_no_log_line(stub: Stub, argocd: ArgoCD) -> None:
    said = "container nope is not valid for pod p"
    entry = {"content": said, "timeStamp": "0001-01-01T00:00:00Z", "podName": "p"}
    stub.reply("GET", f"{APP}/logs", frames(entry))  # type: ignore[arg-type]
    with pytest.raises(ContainerNotNamed, match="not valid"):
        [line async for line in argocd.logs(REF, pod="p", container="nope")]


async def test_a_stream_that_is_refused_at_once_says_why(stub: Stub, argocd: ArgoCD) -> None:
    said = "max pods to view logs are reached. Please provide more granular query"
    stub.reply("GET", f"{APP}/logs", says({"error": {"http_code": 400, "message": said}}, 400))
    with pytest.raises(TooManyPods, match="max pods"):
        [line async for line in argocd.logs(REF)]


async def test_the_stream_tells_each_change_and_each_sign_of_life(
    stub: Stub, argocd: ArgoCD
) -> None:
    heard: list[None] = []
    async with aclosing(argocd.stream(heard=lambda: heard.append(None))) as events:
        first = asyncio.ensure_future(anext(events))
        connection = await stub.stream()
        await connection.keep_alive()
        await connection.send("ADDED", application())
        assert (await first).application.name == "link-app-dev"
        assert len(heard) >= 3
    assert stub.asked[0].headers["Accept"] == "text/event-stream"
    assert stub.asked[0].query["fields"] == [masks.STREAM]
