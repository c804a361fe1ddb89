"""The operation worker: carries out what `.operation` asks for, step by step."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.sandbox.argocd.controllers.apply import Applier, stages_of
from bot.sandbox.argocd.repository import RepositoryError
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.state import AppState, HistoryEntry, Level, Operation, OperationState
from bot.sandbox.argocd.target import Target

HISTORY_LIMIT = 10  # spec.revisionHistoryLimit's default
BLOCKED = "Sync operation blocked by sync window"


class OperationWorker:
    """One of the two controllers. What it writes says nothing of health or sync."""

    def __init__(self, simulation: Simulation, target: Target) -> None:
        self.simulation = simulation
        self.target = target

    async def tick(self, name: str) -> None:
        """Take one application's operation one step further."""
        simulation = self.simulation
        app = simulation.applications.get(name)
        if app is None or app.deleted or app.operation is None:
            return
        if simulation.switches.operations_paused:
            simulation.operation_queue.add(name, 1.0)
            return
        now = simulation.clock.now()
        state = app.state
        if state is None:
            self._start(app, app.operation, now)
        elif state.phase == "Terminating":
            self._finish(app, state, "Failed", "Operation terminated")
        elif now < state.due:
            self._again(app, state)
        elif state.finished_at is not None:
            self._retry(app, state)
        else:
            await self._step(app, state)

    def _start(self, app: AppState, operation: Operation, now: datetime) -> None:
        state = OperationState(operation=operation, started_at=now, due=now)
        app.state = state
        self.simulation.record_of(app).started = now
        self.simulation.record_of(app).phase = "Running"
        if self.simulation.blocked(app, manual=not operation.automated):
            state.message = BLOCKED
        else:
            state.message = "one or more tasks are running"
        state.fails_with = self._planned_failure(app)
        self._next_step(app, state)
        self.simulation.touch(app)

    def _planned_failure(self, app: AppState) -> str:
        messages = self.simulation.switches.failures.get(app.name)
        return messages.pop(0) if messages else ""

    async def _step(self, app: AppState, state: OperationState) -> None:
        simulation = self.simulation
        if simulation.blocked(app, manual=not state.operation.automated):
            state.message = BLOCKED
            state.due = simulation.clock.now() + timedelta(seconds=1)
            self._again(app, state)
            return
        try:
            applier = await self._prepared(app, state)
        except RepositoryError as error:
            why = f"failed to generate manifest for source 1 of 1: {error}"
            self._finish(
                app, state, "Error", f"ComparisonError: Failed to load target state: {why}"
            )
            return
        failed = applier.apply(state.stage, simulation.clock.now())
        if failed and state.operation.dry_run:
            self._finish(app, state, "Failed", "one or more objects failed to apply (dry run)")
            return
        if failed:
            self._fail(app, state, failed)
            return
        simulation.request_refresh(app, Level.RECENT, simulation.timings.event_delay)
        state.stage += 1
        if state.stage < len(applier.stages):
            state.message = applier.waiting_for(state.stage - 1)
            self._next_step(app, state)
            simulation.touch(app)
        elif app.name in simulation.switches.endless:
            state.stage -= 1
            state.message = applier.waiting_for(state.stage)
            self._next_step(app, state)
            simulation.touch(app)
        else:
            self._finish(app, state, "Succeeded", "successfully synced (all tasks run)")

    async def _prepared(self, app: AppState, state: OperationState) -> Applier:
        asked = state.operation
        if not state.revisions:
            sources = asked.sources or app.definition.sources
            wanted = asked.revisions or ("",) * len(sources)
            pairs = zip(sources, wanted, strict=False)
            state.revisions = tuple([await self.target.resolve(one, rev) for one, rev in pairs])
        images = await self.target.images(app, state.revisions)
        return Applier(self.simulation, app, state, images)

    def _fail(self, app: AppState, state: OperationState, why: str) -> None:
        """Failed for good, or Running with finishedAt set until the next attempt."""
        message = f"one or more objects failed to apply, reason: {why}"
        limit = state.operation.retry_limit
        if state.retry_count >= limit:
            tried = f" (retried {limit} times)." if limit else ""
            self._finish(app, state, "Failed", message + tried)
            return
        now = self.simulation.clock.now()
        state.retry_count += 1
        state.finished_at = now
        timings = self.simulation.timings
        wait = timings.retry_backoff * 2 ** (state.retry_count - 1)
        state.due = now + timedelta(seconds=min(wait, timings.retry_backoff_most))
        at = state.due.strftime("%-I:%M%p")
        state.message = f"{message}. Retrying attempt #{state.retry_count} at {at}."
        self.simulation.request_refresh(app, Level.LATEST)
        self._again(app, state)
        self.simulation.touch(app)

    def _retry(self, app: AppState, state: OperationState) -> None:
        state.finished_at, state.stage = None, 0
        state.results.clear()
        state.fails_with = self._planned_failure(app)
        self._next_step(app, state)
        self.simulation.touch(app)

    def _finish(self, app: AppState, state: OperationState, phase: str, message: str) -> None:
        """The end is written in one patch: phase, finishedAt, and `.operation` gone."""
        simulation = self.simulation
        now = simulation.clock.now()
        state.phase, state.message, state.finished_at = phase, message, now
        app.operation = None
        record = simulation.record_of(app)
        record.finished, record.phase = now, phase
        asked = state.operation
        if phase == "Succeeded" and not asked.dry_run and not asked.resources:
            remember(app, state, now)
        if not asked.dry_run:
            deep = Level.LATEST if asked.automated else Level.FORCE
            simulation.request_refresh(app, deep, simulation.timings.event_delay)
        simulation.touch(app)

    def _next_step(self, app: AppState, state: OperationState) -> None:
        simulation = self.simulation
        stages = max(1, len(stages_of(app, state)))
        wait = simulation.lasts(simulation.timings.operation) / stages
        state.due = simulation.clock.now() + timedelta(seconds=wait)
        self._again(app, state)

    def _again(self, app: AppState, state: OperationState) -> None:
        delay = (state.due - self.simulation.clock.now()).total_seconds()
        self.simulation.operation_queue.add(app.name, max(0.0, delay))


def remember(app: AppState, state: OperationState, now: datetime) -> None:
    """Add to `status.history`, of which the newest ten are kept."""
    entry = HistoryEntry(
        id=app.next_history_id,
        revisions=state.revisions,
        started_at=state.started_at,
        deployed_at=now,
        username=state.operation.username,
        automated=state.operation.automated,
        sources=state.operation.sources or app.definition.sources,
    )
    app.next_history_id += 1
    app.history = (*app.history, entry)[-HISTORY_LIMIT:]
