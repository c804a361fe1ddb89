"""What a change makes of objects is told, and what only looks different is not."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deployments.approvals.differences import FIELDS, HIDDEN, FieldChange, differences, flat
from integrations.argocd.model import ResourceRef
from integrations.argocd.objects import ManagedObject

APP = "link-app-production"
BEFORE, AFTER = "ghcr.io/link/user-svc:v1", "ghcr.io/link/user-svc:v2"
IMAGE = "spec.template.spec.containers[user-svc].image"


def deployment(image: str = BEFORE, **spec: Any) -> dict[str, Any]:
    container = {"name": "user-svc", "image": image, "resources": {"limits": {"cpu": "1000m"}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "user-svc", "namespace": "link"},
        "spec": {"replicas": 2, **spec, "template": {"spec": {"containers": [container]}}},
    }


def in_cluster(target: dict[str, Any]) -> dict[str, Any]:
    """As Kubernetes keeps it: with defaults, another spelling of a quantity, a sidecar in front."""
    live = copy.deepcopy(target)
    live["metadata"] |= {"uid": "u", "resourceVersion": "7", "generation": 3}
    live["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "3"}
    live["spec"]["revisionHistoryLimit"] = 10
    containers = live["spec"]["template"]["spec"]["containers"]
    containers[0]["resources"]["limits"]["cpu"] = "1"
    containers.insert(0, {"name": "linkerd-proxy", "image": "proxy:1"})
    live["status"] = {"replicas": 2}
    return live


def managed(
    target: dict[str, Any], live: dict[str, Any] | None = None, **more: Any
) -> ManagedObject:
    live = in_cluster(target) if live is None else live
    group = target["apiVersion"].rpartition("/")[0]
    about = target["metadata"]
    ref = ResourceRef(target["kind"], about["name"], group, about.get("namespace", ""))
    return ManagedObject(ref, target, live, predicted=more.pop("predicted", live), **more)


def test_a_new_tag_is_one_field_of_one_object() -> None:
    (found,) = differences(APP, [managed(deployment())], [deployment(AFTER)])
    assert (found.kind, found.name, found.namespace, found.change) == (
        "Deployment",
        "user-svc",
        "link",
        "changed",
    )
    assert found.fields == (FieldChange(path=IMAGE, before=BEFORE, after=AFTER),)
    assert found.application == APP


def test_what_only_kubernetes_writes_is_no_difference() -> None:
    assert differences(APP, [managed(deployment())], [deployment()]) == []


def test_what_the_cluster_has_already_is_no_difference() -> None:
    live = in_cluster(deployment(AFTER))
    assert differences(APP, [managed(deployment(), live)], [deployment(AFTER)]) == []


def test_drift_is_told_because_a_sync_mends_it() -> None:
    live = in_cluster(deployment())
    predicted = copy.deepcopy(live)
    live["spec"]["replicas"] = 5
    one = managed(deployment(), live, predicted=predicted, modified=True)
    (found,) = differences(APP, [one], [deployment(AFTER)])
    assert found.fields == (
        FieldChange(path=IMAGE, before=BEFORE, after=AFTER),
        FieldChange(path="spec.replicas", before="5", after="2"),
    )


def test_before_is_what_runs_even_where_git_is_ahead_of_it() -> None:
    ahead, live = deployment("ghcr.io/link/user-svc:v1.5"), in_cluster(deployment())
    predicted = in_cluster(ahead)
    one = managed(ahead, live, predicted=predicted, modified=True)
    (found,) = differences(APP, [one], [deployment(AFTER)])
    assert found.fields == (FieldChange(path=IMAGE, before=BEFORE, after=AFTER),)


def test_a_field_that_git_no_longer_names_goes() -> None:
    one = managed(deployment(minReadySeconds=10))
    (found,) = differences(APP, [one], [deployment()])
    assert found.fields == (FieldChange(path="spec.minReadySeconds", before="10"),)


def test_objects_come_and_go() -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "new"}}
    lost = managed(deployment(), {})
    found = differences(
        APP, [managed(deployment()), managed(config, config)], [config | {"data": {}}]
    )
    assert [(one.kind, one.change) for one in found] == [("Deployment", "removed")]
    assert [one.change for one in differences(APP, [], [config])] == ["added"]
    assert [one.change for one in differences(APP, [lost], [deployment()])] == ["added"]
    assert differences(APP, [lost], []) == []


def managed_config(name: str, namespace: str) -> ManagedObject:
    about = {"name": name, "namespace": namespace}
    target = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": {"a": "1"}}
    return managed(target, copy.deepcopy(target))


def test_a_manifest_may_leave_its_namespace_out() -> None:
    plain = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "link-config"},
        "data": {"a": "2"},
    }
    (found,) = differences(APP, [managed_config("link-config", "link")], [plain])
    assert found.fields == (FieldChange(path="data.a", before="1", after="2"),)
    twice = [managed_config("link-config", "one"), managed_config("link-config", "two")]
    assert {one.change for one in differences(APP, twice, [plain])} == {"added", "removed"}


@pytest.mark.parametrize("mark", ["argocd.argoproj.io/hook", "helm.sh/hook"])
def test_a_hook_runs_and_is_told_last(mark: str) -> None:
    about = {"name": "db-migrate", "annotations": {mark: "PreSync"}}
    hook = {"apiVersion": "batch/v1", "kind": "Job", "metadata": about}
    found = differences(APP, [managed(deployment())], [hook, deployment(AFTER)])
    assert [(one.kind, one.change) for one in found] == [("Deployment", "changed"), ("Job", "runs")]


# -- secrets ---------------------------------------------------------------------------------------


def secret(value: str, kind: str = "Secret") -> dict[str, Any]:
    about = {"name": "db", "namespace": "link"}
    return {"apiVersion": "v1", "kind": kind, "metadata": about, "data": {"url": value}}


def test_the_values_of_secrets_are_never_shown() -> None:
    one = managed(secret("aGVsbG8="), secret("aGVsbG8="))
    (found,) = differences(APP, [one], [secret("d29ybGQ=")])
    assert found.fields == (FieldChange(path="data.url", before=HIDDEN, after=HIDDEN),)


def test_a_secret_that_argo_cd_hides_may_change_or_stay() -> None:
    masked = secret("++++++++")
    (found,) = differences(APP, [managed(masked, masked)], [masked])
    assert (found.change, found.fields) == ("hidden", ())


def test_names_and_words_that_tell_a_secret_hide_it_elsewhere_too() -> None:
    def config(token: str, url: str) -> dict[str, Any]:
        found = secret("", "ConfigMap")
        found["data"] = {"API_TOKEN": token, "url": url}
        return found

    before, after = config("one", "https://a:b@db"), config("two", "https://a:hunter2@db")
    (found,) = differences(APP, [managed(before, before)], [after])
    shown = json.dumps([field.model_dump() for field in found.fields])
    assert HIDDEN in shown
    assert "hunter2" not in shown
    assert "two" not in shown


def test_many_fields_and_long_ones_are_cut_with_their_count() -> None:
    labels = {f"l{number}": "x" * 500 for number in range(20)}
    wanted = deployment()
    wanted["metadata"]["labels"] = labels
    (found,) = differences(APP, [managed(deployment())], [wanted])
    assert len(found.fields) == FIELDS
    assert found.more == 20 - FIELDS
    assert all(len(field.after) <= 120 for field in found.fields)


# -- properties ------------------------------------------------------------------------------------

WORDS = st.sampled_from(["a", "b", "name", "kind", "metadata", "spec", "data", "x.y/z", "status"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
MANIFESTS = st.dictionaries(WORDS, JSON, max_size=4)


@given(st.lists(MANIFESTS, max_size=3), MANIFESTS, MANIFESTS, MANIFESTS, st.booleans())
def test_no_manifest_breaks_it(
    wanted: list[dict[str, Any]],
    target: dict[str, Any],
    live: dict[str, Any],
    predicted: dict[str, Any],
    modified: bool,  # noqa: FBT001
) -> None:
    one = ManagedObject(ResourceRef("", ""), target, live, predicted, modified)
    differences(APP, [one], wanted)


@given(MANIFESTS)
def test_the_same_manifest_is_no_difference(content: dict[str, Any]) -> None:
    manifest = {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "it"}, "more": content}
    assert differences(APP, [managed(manifest, copy.deepcopy(manifest))], [manifest]) == []


@given(MANIFESTS, MANIFESTS)
def test_every_other_scalar_is_told(one: dict[str, Any], other: dict[str, Any]) -> None:
    def manifest(content: dict[str, Any]) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "it"}, "more": content}

    before, after = manifest(one), manifest(other)
    found = differences(APP, [managed(before, before)], [after])
    scalars, wanted = flat(before), flat(after)
    differing = {path for path in {**scalars, **wanted} if scalars.get(path) != wanted.get(path)}
    assert sum(len(each.fields) + each.more for each in found) == len(differing)
