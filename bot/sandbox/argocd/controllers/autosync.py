"""Auto-sync and self-heal: operations that nobody asked for."""

from __future__ import annotations

from bot.sandbox.argocd.definitions import Key
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.state import AppState, Level, Operation


def auto_sync(simulation: Simulation, app: AppState) -> None:
    """Start an operation when Git moved, or when the cluster did and self-heal is on.

    A revision is tried once (with its own retries); after that a SyncError condition says so
    until Git moves again (controller/appcontroller.go autoSync).
    """
    if not app.auto_sync or app.operation is not None or app.sync != "OutOfSync":
        return
    if simulation.blocked(app, manual=False):
        return
    drifted = tuple(r.key for r in app.resources if r.status == "OutOfSync")
    pruning = all(r.requires_pruning for r in app.resources if r.status == "OutOfSync")
    if pruning and not app.auto_prune:
        return
    if not _already_tried(app):
        app.heal_attempts = 0
        _clear(app)
        simulation.ask(app, _operation(app))
        return
    if app.state is not None and app.state.phase != "Succeeded":
        _say_failed(simulation, app)
        return
    if app.self_heal and _may_heal(simulation, app):
        app.heal_attempts += 1
        simulation.ask(app, _operation(app, drifted))


def _operation(app: AppState, resources: tuple[Key, ...] = ()) -> Operation:
    return Operation(
        revisions=app.sync_revisions,
        automated=True,
        prune=app.auto_prune,
        resources=resources,
        retry_limit=app.definition.retry_limit or 5,
        heal_attempts=app.heal_attempts if resources else 0,
    )


def _already_tried(app: AppState) -> bool:
    return app.state is not None and app.state.revisions == app.sync_revisions


def _may_heal(simulation: Simulation, app: AppState) -> bool:
    state = app.state
    if state is None or state.finished_at is None:
        return False
    wait = simulation.timings.self_heal * 3 ** min(app.heal_attempts, 4)
    passed = (simulation.clock.now() - state.finished_at).total_seconds()
    if passed < wait:
        simulation.request_refresh(app, Level.RECENT, wait - passed)
        return False
    return True


def _say_failed(simulation: Simulation, app: AppState) -> None:
    state = app.state
    if state is None or "SyncError" in app.conditions:
        return
    revision = app.sync_revisions[0] if app.sync_revisions else ""
    message = f"Failed last sync attempt to [{revision}]: {state.message}"
    app.conditions = {**app.conditions, "SyncError": (message, simulation.clock.now())}


def _clear(app: AppState) -> None:
    app.conditions = {k: v for k, v in app.conditions.items() if k != "SyncError"}
