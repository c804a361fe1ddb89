"""Operations in JSON: what was asked for, and how it went."""

from __future__ import annotations

from bot.sandbox.argocd.state import AppState, Operation, OperationState, Result
from bot.sandbox.argocd.wire.parts import (
    Json,
    initiated_by,
    retry,
    revisions,
    source,
    sources,
    timestamp,
)


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
        "initiatedBy": initiated_by(asked.username, automated=asked.automated),
        "retry": retry(asked.retry_limit),
    }
    if asked.infos:
        document["info"] = [{"name": name, "value": value} for name, value in asked.infos]
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
