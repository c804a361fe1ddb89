"""Argo CD's Application JSON, read into the values of model.py.

Field names: argo-cd pkg/apis/application/v1alpha1/types.go. Written by hand over plain objects:
a thousand applications arrive at once, and nearly every field may be absent in four ways.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from integrations.argocd.model import (
    Application,
    Change,
    Condition,
    Health,
    HistoryEntry,
    Operation,
    OperationState,
    Phase,
    ResourceRef,
    ResourceResult,
    ResourceStatus,
    Source,
    Sync,
    WatchEvent,
)
from integrations.argocd.policy import AutoSync, Owner
from integrations.argocd.wire_json import (
    Json,
    MalformedError,
    as_object,
    child,
    children,
    flag,
    mapping,
    moment,
    number,
    pairs,
    text,
    texts,
)

SYNC_WAVE = "argocd.argoproj.io/sync-wave"
TRACKING_ID = "argocd.argoproj.io/tracking-id"

Word = TypeVar("Word", bound=StrEnum)


def application(value: object, *, complete: bool = True) -> Application:
    """One Application; `complete` is False for a row of a masked LIST.

    Raises MalformedError where `value` has no name: then it is no Application.
    """
    node = as_object(value)
    metadata, spec, status = child(node, "metadata"), child(node, "spec"), child(node, "status")
    name = text(metadata, "name")
    if not name:
        raise MalformedError("an Application without a name")
    health, sync = child(status, "health"), child(status, "sync")
    return Application(
        name=name,
        namespace=text(metadata, "namespace"),
        project=text(spec, "project"),
        uid=text(metadata, "uid"),
        labels=mapping(metadata, "labels"),
        sync_wave=_wave(mapping(metadata, "annotations").get(SYNC_WAVE, "")),
        destination_namespace=text(child(spec, "destination"), "namespace"),
        sources=_sources(spec),
        automated=_automated(child(spec, "syncPolicy").get("automated")),
        owner=_owner(metadata),
        health=_word(Health, text(health, "status"), Health.UNKNOWN),
        health_message=text(health, "message"),
        health_since=moment(health, "lastTransitionTime"),
        sync=_word(Sync, text(sync, "status"), Sync.UNKNOWN),
        sync_revisions=_revisions(sync),
        reconciled_at=moment(status, "reconciledAt"),
        operation=_asked_for(node),
        state=_state(child(status, "operationState")),
        images=texts(child(status, "summary"), "images"),
        external_urls=texts(child(status, "summary"), "externalURLs"),
        resources=tuple(_resource(item) for item in children(status, "resources")),
        conditions=tuple(
            Condition(text(item, "type"), text(item, "message"))
            for item in children(status, "conditions")
        ),
        history=tuple(_deployment(item) for item in children(status, "history")),
        complete=complete,
    )


def applications(value: object) -> list[Application]:
    """The rows of a masked LIST; an empty one says `"items": null`.

    Raises MalformedError where `value` is no list of applications: an answer from elsewhere
    must never read as "there are none".
    """
    node = as_object(value)
    if "items" not in node:
        raise MalformedError("a list without items")
    return [application(item, complete=False) for item in children(node, "items")]


def watch_event(value: object) -> WatchEvent:
    """The `result` of one frame of the application stream. Raises MalformedError."""
    node = as_object(value)
    try:
        change = Change(text(node, "type"))
    except ValueError as error:
        raise MalformedError("a change of unknown type") from error
    return WatchEvent(change, application(node.get("application")))


def resource_ref(node: Json) -> ResourceRef:
    """One object's address, from any of the places that spell it with these names."""
    return ResourceRef(
        kind=text(node, "kind"),
        name=text(node, "name"),
        group=text(node, "group"),
        namespace=text(node, "namespace"),
        version=text(node, "version"),
        uid=text(node, "uid"),
    )


def health_of(node: Json) -> Health | None:
    """The health at `health.status`; None where there is none, or none that is known."""
    try:
        return Health(text(child(node, "health"), "status"))
    except ValueError:
        return None


def _word(words: type[Word], value: str, otherwise: Word) -> Word:
    try:
        return words(value)
    except ValueError:
        return otherwise


