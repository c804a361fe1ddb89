"""Sync, terminate and rollback: they ask, and come back before anything has happened."""

from __future__ import annotations

from typing import Any

from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code, invalid, precondition
from bot.sandbox.argocd.definitions import Key
from bot.sandbox.argocd.repository import RepositoryError
from bot.sandbox.argocd.state import AppState, Operation
from bot.sandbox.argocd.wire.application import application as application_json

IN_PROGRESS = "another operation is already in progress"


async def sync_application(call: Call) -> Json:
    """Set `.operation`. Sync windows are looked at before the right to sync."""
    app = call.application()
    body = call.body
    if call.simulation.blocked(app, manual=True):
        raise ApiError(Code.PERMISSION_DENIED, "cannot sync: blocked by sync window")
    call.who.require("sync", app)
    operation = Operation(
        revisions=await revisions(call, app),
        username=call.who.account.name,
        infos=tuple((str(i["name"]), str(i["value"])) for i in body.get("infos") or ()),
        dry_run=bool(body.get("dryRun")),
        prune=bool(body.get("prune")),
        strategy=strategy(body),
        force=is_forced(body),
        resources=chosen(app, body),
        retry_limit=retry_limit(app, body),
        sync_options=options(body),
        sources=app.definition.sources,
    )
    return start(call, app, operation)


async def rollback_application(call: Call) -> Json:
    """Set `.operation` to an entry of the history; no hooks, no infos, and no auto-sync."""
    app = call.application("sync")
    if app.auto_sync:
        raise precondition("rollback cannot be initiated when auto-sync is enabled")
    number = int(call.body.get("id") or 0)
    entry = next((one for one in app.history if one.id == number), None)
    if entry is None:
        where = f"{app.definition.namespace}/{app.name}"
        raise invalid(f"application {where} does not have deployment with id {number}")
    operation = Operation(
        revisions=entry.revisions,
        username=call.who.account.name,
        dry_run=bool(call.body.get("dryRun")),
        prune=bool(call.body.get("prune")),
        strategy="apply",
        sync_options=("CreateNamespace=true",),
        sources=entry.sources,
    )
    return start(call, app, operation)


async def terminate_operation(call: Call) -> Json:
    """Ask the worker to stop; refused until the worker has begun."""
    app = call.application("sync")
    if app.operation is None or app.state is None:
        what = "Unable to terminate operation. No operation is in progress"
        raise invalid(what)
    app.state.phase = "Terminating"
    app.state.message = "operation is terminating."
    call.simulation.operation_queue.add(app.name, call.simulation.timings.pickup)
    call.simulation.touch(app, at_once=True)
    return {}


def start(call: Call, app: AppState, operation: Operation) -> Json:
    """The server's own write: it waits until its cache has it."""
    if app.operation is not None:
        raise precondition(IN_PROGRESS)
    call.simulation.ask(app, operation)
    call.simulation.touch(app, at_once=True)
    return application_json(app, resource_health=True)


async def revisions(call: Call, app: AppState) -> tuple[str, ...]:
    """Every source's commit or version, resolved at once; a full SHA is taken on trust."""
    asked = str(call.body.get("revision") or "")
    target = app.definition.sources[0].target_revision
    if asked and asked != target and app.auto_sync and not call.body.get("dryRun"):
        raise precondition(f"Cannot sync to {asked}: auto-sync currently set to {target}")
    given = [str(one) for one in call.body.get("revisions") or ()]
    positions = [int(one) for one in call.body.get("sourcePositions") or ()]
    if len(given) != len(positions):
        raise ApiError(Code.INTERNAL, "runtime error: index out of range")
    wanted = dict(zip(positions, given, strict=True))
    if len(app.definition.sources) > 1:
        asked = ""  # https://github.com/argoproj/argo-cd: resolveSourceRevisions looks at positions
    found = []
    for number, source in enumerate(app.definition.sources, start=1):
        try:
            found.append(await call.target.resolve(source, wanted.get(number, asked)))
        except RepositoryError as error:
            raise precondition(f"error resolving repo revision: {error}") from error
    return tuple(found)


def strategy(body: Json) -> str:
    """Hook unless apply was asked for."""
    given = body.get("strategy") or {}
    return "apply" if given.get("apply") is not None and "hook" not in given else "hook"


def is_forced(body: Json) -> bool:
    """`strategy.hook.force` or `strategy.apply.force`; swagger's deeper one is ignored."""
    given: dict[str, Any] = body.get("strategy") or {}
    return any(bool((part or {}).get("force")) for part in given.values())


def chosen(app: AppState, body: Json) -> tuple[Key, ...]:
    """The objects of a partial sync; kind and name are required."""
    keys = []
    for one in body.get("resources") or ():
        if not one.get("kind") or not one.get("name"):
            raise invalid("resource kind and name are required")
        namespace = str(one.get("namespace") or "")
        matching = [
            manifest.key(app.definition.destination)
            for manifest in app.definition.manifests
            if manifest.kind == one["kind"]
            and manifest.name == one["name"]
            and manifest.group == str(one.get("group") or "")
        ]
        group = str(one.get("group") or "")
        keys.append(next(iter(matching), Key(group, one["kind"], namespace, one["name"])))
    return tuple(keys)


def retry_limit(app: AppState, body: Json) -> int:
    """`retryStrategy` replaces the application's own."""
    given = body.get("retryStrategy")
    return app.definition.retry_limit if given is None else int(given.get("limit") or 0)


def options(body: Json) -> tuple[str, ...] | None:
    """`syncOptions`, present but empty, still replaces the application's own."""
    given = body.get("syncOptions")
    if given is None:
        return ("CreateNamespace=true",)
    return tuple(str(one) for one in given.get("items") or ())
