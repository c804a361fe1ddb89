"""The morning before the story: everything deployed, compared and healthy."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox.argocd.cluster.health import application_health, object_health
from bot.sandbox.argocd.controllers.refresh import running_images
from bot.sandbox.argocd.repository import RepositoryError
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.state import (
    AppState,
    HistoryEntry,
    Operation,
    OperationState,
    ResourceStatus,
)
from bot.sandbox.argocd.target import Target

AGE = timedelta(days=90)
DEPLOYED = timedelta(hours=5)
PAST = 4  # deployments in the history, where Git has as many


async def settle_in(simulation: Simulation, target: Target) -> None:
    """Deploy every application as Git has it. What cannot be read stays never reconciled."""
    histories: dict[tuple[str, str], list[str]] = {}
    for app in simulation.applications.values():
        try:
            past = await _past(simulation, target, app, histories)
            images = await target.images(app, past[-1])
        except RepositoryError:
            simulation.touch(app, at_once=True)
            simulation.refresh_queue.add(app.name)
            continue
        now = simulation.clock.now()
        app.created_at = now - AGE
        for manifest in app.definition.manifests:
            if not manifest.hook:
                key = manifest.key(app.definition.destination)
                simulation.create(app, manifest, images[key], now - DEPLOYED)
        _record(simulation, app, past, now)
        simulation.touch(app, at_once=True)
        simulation.refresh_queue.add(app.name, simulation.resync_in())


async def _past(
    simulation: Simulation,
    target: Target,
    app: AppState,
    histories: dict[tuple[str, str], list[str]],
) -> list[tuple[str, ...]]:
    """Revisions once deployed, oldest first; the last one is today's."""
    today = tuple([await target.resolve(source) for source in app.definition.sources])
    folder = app.definition.tags_at
    if not folder:
        return [today]
    asked = (app.definition.sources[0].target_revision, folder)
    if asked not in histories:
        histories[asked] = await simulation.repository.newest(*asked, PAST)
    older = [(commit, *today[1:]) for commit in reversed(histories[asked])]
    return [*(past for past in older if past != today), today]


def _record(
    simulation: Simulation, app: AppState, past: list[tuple[str, ...]], now: datetime
) -> None:
    user = "" if app.auto_sync else "admin"
    for number, revisions in enumerate(past):
        at = now - DEPLOYED - timedelta(days=len(past) - 1 - number)
        entry = HistoryEntry(
            id=number,
            revisions=revisions,
            started_at=at,
            deployed_at=at + timedelta(seconds=4),
            username=user,
            automated=app.auto_sync,
            sources=app.definition.sources,
        )
        app.history = (*app.history, entry)
    app.next_history_id = len(past)
    last = app.history[-1]
    operation = Operation(
        revisions=past[-1], username=user, automated=app.auto_sync, sources=app.definition.sources
    )
    app.state = OperationState(
        operation,
        last.started_at,
        due=now,
        phase="Succeeded",
        message="successfully synced (all tasks run)",
        finished_at=last.deployed_at,
        revisions=past[-1],
    )
    found = {key: object_health(live, now) for key, live in app.live.items()}
    app.resources = tuple(
        ResourceStatus(key, live.manifest.version, "Synced", found[key], wave=live.manifest.wave)
        for key, live in app.live.items()
    )
    app.images = running_images(app, now)
    app.sync, app.sync_revisions = "Synced", past[-1]
    app.health = application_health(found.values(), declared=True, live=True)
    app.health_since = last.deployed_at + timedelta(seconds=30)
    app.reconciled_at = now - timedelta(seconds=1 + simulation.random.random() * 60)
