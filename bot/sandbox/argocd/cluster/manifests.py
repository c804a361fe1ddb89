"""Kubernetes manifests of the sandbox's objects, as a renderer would print them (pure)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.argocd.cluster.live import LiveObject, made_up_digest
from bot.sandbox.argocd.cluster.pods import Pod
from bot.sandbox.argocd.definitions import Manifest
from bot.sandbox.argocd.wire.parts import timestamp

Json = dict[str, Any]
TRACKING = "argocd.argoproj.io/tracking-id"
"""The annotation by which Argo CD knows its objects."""


def rendered(manifest: Manifest, namespace: str, image: str) -> Json:
    """What `kustomize build` prints for one object."""
    key = manifest.key(namespace)
    group = f"{manifest.group}/" if manifest.group else ""
    metadata: Json = {"name": manifest.name}
    if key.namespace:
        metadata["namespace"] = key.namespace
    if manifest.hook:
        metadata["annotations"] = {"argocd.argoproj.io/hook": manifest.hook}
    document: Json = {
        "apiVersion": f"{group}{manifest.version}",
        "kind": manifest.kind,
        "metadata": metadata,
    }
    if manifest.image:
        document["spec"] = pod_spec(manifest, image)
    elif manifest.kind == "ConfigMap":
        document["data"] = {"LOG_LEVEL": "info"}
    elif manifest.host:
        document["spec"] = {"ingressClassName": "nginx", "rules": [{"host": manifest.host}]}
    return document


def pod_spec(manifest: Manifest, image: str) -> Json:
    """A workload's or a Job's spec."""
    labels = {"app.kubernetes.io/name": manifest.name}
    containers: list[Json] = [{"name": manifest.name, "image": image}]
    containers += [{"name": "linkerd-proxy", "image": one} for one in manifest.sidecars]
    template: Json = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    if manifest.kind == "Job":
        return {"template": template}
    return {
        "replicas": manifest.replicas,
        "selector": {"matchLabels": labels},
        "template": template,
    }


def live_manifest(live: LiveObject, application: str) -> Json:
    """The same object as the cluster has it, with all that Kubernetes adds to it."""
    document = normalized(live, application)
    at = timestamp(live.generation.since)
    document["metadata"]["managedFields"] = [
        {"manager": "argocd-controller", "operation": "Apply", "time": at, "fieldsType": "FieldsV1"}
    ]
    if live.manifest.runs_pods:
        replicas = live.manifest.replicas
        document["status"] = {"replicas": replicas, "observedGeneration": live.revision}
    return document


def normalized(
    live: LiveObject, application: str, *, image: str = "", mended: bool = False
) -> Json:
    """The live object without what a comparison leaves out: managed fields and status.

    `mended` gives what a sync with `image` would make of it (predictedLiveState).
    """
    document = rendered(live.manifest, live.key.namespace, image or live.image)
    metadata = document["metadata"]
    metadata["uid"] = live.uid
    metadata["resourceVersion"] = str(1000 + live.revision)
    metadata["generation"] = live.revision
    metadata["creationTimestamp"] = timestamp(live.created_at)
    key = live.key
    place = f"{key.group}/{key.kind}:{key.namespace}/{key.name}"
    metadata.setdefault("annotations", {})[TRACKING] = f"{application}:{place}"
    if live.manifest.runs_pods:
        _default(document["spec"])
    if live.drifted and not mended:
        metadata["annotations"]["edited-by"] = "kubectl-edit"
        if "replicas" in document.get("spec", {}):
            document["spec"]["replicas"] += 1
    return document


def _default(spec: Json) -> None:
    """What the API server fills in where a manifest says nothing."""
    spec["revisionHistoryLimit"] = 10
    pods = spec["template"]["spec"]
    pods |= {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "schedulerName": "default"}
    for container in pods["containers"]:
        container["imagePullPolicy"] = "IfNotPresent"
        container["terminationMessagePath"] = "/dev/termination-log"


def pod_manifest(pod: Pod, namespace: str) -> Json:
    """A pod with its status, as Kubernetes has it; statuses are sorted by container."""
    images = dict(zip(pod.containers, (pod.image, *pod.sidecars), strict=False))
    statuses = [
        container_status(pod, name, image, number)
        for number, (name, image) in enumerate(images.items())
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": pod.name,
            "namespace": namespace,
            "creationTimestamp": timestamp(pod.created_at),
        },
        "spec": {"containers": [{"name": name, "image": image} for name, image in images.items()]},
        "status": {
            "phase": "Running" if pod.digest else "Pending",
            "containerStatuses": sorted(statuses, key=lambda status: str(status["name"])),
        },
    }


def container_status(pod: Pod, name: str, image: str, number: int) -> Json:
    """ContainerStatus: `imageID` names the image that was really pulled, "" before that."""
    is_main = number == 0
    digest = pod.digest if is_main else made_up_digest(image)
    repository = image.partition("@")[0].rpartition(":")[0]
    ready = pod.ready or not is_main
    waiting = {"reason": pod.reason, "message": pod.health.message}
    started = {"startedAt": timestamp(pod.created_at)}
    running = ready or pod.reason == "Running"
    return {
        "name": name,
        "ready": ready,
        "started": ready,
        "restartCount": pod.restarts if is_main else 0,
        "image": image,
        "imageID": f"{repository}@{digest}" if digest else "",
        "state": {"running": started} if running else {"waiting": waiting},
    }
