"""Watch over deployments that have ended, and correct a verdict that stops being true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import DeploymentCorrected, DeploymentEvent
from bot.deployments.next_steps import look_at, way_back
from bot.deployments.rollouts import failures
from bot.deployments.rollouts.expectation import digests_of, images_of
from bot.deployments.rollouts.unwell import blocking, other_images
from bot.guarded import guarded
from integrations.argocd.model import Application, Health, Phase, Sync

if TYPE_CHECKING:
    from bot.services import Services

_LOOK_EVERY = 10.0


class Aftercare:
    """Corrects a time-out that turned Healthy, and a success that degraded, once each."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._degraded: dict[tuple[str, str], datetime] = {}

    async def run(self) -> None:
        """Look every ten seconds until cancelled."""
        await guarded("aftercare", self.tick, self._services.clock, every=_LOOK_EVERY)

    async def tick(self) -> None:
        """One look at everything that ended within its watch time."""
        services = self._services
        now = services.clock.now()
        span = timedelta(minutes=services.catalog.watch_minutes)
        for deployment in services.ledger.ended_since(now - span):
            if deployment.corrected or deployment.is_dry_run:
                continue
            if services.ledger.is_left_behind(deployment):
                continue
            event = await self._correction(deployment, now)
            if event:
                await services.ledger.record(deployment.id, _once(event))

    async def _correction(
        self, deployment: Deployment, now: datetime
    ) -> DeploymentCorrected | None:
        known = self._services.applications.applications
        if deployment.state is State.TIMED_OUT:
            tried = [name for name, run in deployment.runs.items() if run.intended_at]
            if tried and all(name in known and _well(known[name], deployment) for name in tried):
                verb = "was" if len(tried) == 1 else "were"
                said = f"{', '.join(tried)} {verb} Synced and Healthy after all."
                return DeploymentCorrected(
                    at=now, message=said, healthy=True, applications=tuple(tried)
                )
        if deployment.state is State.SUCCEEDED:
            apps = [known[name] for name in deployment.runs if name in known]
            app = self._degraded_one(deployment, apps, now)
            return await self._degradation(deployment, app, now) if app else None
        return None

    async def _degradation(
        self, deployment: Deployment, app: Application, now: datetime
    ) -> DeploymentCorrected:
        failing = await failures.describe(self._services, app.ref, blocking(app))
        said = f": {app.health_message}" if app.health_message else ""
        look = look_at(app.name, failing, unwell=True)
        return DeploymentCorrected(
            at=now,
            message=f"{app.name} was Healthy at the end and is Degraded since{said}.",
            healthy=False,
            applications=(app.name,),
            sync=app.sync.value,
            failing=failing,
            next_step=f"{look} {way_back(deployment)}".strip(),
        )

    def _degraded_one(
        self, deployment: Deployment, apps: list[Application], now: datetime
    ) -> Application | None:
        grace = timedelta(seconds=self._services.catalog.degraded_grace_seconds)
        for app in apps:
            key = (deployment.id, app.name)
            if app.health is not Health.DEGRADED:
                self._degraded.pop(key, None)
                continue
            since = self._degraded.setdefault(key, now)
            if now - since >= grace:
                return app
        return None


def _once(
    event: DeploymentCorrected,
) -> Callable[[Deployment], list[DeploymentEvent]]:
    return lambda deployment: [] if deployment.corrected else [event]


def _well(app: Application, deployment: Deployment) -> bool:
    """Whether it runs what the deployment brought, and runs well, by a comparison made since."""
    state = app.state
    if app.operation is not None or state is None or state.phase is not Phase.SUCCEEDED:
        return False
    finished, compared = state.finished_at, app.reconciled_at
    is_fresh = finished is not None and compared is not None and compared > finished
    images, digests = images_of(deployment, app.name), digests_of(deployment, app.name)
    ours = not other_images(app, images, digests)
    return is_fresh and ours and app.sync is Sync.SYNCED and app.health is Health.HEALTHY
