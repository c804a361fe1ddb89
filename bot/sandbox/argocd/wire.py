"""Applications as Argo CD writes them in JSON: Go's encoding/json, empty structs and all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox.argocd.definitions import Source
from bot.sandbox.argocd.state import (
    AppState,
    HistoryEntry,
    Operation,
    OperationState,
    ResourceStatus,
    Result,
)

Json = dict[str, Any]
CLUSTER = "https://kubernetes.default.svc"


def timestamp(at: datetime) -> str:
    """metav1.Time: whole seconds, UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def application(app: AppState, *, resource_health: bool) -> Json:
    """The whole object. LIST has no health per resource; GET and the stream infer it."""
    document: Json = {
        "metadata": metadata(app),
        "spec": spec(app),
        "status": status(app, resource_health=resource_health),
    }
    if app.operation is not None:
        document["operation"] = operation(app.operation)
    return document


def metadata(app: AppState) -> Json:
    """ObjectMeta."""
    annotations = dict(app.annotations)
    if app.refresh:
        annotations["argocd.argoproj.io/refresh"] = app.refresh
    document: Json = {
        "name": app.name,
        "namespace": app.definition.namespace,
        "uid": app.uid,
        "resourceVersion": str(app.resource_version),
        "generation": app.generation,
        "creationTimestamp": timestamp(app.created_at),
    }
    if app.labels:
        document["labels"] = dict(app.labels)
    if annotations:
        document["annotations"] = annotations
    return document


def spec(app: AppState) -> Json:
    """ApplicationSpec, with `source` or `sources` and never both."""
    definition = app.definition
    document: Json = {}
    if len(definition.sources) == 1:
        document["source"] = source(definition.sources[0])
    document["destination"] = destination(app)
    document["project"] = definition.project
    document["syncPolicy"] = sync_policy(app)
    if len(definition.sources) > 1:
        document["sources"] = [source(one) for one in definition.sources]
    return document


def destination(app: AppState) -> Json:
    """Where it is deployed."""
    return {"server": CLUSTER, "namespace": app.definition.destination}


def sync_policy(app: AppState) -> Json:
    """`automated` is there only with auto-sync on."""
    document: Json = {"syncOptions": ["CreateNamespace=true"]}
    if app.auto_sync:
        automated: Json = {}
        if app.definition.auto_prune:
            automated["prune"] = True
        if app.self_heal:
            automated["selfHeal"] = True
        document["automated"] = automated
    if app.definition.retry_limit:
        document["retry"] = retry(app.definition.retry_limit)
    return document


def retry(limit: int) -> Json:
    """RetryStrategy with Argo CD's own back-off; no retries is an empty struct."""
    if not limit:
        return {}
    return {"limit": limit, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m0s"}}


def source(one: Source) -> Json:
    """ApplicationSource."""
    document: Json = {"repoURL": one.repo_url}
    if one.path:
        document["path"] = one.path
    if one.target_revision:
        document["targetRevision"] = one.target_revision
    if one.chart:
        document["chart"] = one.chart
    if one.ref:
        document["ref"] = one.ref
    return document


def sources(many: tuple[Source, ...]) -> Json:
    """`source` or `sources`, as an embedding object holds them."""
    if len(many) == 1:
        return {"source": source(many[0])}
    return {"source": {"repoURL": ""}, "sources": [source(one) for one in many]}


def revisions(many: tuple[str, ...]) -> Json:
    """`revision` for one source, `revisions` for several."""
    if len(many) > 1:
        return {"revision": "", "revisions": list(many)}
    return {"revision": many[0] if many else ""}


def operation(asked: Operation) -> Json:
    """`operation`."""
    body: Json = revisions(asked.revisions) if asked.revisions else {}
    if len(asked.revisions) > 1:
        body.pop("revision")
    if asked.prune:
        body["prune"] = True
    if asked.dry_run:
        body["dryRun"] = True
    force = {"force": True} if asked.force else {}
    body["syncStrategy"] = {asked.strategy: force}
    if asked.resources:
        body["resources"] = [
            {"group": key.group, "kind": key.kind, "name": key.name, "namespace": key.namespace}
            for key in asked.resources
        ]
    if len(asked.sources) == 1:
        body["source"] = source(asked.sources[0])
    elif asked.sources:
        body["sources"] = [source(one) for one in asked.sources]
    if asked.sync_options is not None:
        body["syncOptions"] = list(asked.sync_options)
    if asked.heal_attempts:
        body["autoHealAttemptsCount"] = asked.heal_attempts
    document: Json = {
        "sync": body,
        "initiatedBy": initiated_by(asked.username, asked.automated),
        "retry": retry(asked.retry_limit),
    }
    if asked.infos:
        document["info"] = [{"name": name, "value": value} for name, value in asked.infos]
    return document


def initiated_by(username: str, automated: bool) -> Json:
    """OperationInitiator; empty for an operation that nobody signed."""
    document: Json = {}
    if username:
        document["username"] = username
    if automated:
        document["automated"] = True
    return document


def operation_state(app: AppState, state: OperationState) -> Json:
    """`status.operationState`."""
    document: Json = {
        "operation": operation(state.operation),
        "phase": state.phase,
        "startedAt": timestamp(state.started_at),
    }
    if state.message:
        document["message"] = state.message
    if state.finished_at is not None:
        document["finishedAt"] = timestamp(state.finished_at)
    if state.retry_count:
        document["retryCount"] = state.retry_count
    result = sync_result(app, state)
    if result is not None:
        document["syncResult"] = result
    return document


def sync_result(app: AppState, state: OperationState) -> Json | None:
    """`syncResult`; nil until the revision is known."""
    if not state.revisions:
        return None
    used = state.operation.sources or app.definition.sources
    document: Json = {**revisions(state.revisions), **sources(used)}
    if state.results:
        document["resources"] = [resource_result(one) for one in state.results.values()]
    return document


def resource_result(result: Result) -> Json:
    """One of `syncResult.resources[]`: group, kind and so on are never left out."""
    document: Json = {
        "group": result.key.group,
        "version": result.version,
        "kind": result.key.kind,
        "namespace": result.key.namespace,
        "name": result.key.name,
    }
    optional = {
        "status": result.status,
        "message": result.message,
        "hookType": result.hook_type,
        "hookPhase": result.hook_phase,
        "syncPhase": result.sync_phase,
    }
    document.update({name: value for name, value in optional.items() if value})
    if result.images:
        document["images"] = list(result.images)
    return document


def status(app: AppState, *, resource_health: bool) -> Json:
    """ApplicationStatus; empty structs stay, as Go's omitempty leaves them."""
    document: Json = {"sync": sync_status(app), "health": health(app), "sourceHydrator": {}}
    if app.resources:
        document["resources"] = [resource_status(r, resource_health) for r in app.resources]
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


def resource_status(resource: ResourceStatus, with_health: bool) -> Json:
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
    document["initiatedBy"] = initiated_by(entry.username, entry.automated)
    return document
