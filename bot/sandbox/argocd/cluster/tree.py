"""The resource tree: every live object, and what hangs below it (pure)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from bot.sandbox.argocd.cluster.health import Assessment, object_health
from bot.sandbox.argocd.cluster.live import LiveObject
from bot.sandbox.argocd.cluster.pods import Pod, pods_of
from bot.sandbox.argocd.definitions import Key
from bot.sandbox.argocd.state import AppState
from bot.sandbox.argocd.wire.parts import timestamp

Json = dict[str, Any]


def resource_tree(app: AppState, now: datetime) -> Json:
    """ApplicationTree."""
    nodes: list[Json] = []
    for live in app.live.values():
        top = top_node(live, now)
        nodes.append(top)
        nodes.extend(children(live, top, now))
    return {"nodes": nodes, "orphanedNodes": [], "hosts": [], "shardsCount": 1}


def top_node(live: LiveObject, now: datetime) -> Json:
    """A managed object itself."""
    key = live.key
    node = reference(key, live.manifest.version, live.uid)
    node["resourceVersion"] = str(1000 + live.revision)
    node["createdAt"] = timestamp(live.created_at)
    if live.manifest.runs_pods:
        node["info"] = [{"name": "Revision", "value": f"Rev:{live.revision}"}]
    if live.manifest.host:
        urls = [f"https://{live.manifest.host}/"]
        node["networkingInfo"] = {"externalURLs": urls, "ingress": [{"hostname": urls[0]}]}
    return with_health(node, object_health(live, now))


def children(live: LiveObject, top: Json, now: datetime) -> list[Json]:
    """ReplicaSets and pods, or nothing."""
    pods = pods_of(live, now)
    if live.manifest.kind != "Deployment":
        return [pod_node(pod, live, parent_of(top)) for pod in pods]
    nodes: list[Json] = []
    owners = dict.fromkeys(pod.owner for pod in pods)
    for number, owner in enumerate(owners):
        mine = [pod for pod in pods if pod.owner == owner]
        sets = replica_set_node(live, top, owner, mine, newest=number == 0)
        nodes.append(sets)
        nodes.extend(pod_node(pod, live, parent_of(sets)) for pod in mine)
    return nodes


def replica_set_node(
    live: LiveObject, top: Json, name: str, pods: list[Pod], *, newest: bool
) -> Json:
    """One generation of a Deployment's pods."""
    key = Key("apps", "ReplicaSet", live.key.namespace, name)
    node = reference(key, "v1", child_uid(live, name))
    revision = live.revision if newest else live.revision - 1
    node["parentRefs"] = [parent_of(top)]
    node["info"] = [{"name": "Revision", "value": f"Rev:{revision}"}]
    node["createdAt"] = timestamp(min(pod.created_at for pod in pods))
    healthy = all(pod.ready for pod in pods)
    return with_health(node, Assessment("Healthy" if healthy else "Progressing"))


def pod_node(pod: Pod, live: LiveObject, parent: Json) -> Json:
    """One pod, with the words the tree shows beside it."""
    key = Key("", "Pod", live.key.namespace, pod.name)
    node = reference(key, "v1", child_uid(live, pod.name))
    node["parentRefs"] = [parent]
    ready = f"{pod.ready_containers}/{len(pod.containers)}"
    node["info"] = [
        {"name": "Status Reason", "value": pod.reason},
        {"name": "Node", "value": f"node-{sum(pod.name.encode()) % 3 + 1}"},
        {"name": "Containers", "value": ready},
    ]
    if pod.restarts:
        node["info"].append({"name": "Restart Count", "value": str(pod.restarts)})
    node["images"] = [pod.image, *pod.sidecars]
    node["createdAt"] = timestamp(pod.created_at)
    node["resourceVersion"] = str(2000 + pod.restarts)
    return with_health(node, pod.health)


def child_uid(live: LiveObject, name: str) -> str:
    """The uid of an object below `live`, the same at every look."""
    return str(uuid.uuid5(uuid.UUID(live.uid), name))


def reference(key: Key, version: str, uid: str) -> Json:
    """ResourceRef; empty words are left out."""
    words = {
        "group": key.group,
        "version": version,
        "kind": key.kind,
        "namespace": key.namespace,
        "name": key.name,
        "uid": uid,
    }
    return {word: value for word, value in words.items() if value}


def parent_of(node: Json) -> Json:
    """The reference that a child keeps to `node`."""
    words = ("group", "kind", "namespace", "name", "uid")
    return {word: node[word] for word in words if word in node}


def with_health(node: Json, found: Assessment | None) -> Json:
    """Add what the health check says, where there is one."""
    if found is not None:
        node["health"] = {"status": found.status}
        if found.message:
            node["health"]["message"] = found.message
    return node
