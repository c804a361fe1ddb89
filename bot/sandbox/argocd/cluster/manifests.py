"""Kubernetes manifests of the sandbox's objects, as a renderer would print them (pure)."""

from __future__ import annotations

from typing import Any

from bot.sandbox.argocd.cluster.live import LiveObject
from bot.sandbox.argocd.definitions import Manifest

Json = dict[str, Any]


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


def live_manifest(live: LiveObject) -> Json:
    """The same object as the cluster has it."""
    document = rendered(live.manifest, live.key.namespace, live.image)
    document["metadata"]["uid"] = live.uid
    if live.drifted:
        document["metadata"]["annotations"] = {"edited-by": "kubectl-edit"}
        if "spec" in document and "replicas" in document["spec"]:
            document["spec"]["replicas"] += 1
    return document
