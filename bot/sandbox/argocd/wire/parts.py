"""The small shapes that Argo CD's JSON is built from: times, sources, revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.sandbox.argocd.definitions import Source

Json = dict[str, Any]
CLUSTER = "https://kubernetes.default.svc"


def timestamp(at: datetime) -> str:
    """metav1.Time: whole seconds, UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


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


def initiated_by(username: str, *, automated: bool) -> Json:
    """OperationInitiator; empty for an operation that nobody signed."""
    document: Json = {}
    if username:
        document["username"] = username
    if automated:
        document["automated"] = True
    return document
