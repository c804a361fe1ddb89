"""Which pods an application runs, and what to call that which runs them."""

from __future__ import annotations

import pytest

from bot.pod_tree import PodTree
from integrations.argocd.details import ResourceNode
from integrations.argocd.model import ResourceRef


def ref(kind: str, name: str) -> ResourceRef:
    return ResourceRef(kind=kind, name=name, uid=f"{kind}/{name}")


def node(kind: str, name: str, parent: ResourceRef | None = None) -> ResourceNode:
    return ResourceNode(ref(kind, name), parents=(parent,) if parent else ())


WEB, WEB_1, REDIS = (
    ref("Deployment", "web"),
    ref("ReplicaSet", "web-1"),
    ref("StatefulSet", "redis"),
)
TREE = PodTree(
    [
        node("Service", "web"),
        node("Pod", "web-1-a", WEB_1),
        node("Pod", "web-1-b", WEB_1),
        node("ReplicaSet", "web-1", WEB),
        node("Deployment", "web"),
        node("Pod", "redis-0", REDIS),
        node("StatefulSet", "redis"),
        node("ConfigMap", "redis"),
        node("Pod", "lost", ref("Job", "gone")),
    ]
)


def test_owners_stand_uppermost_and_lost_pods_are_their_own() -> None:
    assert [str(each) for each in TREE.owners] == [
        "Deployment/web",
        "StatefulSet/redis",
        "Pod/lost",
    ]


def test_pods_are_found_under_any_object_above_them() -> None:
    assert [each.name for each in TREE.pods(WEB)] == ["web-1-a", "web-1-b"]
    assert [each.name for each in TREE.pods(REDIS)] == ["redis-0"]
    assert len(TREE.pods()) == 4


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Deployment/web", "Deployment/web"),
        ("deploy/web", "Deployment/web"),
        ("DEPLOYMENT/web", "Deployment/web"),
        ("web", "Deployment/web"),
        ("rs/web-1", "ReplicaSet/web-1"),
        ("redis-0", "Pod/redis-0"),
        ("po/web-1-b", "Pod/web-1-b"),
        ("Service/web", "None"),
        ("ConfigMap/redis", "None"),
        ("nothing", "None"),
        ("", "None"),
    ],
)
def test_an_object_is_meant_by_kind_and_name_or_by_name_alone(word: str, found: str) -> None:
    assert str(TREE.find(word)) == found


def test_objects_that_own_each_other_in_a_circle_end_somewhere() -> None:
    one, other = ref("Pod", "one"), ref("Odd", "other")
    tree = PodTree([ResourceNode(one, parents=(other,)), ResourceNode(other, parents=(one,))])
    assert [str(each) for each in tree.owners] == ["Odd/other"]


def test_without_pods_there_is_nothing() -> None:
    tree = PodTree([node("ConfigMap", "x")])
    assert (tree.owners, tree.pods(), tree.everything) == ([], [], [])
