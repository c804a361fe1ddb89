"""Whole applications in JSON."""

from __future__ import annotations

from bot.sandbox.argocd.state import AppState
from bot.sandbox.argocd.wire.operation import operation
from bot.sandbox.argocd.wire.parts import Json, retry, source, timestamp
from bot.sandbox.argocd.wire.status import destination, status


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
