from __future__ import annotations

import pytest

from bot.sandbox.argocd.api.fields import FrameMask
from tests.bot.sandbox.argocd.harness import APPLICATIONS, Argo

STAGING = "link-app-staging"


async def test_a_mask_selects_whole_names_only_and_says_null_for_what_go_calls_nil(
    argo: Argo,
) -> None:
    fields = (
        "items.metadata.name,items.metadata.deletionTimestamp,items.status.health,"
        "items.status,items.status.conditions,items.status.reconciledAt,"
        "items.operation.sync,items.status.operationState.finishedAt"
    )
    row = (await argo.list(fields, name=STAGING))[0]
    assert row["metadata"] == {"name": STAGING, "deletionTimestamp": None}
    assert set(row["status"]) == {"health", "operationState"}
    assert "operation" not in row
    argo.sandbox.never_finish(STAGING)
    await argo.sync(STAGING)
    await argo.sandbox.until(lambda: argo.sandbox.application(STAGING).state is not None)
    argo.sandbox.simulation.informer.catch_up()
    row = (await argo.list(fields, name=STAGING))[0]
    assert row["status"]["operationState"] == {"finishedAt": None}
    assert row["operation"]["sync"]["revision"]


async def test_the_mask_for_the_operation_gives_the_sync_result(argo: Argo) -> None:
    await argo.sync(STAGING)
    await argo.ends(STAGING)
    argo.sandbox.simulation.informer.catch_up()
    fields = "items.status.operationState.operation.sync"
    row = (await argo.list(fields, name=STAGING))[0]
    assert row["status"]["operationState"]["operation"]["sync"]["resources"]


@pytest.mark.parametrize("fields", ["items.spec,items.spec.project", "-items.status"])
async def test_an_ancestor_with_its_descendant_and_exclude_mode_are_500(
    argo: Argo, fields: str
) -> None:
    answer = await argo.client.get(APPLICATIONS, params={"fields": fields})
    assert answer.status_code == 500
    assert answer.json()["message"] == "field spec.destination is not a map"


async def test_nothing_selected_is_null_and_filters_combine(argo: Argo) -> None:
    answer = await argo.client.get(APPLICATIONS, params={"name": "nope"})
    assert answer.json()["items"] is None
    assert len(await argo.list(projects="link")) == 4
    assert len(await argo.list(selector="environment=staging")) == 2
    bad = await argo.client.get(APPLICATIONS, params={"selector": "what?"})
    assert bad.status_code == 500


async def test_list_lags_behind_what_get_reads(argo: Argo) -> None:
    argo.sandbox.simulation.informer.frozen = True
    argo.gitops.deploy("staging", "sha-abcdef1")
    assert (await argo.get(STAGING, refresh="normal"))["status"]["sync"]["status"] == "OutOfSync"
    row = (await argo.list(name=STAGING))[0]
    assert row["status"]["sync"]["status"] == "Synced"


async def test_only_get_knows_the_health_of_resources(argo: Argo) -> None:
    row = (await argo.list(name=STAGING))[0]
    assert not any("health" in resource for resource in row["status"]["resources"])
    whole = await argo.get(STAGING)
    checked = {r["kind"] for r in whole["status"]["resources"] if "health" in r}
    assert checked == {"Deployment", "Service", "Ingress", "ExternalSecret"}


async def test_an_application_without_a_comparison_has_empty_structs(argo: Argo) -> None:
    argo.sandbox.hang_refreshes()
    argo.sandbox.recreate("alert-rules")
    status = (await argo.get("alert-rules"))["status"]
    assert status["sync"] == {
        "status": "",
        "comparedTo": {"source": {"repoURL": ""}, "destination": {}},
    }
    assert (status["health"], status["summary"], status["sourceHydrator"]) == ({}, {}, {})


async def test_two_sources_have_revisions_and_no_source(argo: Argo) -> None:
    app = await argo.get("prometheus-stack")
    assert "source" not in app["spec"]
    assert app["status"]["sync"]["revisions"][0] == "69.3.1"
    assert "revision" not in app["status"]["sync"]


async def test_logs_want_a_container_and_not_too_many_pods(argo: Argo) -> None:
    path = f"{APPLICATIONS}/{STAGING}/logs"
    many = await argo.client.get(path)
    assert (many.status_code, many.json()["error"]["grpc_code"]) == (400, 3)
    one = {"kind": "Deployment", "resourceName": "user-svc"}
    text = (await argo.client.get(path, params=one)).text
    assert "a container name must be specified for pod user-svc-" in text
    assert "choose one of: [user-svc linkerd-proxy]" in text
    assert '"timeStamp":"0001-01-01T00:00:00Z"' in text
    tail = one | {"container": "user-svc", "tailLines": "3"}
    lines = (await argo.client.get(path, params=tail)).text.splitlines()
    assert len(lines) == 2 * 3 + 1
    assert '"last":true' in lines[-1]
    none = await argo.client.get(path, params={"podName": "nope"})
    assert (none.status_code, none.text) == (200, "")


async def test_a_preview_renders_another_ref_and_metadata_tells_who_wrote_it(argo: Argo) -> None:
    argo.gitops.edit("staging", "sha-abcdef1")
    argo.gitops.git("commit", "-qam", "Preview this")
    argo.gitops.git("push", "-q", "origin", "HEAD:refs/shipmate/preview/1")
    path = f"{APPLICATIONS}/{STAGING}"
    query = {"revision": "refs/shipmate/preview/1"}
    manifests = (await argo.client.get(f"{path}/manifests", params=query)).json()
    assert sum("user-svc:sha-abcdef1" in text for text in manifests["manifests"]) == 1
    commit = manifests["revision"]
    metadata = (await argo.client.get(f"{path}/revisions/{commit}/metadata")).json()
    assert metadata["author"] == "Dana <dana@example.com>"
    assert metadata["message"] == "Preview this"


async def test_a_restart_replaces_pods_without_changing_anything_in_git(argo: Argo) -> None:
    body = {"kind": "Deployment", "group": "apps", "resourceName": "user-svc", "action": "restart"}
    path = f"{APPLICATIONS}/{STAGING}/resource/actions/v2"
    assert (await argo.client.post(path, json=body)).json() == {}
    await argo.becomes(STAGING, "Progressing", "Synced")
    await argo.becomes(STAGING, "Healthy", "Synced")


def test_a_frame_mask_matches_paths_as_text_and_drops_errors_not_asked_for() -> None:
    frame = {"result": {"type": "ADDED", "application": {"status": {"sync": 1}, "spec": 2}}}
    fields = ["result.type", "result.application.status"]
    kept = {"result": {"type": "ADDED", "application": {"status": {"sync": 1}}}}
    assert FrameMask(fields).of(frame) == kept
    error = {"error": {"grpc_code": 16}}
    assert FrameMask(fields).of(error) == {}
    assert FrameMask([*fields, "error"]).of(error) == error
    without = {"result": {"type": "ADDED", "application": {"spec": 2}}}
    assert FrameMask(["-result.application.status"]).of(frame) == without
    assert FrameMask([]).of(frame) == frame
