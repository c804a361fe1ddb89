"""What is asked of Argo CD: paths, queries and bodies (pure).

Names are those of server/application/application.proto; where swagger.json differs from the
server's own JSON decoder, the decoder is right (`strategy.hook.force`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from integrations.argocd.model import ApplicationRef, ResourceRef

Query = dict[str, str | int | list[str]]


def path(ref: ApplicationRef, tail: str = "") -> str:
    """The path of one application, or of `tail` below it."""
    return f"/api/v1/applications/{quote(ref.name, safe='')}{tail}"


def address(ref: ApplicationRef) -> Query:
    """The rest of an application's address, as far as it is known."""
    query: Query = {}
    if ref.namespace:
        query["appNamespace"] = ref.namespace
    if ref.project:
        query["project"] = ref.project
    return query


def sync(
    ref: ApplicationRef,
    *,
    infos: Mapping[str, str],
    revision: str,
    positions: Sequence[int],
    dry_run: bool,
    prune: bool,
    force: bool,
    resources: Sequence[ResourceRef],
) -> dict[str, object]:
    """The body of a sync.

    What is not asked for is left out: `syncOptions` or `retryStrategy`, even empty, would
    replace the application's own.
    """
    body: dict[str, object] = dict(address(ref))
    body["infos"] = [{"name": name, "value": value} for name, value in infos.items()]
    if revision and positions:
        body["revisions"] = [revision] * len(positions)
        body["sourcePositions"] = list(positions)
    elif revision:
        body["revision"] = revision
    if dry_run:
        body["dryRun"] = True
    if prune:
        body["prune"] = True
    if force:
        body["strategy"] = {"hook": {"force": True}}
    if resources:
        body["resources"] = [_resource(item) for item in resources]
    return body


def rollback(ref: ApplicationRef, entry: int, *, prune: bool) -> dict[str, object]:
    """The body of a rollback; the id is always sent, as 0 is a real one."""
    return {**address(ref), "id": entry, "prune": prune}


def policy(ref: ApplicationRef, patch: str) -> dict[str, object]:
    """The body of a PATCH: the patch itself is a string."""
    return {**address(ref), "patchType": "merge", "patch": patch}


def resource(about: ResourceRef) -> Query:
    """The query for one object; without a version Argo CD does not find it."""
    return {
        "namespace": about.namespace,
        "resourceName": about.name,
        "version": about.version,
        "group": about.group,
        "kind": about.kind,
    }


def about(resource: ResourceRef) -> Query:
    """The query that narrows events to one object: Argo CD goes by its uid and name together."""
    return {
        "resourceNamespace": resource.namespace,
        "resourceName": resource.name,
        "resourceUID": resource.uid,
    }


def logs(
    *,
    pod: str,
    kind: str,
    name: str,
    container: str,
    tail: int,
    since_seconds: int,
    previous: bool,
) -> Query:
    """The query for the newest lines of the pods meant, without waiting for more."""
    query: Query = {"follow": "false", "tailLines": tail}
    wanted = {"podName": pod, "kind": kind, "resourceName": name, "container": container}
    query.update({key: value for key, value in wanted.items() if value})
    if since_seconds:
        query["sinceSeconds"] = since_seconds
    if previous:
        query["previous"] = "true"
    return query


def _resource(ref: ResourceRef) -> dict[str, str]:
    return {
        "group": ref.group,
        "kind": ref.kind,
        "name": ref.name,
        "namespace": ref.namespace,
    }
