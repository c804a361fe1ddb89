"""One application of one deployment: ask for the sync once, then watch until the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.deployments.committing import contained
from bot.deployments.deployment import ApplicationRun, Deployment, Stage
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    DeploymentEvent,
    SyncBlocked,
    SyncIntended,
    SyncSkipped,
    SyncStarted,
)
from bot.deployments.rollouts import failures
from bot.deployments.rollouts.expectation import expected
from bot.deployments.rollouts.operation import is_ours, was_asked
from bot.deployments.rollouts.order import is_exact, needs_nothing, operation_id, selected
from bot.deployments.rollouts.posting import post
from bot.deployments.rollouts.progress import Doing, progress_of
from bot.deployments.rollouts.readings import (
    AskRefresh,
    AskRevision,
    Contained,
    Expected,
    NotOurs,
    Seen,
    Verdict,
    Waiting,
)
from bot.deployments.rollouts.verdict import LOOK_AGAIN, judge, look_again_in, span
from integrations.argocd.model import Application, ApplicationRef, Phase
from integrations.errors import NotFound, OperationInProgress, UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

_STALE = 45.0
"""Seconds without a sign of life of Argo CD after which it is asked itself: three keepalives."""


class Rollout:
    """Drives one application from intent to verdict; safe to begin again at any point."""

    def __init__(self, services: Services, deployment_id: str, application: str) -> None:
        self.well_at: datetime | None = None  # when a reading last told how our sync goes on
        self._services = services
        self._id = deployment_id
        self._name = application
        self._seen = Seen()
        self._contained: dict[str, Contained] = {}
        self._blocked_since: datetime | None = None
        self._unsure_since: datetime | None = None

    async def run(self) -> None:
        """Until the application has ended, or the deployment was cancelled.

        May be called again after an UpstreamError: the time that it took counts for nothing.
        """
        self._seen = replace(self._seen, progress_at=None, healthy_since=None, degraded_since=None)
        self._blocked_since = None
        with self._services.applications.subscribe() as self._changes:
            await self._run_to_end()

    async def _run_to_end(self) -> None:
        app = await self._first_look()
        if self._run.stage is Stage.PENDING and await self._skip(app):
            return
        while self._is_open and self._run.stage is not Stage.SYNCING:
            app = await self._ask(app)
        while self._is_open:
            app = await self._watch(app)

    @property
    def _deployment(self) -> Deployment:
        return self._services.ledger.get(self._id)

    @property
    def _run(self) -> ApplicationRun:
        return self._deployment.runs[self._name]

    @property
    def _is_open(self) -> bool:
        return self._run.stage is not Stage.ENDED and not self._deployment.is_stopping

    @property
    def _ref(self) -> ApplicationRef:
        planned = self._run.planned
        return ApplicationRef(planned.name, planned.namespace, planned.project)

    async def _first_look(self) -> Application | None:
        """Before a sync is asked for, Argo CD compares anew: the truth may be that there is no
        need for one. Where it says that there is, it needs not be asked to say so again.
        """
        if self._run.stage is not Stage.PENDING:
            return await self._look()
        watch, sync = self._services.applications, self._deployment.request.sync
        known = watch.get(self._name, self._ref.namespace)
        if sync and watch.connected and known and known.complete and not needs_nothing(known):
            return known
        if sync is None and is_exact(self._deployment, self._run.planned, known):
            return await self._look()  # what is synced is a commit by its name, seen or not
        return await self._look(refresh=True)

    async def _look(self, *, refresh: bool = False) -> Application | None:
        how = "normal" if refresh else ""
        try:
            return await self._services.applications.look(self._ref, refresh=how)
        except NotFound:
            return None

    async def _record(self, *events: DeploymentEvent) -> None:
        def still_open(now: Deployment) -> Sequence[DeploymentEvent]:
            begins = any(isinstance(event, SyncIntended) for event in events)
            too_late = now.runs[self._name].stage is Stage.ENDED or (begins and now.is_stopping)
            return [] if too_late else events

        await self._services.ledger.record(self._id, still_open)

    async def _skip(self, app: Application | None) -> bool:
        sync = self._deployment.request.sync
        if sync is None or self._deployment.is_rollback or app is None or not needs_nothing(app):
            return False
        if sync.force or sync.prune or sync.resource or sync.dry_run:
            return False
        now, why = self._services.clock.now(), "already Synced and Healthy"
        await self._record(SyncSkipped(at=now, application=self._name, why=why))
        return True

    async def _ask(self, app: Application | None) -> Application | None:
        """Ask for the sync, unless the world shows that it was asked for, or is not needed."""
        now = self._services.clock.now()
        if app is None:
            await self._conclude(judge(None, self._expected(), self._seen, now)[0], None)
            return None
        if self._run.stage is Stage.PENDING:
            key = operation_id(self._deployment, self._name)
            await self._record(SyncIntended(at=now, application=self._name, operation_id=key))
            if not self._is_open:
                return app
        adopted = await self._already(app)
        if adopted is not None:
            await self._record(SyncStarted(at=now, application=self._name, adopted=adopted))
            return app
        if app.operation or (app.state and not app.state.phase.completed):
            return await self._wait_for_other(app, now)
        try:
            app = await post(self._services, self._deployment, self._run, self._ref)
        except OperationInProgress:
            return await self._wait_for_other(await self._look() or app, now)
        except NotFound:
            return None
        except UpstreamError as error:
            if error.changed == "no":
                raise
            return await self._look_for_it(error, app, now)
        await self._record(SyncStarted(at=self._services.clock.now(), application=self._name))
        return app

    async def _look_for_it(
        self, lost: UpstreamError, app: Application, now: datetime
    ) -> Application | None:
        """The sync was asked for, and no answer tells whether it begins: the application does."""
        first, self._unsure_since = self._unsure_since is None, self._unsure_since or now
        limit = self._expected().progress_timeout
        if now - self._unsure_since > timedelta(seconds=limit):
            message = f"The sync was asked for again and again for {span(limit)}, and never began: "
            await self._conclude(Verdict(AppOutcome.TIMED_OUT, message + lost.summary), app)
            return app
        why = f"Argo CD does not say whether the sync begins, and is asked again: {lost.summary}"
        self._show(app, why, late=not first)
        await self._services.clock.sleep(1 if first else LOOK_AGAIN)
        return await self._look()

    async def _already(self, app: Application) -> str | None:
        """Who deploys it already: "" for our own operation, a name for another's, None for
        nobody.
        """
        if was_asked(app, self._expected()):
            return ""
        state = app.state
        if state is None or state.phase is not Phase.SUCCEEDED or app.operation:
            return None
        for revision in state.revisions:
            await self._learn(revision)
        if is_ours(state, self._expected()):
            return "auto-sync" if state.operation.automated else state.operation.initiated_by
        return None

    async def _wait_for_other(self, app: Application, now: datetime) -> Application | None:
        operation = app.operation or (app.state.operation if app.state else None)
        by = "someone"
        if operation:
            by = "auto-sync" if operation.automated else operation.initiated_by or by
        if self._run.blocked_by != by:
            await self._record(SyncBlocked(at=now, application=self._name, by=by))
        self._blocked_since = self._blocked_since or now
        limit = self._expected().progress_timeout
        if now - self._blocked_since > timedelta(seconds=limit):
            message = f"Another operation, by {by}, went on for {span(limit)}; ours never began."
            await self._conclude(Verdict(AppOutcome.TIMED_OUT, message), app)
            return app
        why = f"Argo CD runs another operation, by {by}; ours follows."
        self._show(app, why, late=False)
        await self._changes.changed({self._name}, LOOK_AGAIN)
        return await self._look()

    async def _watch(self, app: Application | None) -> Application | None:
        """One reading, and what it asks for; returns the application as it stands next."""
        now = self._services.clock.now()
        reading, self._seen = judge(app, self._expected(), self._seen, now)
        match reading:
            case AskRefresh():
                return await self._look(refresh=True)
            case AskRevision(revision=revision):
                await self._learn(revision)
                return app
            case Waiting(why=why, late=late):
                self.well_at = now
                if app is not None:
                    self._show(app, why, late=late)
                return await self._next()
            case NotOurs():
                app = await self._look()  # the watch may lag behind the sync we just asked for
                reading, self._seen = judge(app, self._expected(), self._seen, now)
                if isinstance(reading, NotOurs | Verdict):
                    await self._conclude(reading, app)
                return app
            case Verdict():
                await self._conclude(reading, app)
                return app

    async def _next(self) -> Application | None:
        """The application once something was heard of it, or after a while."""
        patience = look_again_in(self._seen, self._expected(), self._services.clock.now())
        await self._changes.changed({self._name}, patience)
        known = self._services.applications
        fresh = known.get(self._name, self._ref.namespace)
        if fresh is None or not fresh.complete or known.age_seconds > _STALE:
            return await self._look()
        return fresh

    async def _learn(self, revision: str) -> None:
        if revision and self._expected().commit and revision not in self._contained:
            self._contained[revision] = await contained(self._services, self._deployment, revision)

    async def _conclude(self, reading: NotOurs | Verdict | object, app: Application | None) -> None:
        now = self._services.clock.now()
        if isinstance(reading, NotOurs):
            message = f"Another operation, by {reading.by}, took the place of ours."
            reading = Verdict(AppOutcome.SUPERSEDED, message)
        assert isinstance(reading, Verdict)  # noqa: S101 - both callers pass an end
        failing = await failures.describe(self._services, self._ref, reading.failing)
        if app is not None:
            self._show(app, reading.message, late=False)
        await self._record(
            ApplicationEnded(
                at=now,
                application=self._name,
                outcome=reading.outcome,
                message=reading.message,
                notes=reading.notes,
                failing=failing,
                revision=reading.revision,
                sync=app.sync.value if app else "",
                health=app.health.value if app else "",
            )
        )

    def _show(self, app: Application, why: str, *, late: bool) -> None:
        ours = self._seen.ours_completed
        if ours is None and app.state and is_ours(app.state, self._expected()):
            ours = app.state
        only = selected(self._deployment.request.sync, app)
        row = progress_of(app, why, ours, only=only, doing=self._doing, late=late)
        self._services.progress.show(self._id, self._name, row)

    @property
    def _doing(self) -> Doing:
        if self._seen.healthy_since:
            return Doing.SETTLING
        return Doing.ROLLING_OUT if self._seen.ours_completed else Doing.SYNCING

    def _expected(self) -> Expected:
        return expected(
            self._services.catalog,
            self._deployment,
            self._name,
            self._contained,
            self._services.clock.now(),
        )
