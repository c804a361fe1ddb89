"""The refresh worker: compares Git with the cluster, later than everybody would like."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox.argocd.cluster.health import application_health, object_health
from bot.sandbox.argocd.controllers.autosync import auto_sync
from bot.sandbox.argocd.definitions import Key
from bot.sandbox.argocd.policies import restore_owned
from bot.sandbox.argocd.repository import RepositoryError
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.state import AppState, Level, ResourceStatus
from bot.sandbox.argocd.target import Target

GENERATION_FAILED = "failed to generate manifest for source 1 of 1"


class RefreshWorker:
    """One of the two controllers. It never waits for the other."""

    def __init__(self, simulation: Simulation, target: Target) -> None:
        self.simulation = simulation
        self.target = target

    async def tick(self, name: str) -> None:
        """Compare one application, write what was seen when the comparison began."""
        app = self.simulation.applications.get(name)
        if app is None or app.deleted:
            return
        restore_owned(self.simulation, app)
        now = self.simulation.clock.now()
        period = timedelta(seconds=self.simulation.timings.resync)
        if app.reconciled_at is None or now - app.reconciled_at >= period:
            app.level = max(app.level, Level.LATEST)
        if self.simulation.switches.refreshes_hang:
            self.simulation.refresh_queue.add(name, 1.0)
            return
        level, app.level = app.level, Level.RECENT
        await self.compare(app, level)
        self._come_again(app)

    async def compare(self, app: AppState, level: Level) -> None:
        """One comparison. An unreachable repository leaves old status and the annotation."""
        simulation = self.simulation
        began = simulation.clock.now()
        try:
            revisions = await self.target.compared(app, level)
            wanted = await self.target.images(app, revisions)
        except RepositoryError as error:
            await simulation.clock.sleep(simulation.lasts(simulation.timings.compare))
            self._failed(app, str(error), level, began)
            return
        resources = self._resources(app, wanted, began)
        health = self._health(app, began)
        images = running_images(app, began)
        await simulation.clock.sleep(simulation.lasts(simulation.timings.compare))
        if app.deleted:
            return
        app.repository_failed_at = None
        app.resources, app.images, app.sync_revisions = resources, images, revisions
        app.sync = "OutOfSync" if any(r.status == "OutOfSync" for r in resources) else "Synced"
        app.conditions = {k: v for k, v in app.conditions.items() if k != "ComparisonError"}
        if level >= Level.LATEST:
            app.reconciled_at = began
        if health != app.health:
            app.health, app.health_since = health, simulation.clock.now()
        auto_sync(simulation, app)
        self._answered(app, level)
        simulation.touch(app)

    def _resources(
        self, app: AppState, wanted: dict[Key, str], now: datetime
    ) -> tuple[ResourceStatus, ...]:
        declared = self.simulation.declared(app)
        statuses = []
        for key, manifest in declared.items():
            live = app.live.get(key)
            differs = live is None or live.drifted or live.image != wanted[key]
            statuses.append(
                ResourceStatus(
                    key,
                    manifest.version,
                    "OutOfSync" if differs else "Synced",
                    None if live is None else object_health(live, now),
                    wave=manifest.wave,
                )
            )
        for key, live in app.live.items():
            if key not in declared:
                found = object_health(live, now)
                statuses.append(
                    ResourceStatus(key, live.manifest.version, "OutOfSync", found, True)
                )
        return tuple(statuses)

    def _health(self, app: AppState, now: datetime) -> str:
        for live in app.live.values():
            live.settle(now)
        found = [object_health(live, now) for live in app.live.values()]
        declared = bool(self.simulation.declared(app))
        return application_health(found, declared=declared, live=bool(app.live))

    def _failed(self, app: AppState, why: str, level: Level, began: datetime) -> None:
        """An unreadable source: ignored within a grace period, unless somebody asked.

        Ignored means that old status, old reconciledAt and the annotation all stay
        (controller/state.go ErrCompareStateRepo).
        """
        now = self.simulation.clock.now()
        app.repository_failed_at = app.repository_failed_at or now
        patience = timedelta(seconds=self.simulation.timings.repository_grace)
        if level < Level.FORCE and now - app.repository_failed_at <= patience:
            self.simulation.look()
            return
        message = f"Failed to load target state: {GENERATION_FAILED}: {why}"
        known = app.conditions.get("ComparisonError")
        if known is None or known[0] != message:
            app.conditions = {**app.conditions, "ComparisonError": (message, now)}
        app.sync = "Unknown"
        app.reconciled_at = began
        self._answered(app, level)
        self.simulation.touch(app)

    def _answered(self, app: AppState, level: Level) -> None:
        if app.refresh and level >= Level.FORCE:
            app.refresh = ""
            for waiting in app.refreshed:
                if not waiting.done():
                    waiting.set_result(None)
            app.refreshed.clear()

    def _come_again(self, app: AppState) -> None:
        """At the next step of a rollout, or at the resync."""
        simulation = self.simulation
        now = simulation.clock.now()
        changes = [
            change
            for live in app.live.values()
            if live.rollout is not None
            and (change := live.rollout.next_change(live.replicas, now)) is not None
        ]
        if changes:
            delay = (min(changes) - now).total_seconds() + simulation.timings.event_delay
            simulation.refresh_queue.add(app.name, max(0.0, delay))
        simulation.refresh_queue.add(app.name, simulation.resync_in())


def running_images(app: AppState, now: datetime) -> tuple[str, ...]:
    """`status.summary.images`: what pods really run, sidecars too."""
    images: set[str] = set()
    for live in app.live.values():
        images.update(live.images(now))
        if live.manifest.runs_pods:
            images.update(live.manifest.sidecars)
    return tuple(sorted(images))
