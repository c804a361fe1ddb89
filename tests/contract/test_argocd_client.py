"""What the Argo CD client reads and asks, held against Argo CD's own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from integrations.argocd import masks, orders, stream, wire, wire_details
from integrations.argocd.model import (
    Application,
    ApplicationRef,
    Change,
    Health,
    Phase,
    ResourceRef,
    Sync,
)
from integrations.argocd.policy import AutoSync, policy_patch
from integrations.errors import Unauthorized

pytestmark = pytest.mark.contract


@pytest.fixture(scope="session")
def samples(contracts: Path) -> Path:
    return contracts / "argocd" / "samples"


@pytest.fixture(scope="session")
def swagger(contracts: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((contracts / "argocd" / "swagger.json").read_text())
    return loaded


def read(samples: Path, name: str) -> Application:
    return wire.application(json.loads((samples / f"{name}.json").read_text()))


def applications(samples: Path) -> list[tuple[Path, dict[str, Any]]]:
    loaded = [(path, json.loads(path.read_text())) for path in sorted(samples.rglob("*.json"))]
    return [
        (path, value)
        for path, value in loaded
        if "spec" in value and value.get("kind", "Application") == "Application"
    ]


def test_every_sample_application_is_read(samples: Path) -> None:
    found = applications(samples)
    assert len(found) > 15
    for path, value in found:
        app = wire.application(value)
        assert app.name == value["metadata"]["name"], path
        assert app.project == value["spec"]["project"], path
        assert app.sources, path
        assert len(app.history) == len(value.get("status", {}).get("history", ())), path


@pytest.mark.parametrize(
    ("name", "health", "sync", "phase"),
    [
        ("healthy-synced-succeeded", Health.HEALTHY, Sync.SYNCED, Phase.SUCCEEDED),
        ("progressing", Health.PROGRESSING, Sync.SYNCED, Phase.SUCCEEDED),
        ("degraded", Health.DEGRADED, Sync.SYNCED, Phase.SUCCEEDED),
        ("suspended", Health.SUSPENDED, Sync.SYNCED, Phase.SUCCEEDED),
        ("missing-never-synced", Health.MISSING, Sync.OUT_OF_SYNC, None),
        ("unknown-comparison-error", Health.UNKNOWN, Sync.UNKNOWN, Phase.SUCCEEDED),
        ("operation-error", None, None, Phase.ERROR),
        ("operation-terminated", None, None, Phase.FAILED),
        ("operation-terminating", None, None, Phase.TERMINATING),
        ("operation-running-waiting-hook", None, None, Phase.RUNNING),
        ("operation-failed-health-still-healthy", Health.HEALTHY, None, Phase.FAILED),
        ("rolled-back-op-succeeded-sync-OutOfSync", None, Sync.OUT_OF_SYNC, Phase.SUCCEEDED),
    ],
)
def test_a_sample_shows_the_state_it_is_named_for(
    samples: Path, name: str, health: Health | None, sync: Sync | None, phase: Phase | None
) -> None:
    app = read(samples, f"synthetic/{name}")
    assert health is None or app.health is health
    assert sync is None or app.sync is sync
    assert (app.state.phase if app.state else None) is phase


def test_a_sync_just_asked_for_has_an_operation_and_no_state(samples: Path) -> None:
    app = read(samples, "synthetic/just-posted-sync-operation-set-operationState-absent")
    assert app.operation is not None
    assert app.operation.infos == {"chatops-request-id": "0d3a"}
    assert app.operation.initiated_by == "chatops-bot"
    assert app.operation.revision == "c" * 40
    assert app.state is None


def test_between_retries_an_operation_runs_although_it_has_finished(samples: Path) -> None:
    app = read(samples, "synthetic/operation-running-between-retries-finishedAt-set")
    assert app.operation is not None
    assert app.state is not None
    assert not app.state.phase.completed
    assert app.state.finished_at is not None
    assert app.state.retry_count == 1
    assert [r.status for r in app.state.resources] == ["Synced", "SyncFailed"]


def test_a_stale_status_can_be_told_by_its_times(samples: Path) -> None:
    app = read(samples, "synthetic/STALE-succeeded-but-not-reconciled")
    assert app.reconciled_at is not None
    assert app.state is not None
    assert app.state.finished_at is not None
    assert app.reconciled_at < app.state.finished_at


def test_what_is_left_to_prune_is_seen(samples: Path) -> None:
    app = read(samples, "synthetic/succeeded-prune-skipped")
    assert [str(r.ref) for r in app.resources if r.requires_pruning] == ["ConfigMap/old-cm"]
    assert app.state is not None
    assert "PruneSkipped" in {r.status for r in app.state.resources}


def test_conditions_that_are_errors_are_seen(samples: Path) -> None:
    app = read(samples, "synthetic/unknown-comparison-error")
    assert [condition.type for condition in app.conditions if condition.is_error] == [
        "ComparisonError"
    ]


def test_several_sources_keep_their_revisions(samples: Path) -> None:
    app = read(samples, "upstream/application-fakeMultiSourceApp")
    assert len(app.sources) == 3
    assert app.auto_sync
    assert app.state is not None
    assert app.state.revisions == ("a" * 40, "b" * 40, "c" * 40)


@pytest.mark.parametrize("name", ["watch-sse.txt", "watch-ndjson.txt"])
def test_both_framings_of_the_stream_are_read(samples: Path, name: str) -> None:
    lines = (samples / "synthetic" / name).read_bytes().splitlines()
    events = [wire.watch_event(found) for line in lines if (found := stream.result(line))]
    assert [event.change for event in events] == [Change.ADDED, Change.MODIFIED]
    assert events[0].application.health is Health.PROGRESSING


def test_an_error_in_a_stream_is_what_it_says(samples: Path) -> None:
    with pytest.raises(Unauthorized, match="token is expired"):
        stream.result((samples / "synthetic" / "stream-error-401.json").read_bytes())


def test_logs_are_read_to_their_last_frame(samples: Path) -> None:
    lines = (samples / "synthetic" / "logs-ndjson.txt").read_bytes().splitlines()
    found = [wire_details.log_line(result) for line in lines if (result := stream.result(line))]
    assert found[0] is not None
    assert (found[0].content, found[0].pod) == ("hello", "guestbook-ui-1")
    assert found[0].at is not None
    assert found[0].at.microsecond == 123456
    assert found[1:] == [None]


def test_the_stream_s_mask_keeps_everything_that_is_read(samples: Path) -> None:
    for path, value in applications(samples):
        masked = keep(value, masks.STREAM, "result.application")
        assert wire.application(masked) == wire.application(value), path


def test_the_stream_s_mask_keeps_errors(samples: Path) -> None:
    frame = json.loads((samples / "synthetic" / "stream-error-401.json").read_text())
    assert keep(frame, masks.STREAM) == frame


def test_every_field_of_a_mask_exists(swagger: dict[str, Any]) -> None:
    for prefix, mask, kind in (
        ("items.", masks.LIST, "v1alpha1Application"),
        ("result.application.", masks.STREAM, "v1alpha1Application"),
        ("items.", masks.MANAGED, "v1alpha1ResourceDiff"),
    ):
        for path in mask.split(","):
            if path.startswith(prefix):
                words = path.removeprefix(prefix).split(".")
                assert has_field(swagger, kind, words), path


def test_what_is_asked_exists(swagger: dict[str, Any]) -> None:
    ref = ApplicationRef("link-app-dev", "argocd", "link")
    logs = orders.logs(
        pod="p", kind="Pod", name="n", container="c", tail=1, since_seconds=1, previous=True
    )
    about = orders.about(ResourceRef("Pod", "p", namespace="n", uid="u"))
    asked: list[tuple[str, str, orders.Query]] = [
        ("get", "", {"refresh": "normal"}),
        ("delete", "/operation", {}),
        ("get", "/resource-tree", {}),
        ("get", "/syncwindows", {}),
        ("get", "/manifests", {"revision": "r"}),
        ("get", "/revisions/{revision}/metadata", {}),
        ("get", "/logs", logs),
        ("get", "/events", about),
        ("get", "/resource", orders.resource(ResourceRef("Pod", "p", "", "n", "v1"))),
        ("get", "/managed-resources", {}),
    ]
    for method, tail, query in asked:
        old = tail in ("/resource-tree", "/managed-resources")
        name = "{applicationName}" if old else "{name}"
        operation = swagger["paths"][f"/api/v1/applications/{name}{tail}"][method]
        known = {one["name"] for one in operation["parameters"]}
        assert set(orders.address(ref) | query) <= known, tail


def test_the_bodies_of_changes_are_known(swagger: dict[str, Any]) -> None:
    ref = ApplicationRef("link-app-dev", "argocd", "link")
    sync = orders.sync(
        ref,
        infos={"id": "1"},
        revision="r",
        positions=(1, 2),
        dry_run=True,
        prune=True,
        force=True,
        resources=[ResourceRef("Deployment", "user-svc", "apps", "link")],
    )
    known = swagger["definitions"]["applicationApplicationSyncRequest"]["properties"]
    assert set(sync) <= set(known)
    resource = swagger["definitions"]["v1alpha1SyncOperationResource"]["properties"]
    assert set(sync["resources"][0]) <= set(resource)  # type: ignore[index]
    rollback = orders.rollback(ref, 0, prune=True)
    known = swagger["definitions"]["applicationApplicationRollbackRequest"]["properties"]
    assert set(rollback) <= set(known)
    patch = orders.policy(ref, policy_patch(AutoSync(enabled=False)))
    known = swagger["definitions"]["applicationApplicationPatchRequest"]["properties"]
    assert set(patch) <= set(known)


def test_a_policy_is_patched_by_words_that_argo_cd_knows(swagger: dict[str, Any]) -> None:
    whole = AutoSync(enabled=True, prune=True, self_heal=True, allow_empty=True)
    automated = json.loads(policy_patch(whole))["spec"]["syncPolicy"]["automated"]
    known = swagger["definitions"]["v1alpha1SyncPolicyAutomated"]["properties"]
    assert set(automated) == set(known)
    assert all(automated.values())


def keep(value: Any, mask: str, path: str = "") -> Any:
    """What Argo CD's stream leaves of `value` (argoproj/pkg grpc/http/forwarders.go)."""
    fields = mask.split(",")
    if isinstance(value, list):
        return [keep(item, mask, path) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, item in value.items():
        below = f"{path}.{key}" if path else key
        if below in fields:
            kept[key] = item
        elif any(field.startswith(below) for field in fields):
            kept[key] = keep(item, mask, below)
    return kept


def has_field(swagger: dict[str, Any], definition: str, words: list[str]) -> bool:
    node: dict[str, Any] = {"$ref": f"#/definitions/{definition}"}
    for word in words:
        node = node.get("items", node)
        if "$ref" in node:
            node = swagger["definitions"][node["$ref"].rsplit("/", 1)[1]]
        if word not in node.get("properties", {}):
            return False
        node = node["properties"][word]
    return True
