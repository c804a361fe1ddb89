"""Applications as Argo CD would send them, as small as a test wants them."""

from __future__ import annotations

from typing import Any

REVISION = "b" * 40


def application(
    name: str = "link-app-dev",
    *,
    health: str = "Healthy",
    sync: str = "Synced",
    revision: str = REVISION,
    phase: str | None = "Succeeded",
    namespace: str = "argocd",
    uid: str = "",
    reconciled: str = "2026-01-02T10:00:06Z",
) -> dict[str, Any]:
    """The whole of one, as GET and the stream send it."""
    status: dict[str, Any] = {
        "health": {"status": health},
        "sync": {"status": sync, "revision": revision, "comparedTo": {}},
        "summary": {"images": ["ghcr.io/link/user-svc:sha-1"]},
        "reconciledAt": reconciled,
        "history": [{"id": 0, "revision": revision, "initiatedBy": {}}],
        "resources": [{"kind": "Deployment", "name": "user-svc", "status": sync}],
    }
    if phase:
        status["operationState"] = {
            "operation": {"sync": {}, "initiatedBy": {"username": "shipmate"}, "retry": {}},
            "phase": phase,
            "startedAt": "2026-01-02T10:00:00Z",
            "syncResult": {"revision": revision},
        }
    return {
        "metadata": {"name": name, "namespace": namespace, "uid": uid or f"uid-{name}"},
        "spec": {
            "project": "link",
            "source": {"repoURL": "https://git.example/gitops", "targetRevision": "main"},
            "destination": {"namespace": name},
        },
        "status": status,
    }


def row(app: dict[str, Any]) -> dict[str, Any]:
    """The same as a masked LIST shows it, with its explicit nulls."""
    status = app["status"]
    masked = {key: status[key] for key in ("health", "summary")}
    masked["sync"] = {key: status["sync"][key] for key in ("status", "revision")}
    if state := status.get("operationState"):
        kept = ("phase", "startedAt", "finishedAt")
        masked["operationState"] = {key: state.get(key) for key in kept}
    name, namespace = app["metadata"]["name"], app["metadata"]["namespace"]
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": None, "annotations": None},
        "spec": app["spec"],
        "operation": {"sync": app.get("operation", {}).get("sync")},
        "status": masked,
    }