def _wave(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        return 0


def _automated(value: object) -> AutoSync | None:
    if not isinstance(value, dict):
        return None
    enabled = value.get("enabled")
    return AutoSync(
        enabled=enabled if isinstance(enabled, bool) else None,
        prune=flag(value, "prune"),
        self_heal=flag(value, "selfHeal"),
        allow_empty=flag(value, "allowEmpty"),
    )


def _owner(metadata: Json) -> Owner | None:
    """The ApplicationSet, or the Application whose sync applies this one.

    A tracking id names its own object too; one that names another was only copied along.
    """
    namespace = text(metadata, "namespace")
    for reference in children(metadata, "ownerReferences"):
        if text(reference, "kind") == "ApplicationSet":
            return Owner("ApplicationSet", text(reference, "name"), namespace)
    parent, _, object_ = mapping(metadata, "annotations").get(TRACKING_ID, "").partition(":")
    if not parent or object_ != f"argoproj.io/Application:{namespace}/{text(metadata, 'name')}":
        return None
    elsewhere, _, name = parent.rpartition("_")  # "namespace_name" outside Argo CD's own
    return Owner("Application", name, elsewhere)


def _sources(spec: Json) -> tuple[Source, ...]:
    several = children(spec, "sources")
    if several:
        return tuple(_source(item) for item in several)
    if single := child(spec, "source"):
        return (_source(single),)
    if hydrator := child(spec, "sourceHydrator"):
        synced = child(hydrator, "syncSource")
        repo = text(child(hydrator, "drySource"), "repoURL")
        return (Source(repo, text(synced, "path"), text(synced, "targetBranch")),)
    return ()


def _source(node: Json) -> Source:
    return Source(
        repo_url=text(node, "repoURL"),
        path=text(node, "path"),
        target_revision=text(node, "targetRevision"),
        chart=text(node, "chart"),
    )


def _revisions(node: Json) -> tuple[str, ...]:
    several = tuple(revision for revision in texts(node, "revisions") if revision)
    single = text(node, "revision")
    return several or ((single,) if single else ())


def _asked_for(node: Json) -> Operation | None:
    """The pending `operation`; a mask leaves `{"sync": null}` where there is none."""
    value = child(node, "operation")
    return _operation(value) if any(part is not None for part in value.values()) else None


def _operation(node: Json) -> Operation:
    sync, by = child(node, "sync"), child(node, "initiatedBy")
    return Operation(
        infos=pairs(node, "info"),
        initiated_by=text(by, "username"),
        automated=flag(by, "automated"),
        revision=next(iter(_revisions(sync)), ""),
        dry_run=flag(sync, "dryRun"),
        prune=flag(sync, "prune"),
        resources=tuple(resource_ref(item) for item in children(sync, "resources")),
    )


def _state(node: Json) -> OperationState | None:
    """The newest operation. A phase this version does not know is one that has not ended."""
    phase = text(node, "phase")
    if not phase:
        return None
    result = child(node, "syncResult")
    return OperationState(
        operation=_operation(child(node, "operation")),
        phase=_word(Phase, phase, Phase.RUNNING),
        message=text(node, "message"),
        started_at=moment(node, "startedAt"),
        finished_at=moment(node, "finishedAt"),
        retry_count=number(node, "retryCount"),
        revisions=_revisions(result),
        resources=tuple(_result(item) for item in children(result, "resources")),
    )


def _result(node: Json) -> ResourceResult:
    return ResourceResult(
        ref=resource_ref(node),
        status=text(node, "status"),
        message=text(node, "message"),
        hook_type=text(node, "hookType"),
        hook_phase=text(node, "hookPhase"),
        sync_phase=text(node, "syncPhase"),
    )


def _resource(node: Json) -> ResourceStatus:
    return ResourceStatus(
        ref=resource_ref(node),
        sync=_word(Sync, text(node, "status"), Sync.UNKNOWN),
        health=health_of(node),
        health_message=text(child(node, "health"), "message"),
        requires_pruning=flag(node, "requiresPruning"),
    )


def _deployment(node: Json) -> HistoryEntry:
    by, revisions = child(node, "initiatedBy"), _revisions(node)
    return HistoryEntry(
        id=number(node, "id"),
        revision=next(iter(revisions), ""),
        deployed_at=moment(node, "deployedAt"),
        others=revisions[1:],
        started_at=moment(node, "deployStartedAt"),
        initiated_by=text(by, "username"),
        automated=flag(by, "automated"),
    )
