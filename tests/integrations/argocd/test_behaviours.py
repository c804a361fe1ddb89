"""What the bot relies on in any Argo CD: told to the sandbox, and with `make live` to a real one.

The application of a real server is synced, refreshed and dry-run: give a scratch one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from integrations.argocd.client import ArgoCD, Credentials
from integrations.argocd.model import Application, ApplicationRef, Change, Phase
from integrations.argocd.objects import name_of
from integrations.argocd.policy import AutoSync
from integrations.argocd.snapshot import agree
from integrations.argocd.watch import ApplicationWatch
from integrations.errors import (
    Forbidden,
    NotFound,
    OperationInProgress,
    Rejected,
    Unauthorized,
    UpstreamError,
)
from integrations.groups import TaskGroup
from integrations.http import http_client
from tests.integrations.argocd.places import Place, live, sandbox

KEY = "shipmate-deploy-id"
ENDS_WITHIN = 180.0


@pytest.fixture(params=["sandbox", pytest.param("live", marks=pytest.mark.live)])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    if request.param == "live":
        async with live() as there:
            await at_rest(there)
            yield there
    else:
        async with sandbox(tmp_path) as (_, here):
            yield here


async def at_rest(place: Place) -> Application:
    """Wait until no operation runs."""
    async with place.clock.timeout(ENDS_WITHIN):
        while True:
            app = await place.argocd.get(place.ref)
            if app.operation is None and (app.state is None or app.state.phase.completed):
                return app
            await place.clock.sleep(0.5)


async def synced(place: Place, *, dry_run: bool = False) -> Application:
    """Sync, and wait for the end of that operation."""
    number = uuid4().hex
    await place.argocd.sync(place.ref, infos={KEY: number}, dry_run=dry_run)
    app = await at_rest(place)
    assert app.state is not None
    assert app.state.operation.infos[KEY] == number
    return app


async def test_the_list_knows_where_an_application_lives(place: Place) -> None:
    rows = {app.name: app for app in await place.argocd.list_applications()}
    row = rows[place.ref.name]
    assert row.ref == place.ref
    assert row.project
    assert row.namespace
    assert row.sources
    assert not row.complete


async def test_the_list_can_be_narrowed_to_a_project_and_a_name(place: Place) -> None:
    rows = await place.argocd.list_applications(projects=[place.ref.project], name=place.ref.name)
    assert [row.ref for row in rows] == [place.ref]
    assert await place.argocd.list_applications(projects=["no-such-project"]) == []


async def test_the_whole_application_tells_what_a_row_leaves_out(place: Place) -> None:
    app = await place.argocd.get(place.ref, refresh="normal")
    assert app.complete
    assert app.uid
    assert app.reconciled_at is not None
    (row,) = await place.argocd.list_applications(name=place.ref.name)
    assert agree(row, app)


async def test_the_server_says_who_it_is_and_who_we_are(place: Place) -> None:
    assert await place.argocd.version()
    me = await place.argocd.userinfo()
    assert me.logged_in
    assert me.username


async def test_a_token_that_is_not_one_is_refused(place: Place) -> None:
    async with http_client(place.url) as http:
        stranger = ArgoCD(http, Credentials(token="not-a-token"), place.clock)
        assert not (await stranger.userinfo()).logged_in
        with pytest.raises(Unauthorized):
            await stranger.list_applications()
        with pytest.raises(Unauthorized):
            await stranger.sync(place.ref, infos={})


async def test_permissions_can_be_asked_for(place: Place) -> None:
    mine = f"{place.ref.project}/{place.ref.name}"
    assert await place.argocd.can_i("applications", "sync", mine)
    with pytest.raises(Rejected):
        await place.argocd.can_i("applications", "conquer", mine)


async def test_a_missing_application_is_told_apart_only_with_its_project(place: Place) -> None:
    missing = replace(place.ref, name="shipmate-no-such-application")
    with pytest.raises(NotFound):
        await place.argocd.get(missing)
    with pytest.raises(Forbidden):
        await place.argocd.get(ApplicationRef(missing.name))


async def test_names_are_no_paths(place: Place) -> None:
    with pytest.raises(UpstreamError):
        await place.argocd.get(replace(place.ref, name=f"../applications/{place.ref.name}"))


async def test_a_sync_comes_back_with_our_id(place: Place) -> None:
    number = uuid4().hex
    asked = await place.argocd.sync(place.ref, infos={KEY: number})
    assert asked.operation is not None
    assert asked.operation.infos == {KEY: number}
    app = await at_rest(place)
    assert app.state is not None
    assert app.state.operation.infos == {KEY: number}
    assert app.state.phase is Phase.SUCCEEDED
    assert app.state.revisions


async def test_while_one_operation_runs_another_is_refused(place: Place) -> None:
    await place.argocd.sync(place.ref, infos={KEY: uuid4().hex})
    with pytest.raises(OperationInProgress) as caught:
        await place.argocd.sync(place.ref, infos={KEY: uuid4().hex})
    assert caught.value.changed == "no"
    await at_rest(place)


async def test_a_dry_run_leaves_no_history(place: Place) -> None:
    before = await at_rest(place)
    after = await synced(place, dry_run=True)
    assert after.state is not None
    assert after.state.operation.dry_run
    assert after.history == before.history


async def test_a_sync_is_remembered_with_what_it_deployed(place: Place) -> None:
    app = await synced(place)
    assert app.state is not None
    newest = max(app.history, key=lambda entry: entry.id)
    assert newest.revision in app.state.revisions


async def test_a_refresh_after_a_sync_is_newer_than_its_end(place: Place) -> None:
    app = await synced(place)
    assert app.state is not None
    assert app.state.finished_at is not None
    await place.clock.sleep(1.5)  # times are whole seconds
    fresh = await place.argocd.get(place.ref, refresh="normal", timeout=60)
    assert not fresh.refresh_timed_out
    assert fresh.reconciled_at is not None
    assert fresh.reconciled_at > app.state.finished_at


async def test_with_nothing_running_there_is_nothing_to_terminate(place: Place) -> None:
    with pytest.raises(Rejected, match="No operation is in progress"):
        await place.argocd.terminate(place.ref)


async def test_there_is_no_way_back_to_what_never_was(place: Place) -> None:
    with pytest.raises(Rejected):
        await place.argocd.rollback(place.ref, 987654)


async def test_objects_and_their_children_are_listed(place: Place) -> None:
    nodes = await place.argocd.resource_tree(place.ref)
    app = await place.argocd.get(place.ref)
    managed = {(resource.ref.kind, resource.ref.name) for resource in app.resources}
    assert managed <= {(node.ref.kind, node.ref.name) for node in nodes}
    assert all(node.ref.uid for node in nodes)
    known = {node.ref.uid for node in nodes}
    assert all(parent.uid in known for node in nodes for parent in node.parents)


async def test_events_are_those_of_the_object_asked_for(place: Place) -> None:
    await synced(place)
    assert all(event.reason for event in await place.argocd.events(place.ref))
    for node in (await place.argocd.resource_tree(place.ref))[:3]:
        for event in await place.argocd.events(place.ref, node.ref):
            assert event.about is None or event.about.name == node.ref.name


async def test_logs_come_line_by_line_with_their_pod(place: Place) -> None:
    nodes = await place.argocd.resource_tree(place.ref)
    pods = [node.ref for node in nodes if node.ref.kind == "Pod"]
    if not pods:
        pytest.skip("this application has no pods")
    try:
        lines = [line async for line in place.argocd.logs(place.ref, pod=pods[0].name, tail=5)]
    except Rejected as error:
        pytest.skip(error.summary)  # its pods have several containers
    assert len(lines) <= 5
    assert all(line.at for line in lines)


async def test_a_pod_that_is_not_there_has_no_lines(place: Place) -> None:
    assert [line async for line in place.argocd.logs(place.ref, pod="shipmate-no-such-pod")] == []


async def test_windows_manifests_and_revisions_can_be_read(place: Place) -> None:
    app = await place.argocd.get(place.ref)
    assert (await place.argocd.sync_windows(place.ref)).can_sync
    manifests = await place.argocd.manifests(place.ref)
    assert all(manifest["kind"] for manifest in manifests)
    assert manifests
    revision = app.sync_revisions[0]
    assert (await place.argocd.revision_metadata(place.ref, revision)).author


async def test_objects_have_a_target_and_a_live_state(place: Place) -> None:
    app = await at_rest(place)
    objects = await place.argocd.managed_objects(place.ref)
    managed = {(resource.ref.kind, resource.ref.name) for resource in app.resources}
    assert {(one.ref.kind, one.ref.name) for one in objects if one.target} <= managed
    assert all(one.target["kind"] == one.ref.kind for one in objects if one.target)
    assert not any(one.live.get("status") for one in objects)


async def test_running_pods_tell_which_images_they_pulled(place: Place) -> None:
    nodes = await place.argocd.resource_tree(place.ref)
    images = {name_of(image) for node in nodes if node.ref.kind == "Pod" for image in node.images}
    found = await place.argocd.running_images(place.ref, images)
    assert {one.name for one in found} <= images
    assert all(one.digest.startswith("sha256:") for one in found if one.ready)


async def test_auto_sync_that_is_off_stays_off(place: Place) -> None:
    before = (await place.argocd.get(place.ref)).automated
    app = await place.argocd.set_auto_sync(place.ref, (before or AutoSync()).off)
    assert not app.auto_sync
    assert (await place.argocd.set_auto_sync(place.ref, before)).automated == before


async def test_the_stream_begins_with_the_whole_of_every_application(place: Place) -> None:
    app = await at_rest(place)
    stream = place.argocd.stream(projects=[place.ref.project])
    async with aclosing(stream) as events, place.clock.timeout(60):
        async for event in events:
            assert event.change is Change.ADDED
            if event.application.ref == place.ref:
                break
    streamed = event.application
    assert streamed.uid == app.uid
    assert streamed.reconciled_at is not None
    assert streamed.history == app.history
    assert streamed.state == app.state
    assert {resource.ref for resource in streamed.resources} == {r.ref for r in app.resources}


async def test_the_watch_follows_a_sync_to_its_end(place: Place) -> None:
    watch = ApplicationWatch(place.argocd, place.clock, projects=[place.ref.project])
    name, number = place.ref.name, uuid4().hex
    async with TaskGroup() as tasks:
        running = tasks.create_task(watch.run(), name="watch")
        assert await watch.wait_ready(60)
        with watch.subscribe() as changes:
            before = place.argocd.requests["get"]
            await place.argocd.sync(place.ref, infos={KEY: number})
            async with place.clock.timeout(ENDS_WITHIN):
                while not ended(watch.get(name), number):
                    await changes.changed({name}, 30)
        assert place.argocd.requests["get"] - before <= 1
        running.cancel()


def ended(app: Application | None, number: str) -> bool:
    if app is None or app.operation is not None or app.state is None:
        return False
    return app.state.operation.infos.get(KEY) == number and app.state.phase.completed
