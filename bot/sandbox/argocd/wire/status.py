"""`status` in JSON: Go's encoding/json, empty structs and all."""

from __future__ import annotations

from bot.sandbox.argocd.state import AppState, HistoryEntry, ResourceStatus
from bot.sandbox.argocd.wire.operation import operation_state
from bot.sandbox.argocd.wire.parts import CLUSTER, Json, initiated_by, sources, timestamp


def status(app: AppState, *, resource_health: bool) -> Json:
    """ApplicationStatus; empty structs stay, as Go's omitempty leaves them."""
    document: Json = {"sync": sync_status(app), "health": health(app), "sourceHydrator": {}}
    if app.resources:
        document["resources"] = [
            resource_status(r, with_health=resource_health) for r in app.resources
        ]
    if app.history:
        document["history"] = [history_entry(entry) for entry in app.history]
    if app.conditions:
        document["conditions"] = [
            {"type": kind, "message": message, "lastTransitionTime": timestamp(at)}
            for kind, (message, at) in app.conditions.items()
        ]
    if app.reconciled_at is not None:
        document["reconciledAt"] = timestamp(app.reconciled_at)
        document["sourceType"] = "Helm" if app.definition.sources[0].chart else "Kustomize"
        document["controllerNamespace"] = "argocd"
        document["resourceHealthSource"] = "appTree"
    if app.state is not None:
        document["operationState"] = operation_state(app, app.state)
    document["summary"] = summary(app)
    return document


def sync_status(app: AppState) -> Json:
    """`status.sync`: what was compared, not what was deployed."""
    compared: Json = {**sources(app.definition.sources), "destination": destination(app)}
    if app.sync == "":
        compared = {"source": {"repoURL": ""}, "destination": {}}
    document: Json = {"status": app.sync, "comparedTo": compared}
    if len(app.sync_revisions) > 1:
        document["revisions"] = list(app.sync_revisions)
    elif app.sync_revisions:
        document["revision"] = app.sync_revisions[0]
    return document


def destination(app: AppState) -> Json:
    """Where it is deployed."""
    return {"server": CLUSTER, "namespace": app.definition.destination}


def health(app: AppState) -> Json:
    """`status.health`; an empty struct before the first comparison."""
    if not app.health:
        return {}
    document: Json = {"status": app.health}
    if app.health_since is not None:
        document["lastTransitionTime"] = timestamp(app.health_since)
    return document


def summary(app: AppState) -> Json:
    """`status.summary`."""
    document: Json = {}
    hosts = [m.host for m in app.definition.manifests if m.host]
    if hosts and app.reconciled_at is not None:
        document["externalURLs"] = [f"https://{host}/" for host in hosts]
    if app.images:
        document["images"] = list(app.images)
    return document


def resource_status(resource: ResourceStatus, *, with_health: bool) -> Json:
    """One of `status.resources[]`."""
    key = resource.key
    document: Json = {"version": resource.version, "kind": key.kind, "name": key.name}
    if key.group:
        document["group"] = key.group
    if key.namespace:
        document["namespace"] = key.namespace
    if resource.status:
        document["status"] = resource.status
    if with_health and resource.health is not None:
        document["health"] = {"status": resource.health.status}
        if resource.health.message:
            document["health"]["message"] = resource.health.message
    if resource.requires_pruning:
        document["requiresPruning"] = True
    if resource.wave:
        document["syncWave"] = resource.wave
    return document


def history_entry(entry: HistoryEntry) -> Json:
    """One of `status.history[]`."""
    document: Json = {"id": entry.id, "deployedAt": timestamp(entry.deployed_at)}
    if len(entry.revisions) > 1:
        document["revisions"] = list(entry.revisions)
    elif entry.revisions:
        document["revision"] = entry.revisions[0]
    document["deployStartedAt"] = timestamp(entry.started_at)
    document.update(sources(entry.sources))
    document["initiatedBy"] = initiated_by(entry.username, automated=entry.automated)
    return document
