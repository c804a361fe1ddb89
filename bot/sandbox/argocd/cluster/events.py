"""Kubernetes events about the application and the objects below it (pure)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.argocd.cluster.live import LiveObject, template_hash
from bot.sandbox.argocd.cluster.pods import Pod, pods_of
from bot.sandbox.argocd.cluster.tree import child_uid
from bot.sandbox.argocd.state import AppState
from bot.sandbox.argocd.wire.parts import timestamp

Json = dict[str, Any]
KEPT = timedelta(hours=1)  # how long Kubernetes keeps events


@dataclass(frozen=True, slots=True)
class Happening:
    """One event before it is dressed up."""

    reason: str
    message: str
    at: datetime
    type: str = "Normal"
    count: int = 1
    last: datetime | None = None
    component: str = "kubelet"


def application_events(app: AppState, now: datetime) -> list[Json]:
    """Events about the Application itself: operations, and health that changed."""
    found: list[Happening] = []
    state = app.state
    if state is not None:
        by = state.operation.username or "automated sync policy"
        began = f"Initiated {'automated ' if state.operation.automated else ''}sync"
        revision = state.revisions[0] if state.revisions else "(unresolved)"
        found.append(Happening("OperationStarted", f"{by} {began} to {revision}", state.started_at))
        if state.finished_at is not None and state.is_over:
            kind = "Normal" if state.phase == "Succeeded" else "Warning"
            said = f"Sync operation to {revision} {state.phase.lower()}: {state.message}"
            found.append(Happening("OperationCompleted", said, state.finished_at, kind))
    if app.health_since is not None:
        said = f"Updated health status: {app.health}"
        found.append(Happening("ResourceUpdated", said, app.health_since))
    about = {
        "kind": "Application",
        "namespace": app.definition.namespace,
        "name": app.name,
        "uid": app.uid,
        "apiVersion": "argoproj.io/v1alpha1",
    }
    return dressed(found, about, now, "argocd-application-controller")


def object_events(app: AppState, name: str, uid: str, now: datetime) -> list[Json]:
    """Events about one object. Name and uid must both fit, as the field selector wants."""
    for live in app.live.values():
        if live.key.name == name and live.uid == uid:
            found = workload_happenings(live)
            return dressed(found, about_object(live), now, "deployment-controller")
        for pod in pods_of(live, now):
            if pod.name == name and child_uid(live, pod.name) == uid:
                found = pod_happenings(live, pod, now)
                return dressed(found, about_pod(live, pod), now, "kubelet")
    return []


def workload_happenings(live: LiveObject) -> list[Happening]:
    """What the Deployment controller tells."""
    rollout = live.rollout
    if rollout is None or not live.manifest.runs_pods:
        return []
    name = live.manifest.name
    new = f"{name}-{template_hash(name, live.generation)}"
    said = f"Scaled up replica set {new} from 0 to 1"
    return [Happening("ScalingReplicaSet", said, rollout.started)]


def pod_happenings(live: LiveObject, pod: Pod, now: datetime) -> list[Happening]:
    """What the scheduler and the kubelet tell."""
    at, name, image = pod.created_at, live.manifest.name, pod.image
    node = f"node-{sum(pod.name.encode()) % 3 + 1}"
    where = f"{live.key.namespace}/{pod.name}"
    found = [
        Happening("Scheduled", f"Successfully assigned {where} to {node}", at),
        Happening("Pulling", f'Pulling image "{image}"', at + timedelta(seconds=1)),
    ]
    after = at + timedelta(seconds=2)
    times = max(1, int((now - at).total_seconds() // 20))
    if pod.reason == "ImagePullBackOff":
        why = f'failed to resolve reference "{image}": {image}: not found'
        failed = f'Failed to pull image "{image}": rpc error: code = NotFound desc = {why}'
        backing = f'Back-off pulling image "{image}"'
        return [
            *found,
            Happening("Failed", failed, after, "Warning", times, now),
            Happening("Failed", "Error: ErrImagePull", after, "Warning", times, now),
            Happening("BackOff", backing, after, "Normal", times, now),
            Happening("Failed", "Error: ImagePullBackOff", after, "Warning", times, now),
        ]
    if pod.reason == "ContainerCreating":
        return found
    pulled = f'Successfully pulled image "{image}" in 1.318s'
    found.append(Happening("Pulled", pulled, after))
    found.append(Happening("Started", f"Started container {name}", after))
    if pod.reason == "CrashLoopBackOff":
        backing = f"Back-off restarting failed container {name} in pod {pod.name}"
        found.append(Happening("BackOff", backing, after, "Warning", pod.restarts * 4, now))
    elif not pod.ready:
        failed = "Readiness probe failed: HTTP probe failed with statuscode: 503"
        found.append(Happening("Unhealthy", failed, after, "Warning", times, now))
    return found


def dressed(found: list[Happening], about: Json, now: datetime, component: str) -> list[Json]:
    """As EventList items, without those Kubernetes has forgotten."""
    return [event(one, about, component) for one in found if now - (one.last or one.at) <= KEPT]


def event(one: Happening, about: Json, component: str) -> Json:
    """One v1.Event."""
    digest = hashlib.sha256(f"{about['name']}{one.reason}{one.message}".encode()).hexdigest()
    return {
        "metadata": {
            "name": f"{about['name']}.{digest[:16]}",
            "namespace": about.get("namespace", "default"),
            "uid": f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}",
            "creationTimestamp": timestamp(one.at),
        },
        "involvedObject": about,
        "reason": one.reason,
        "message": one.message,
        "source": {"component": component},
        "firstTimestamp": timestamp(one.at),
        "lastTimestamp": timestamp(one.last or one.at),
        "count": one.count,
        "type": one.type,
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": "",
    }


def about_object(live: LiveObject) -> Json:
    """The involvedObject of a managed object."""
    key = live.key
    group = f"{key.group}/" if key.group else ""
    return {
        "kind": key.kind,
        "namespace": key.namespace,
        "name": key.name,
        "uid": live.uid,
        "apiVersion": f"{group}{live.manifest.version}",
    }


def about_pod(live: LiveObject, pod: Pod) -> Json:
    """The involvedObject of a pod."""
    return {
        "kind": "Pod",
        "namespace": live.key.namespace,
        "name": pod.name,
        "uid": child_uid(live, pod.name),
        "apiVersion": "v1",
        "fieldPath": f"spec.containers{{{live.manifest.name}}}",
    }
