"""Whole applications in JSON."""

from __future__ import annotations

import uuid

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
    kind, _, owner = app.owner.partition("/")
    if kind == "ApplicationSet":
        document["ownerReferences"] = [owner_reference(owner)]
    return document


def owner_reference(name: str) -> Json:
    """OwnerReference of an ApplicationSet, which writes the Application's spec."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ApplicationSet",
        "name": name,
        "uid": str(uuid.uuid5(uuid.NAMESPACE_DNS, name)),
        "controller": True,
        "blockOwnerDeletion": True,
    }


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
    """`automated` is there with auto-sync on, and where it was switched off by `enabled`."""
    document: Json = {"syncOptions": ["CreateNamespace=true"]}
    if app.automated is not None:
        document["automated"] = dict(app.automated)
    if app.definition.retry_limit:
        document["retry"] = retry(app.definition.retry_limit)
    return document
