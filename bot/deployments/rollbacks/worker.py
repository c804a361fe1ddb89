"""Rolls back by itself what left an environment Degraded, where its catalog entry says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.access import Actor, Door
from bot.catalog import Environment
from bot.deployments.deployment import Deployment
from bot.deployments.gates.entry import check_open
from bot.deployments.ledger import deployment_id
from bot.deployments.permissions import needs_of
from bot.deployments.rollbacks.by_itself import (
    FRESH,
    has_left_it_degraded,
    was_long_degraded,
    why_it_stays,
)
from bot.deployments.rollbacks.choices import last_good
from bot.deployments.rollbacks.looking import requested, stand
from bot.errors import UserError
from bot.guarded import guarded
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

log = structlog.get_logger(__name__)

_EVERY = 2.0
_LATE = "It was Degraded before others of its wave had ended."
SELF = Actor(kind="schedule", id="schedule", name="shipmate", door=Door.SCHEDULE)


class RollbackWorker:
    """Looks at what has just ended; each deployment is rolled back once, or never.

    `leave` is told what is left to people, and why (a sentence each).
    """

    def __init__(self, services: Services, leave: Callable[[Deployment, str], None]) -> None:
        self._services = services
        self._tell = leave
        self._judged: set[str] = set()
        self._away: dict[str, str] = {}  # why it could not be judged so far, by deployment
        self._places = {
            each.name: each
            for each in services.catalog.environments
            if each.on_failure == "rollback"
        }

    async def run(self) -> None:
        """Until cancelled; at once where no environment asks for it."""
        if self._places:
            await guarded("rollbacks", self.tick, self._services.clock, every=_EVERY)

    async def tick(self) -> None:
        """Go back from every deployment that has just left its environment Degraded."""
        ledger = self._services.ledger
        watched = timedelta(minutes=self._services.catalog.watch_minutes)
        recent = ledger.ended_since(self._services.clock.now() - watched - FRESH)
        self._judged.intersection_update(each.id for each in recent)  # no other is looked at
        for deployment in recent:
            environment = self._places.get(deployment.request.environment)
            if environment is None or deployment.id in self._judged:
                continue
            now = self._services.clock.now()
            is_bad = has_left_it_degraded(deployment, now)
            is_late = deployment.id in self._away or was_long_degraded(deployment, now)
            if not (is_bad or is_late):
                continue
            if ledger.is_left_behind(deployment):
                self._away.pop(deployment.id, None)
            elif is_bad:
                await self._judge(deployment, environment)
            else:
                away = self._away.pop(deployment.id, _LATE)
                self._leave(deployment, f"{away} By now the verdict is too old to act on.")

    async def _judge(self, deployment: Deployment, environment: Environment) -> None:
        try:
            why = await self._go_back(deployment, environment)
        except UserError as error:
            why = error.message
        except UpstreamError as error:
            why = f"{error.service}: {error.summary}"
            if error.transient:  # it is asked again for as long as the verdict is fresh
                self._away[deployment.id] = why
                return
        self._away.pop(deployment.id, None)
        if why:
            self._leave(deployment, why)
        else:
            self._judged.add(deployment.id)

    def _leave(self, deployment: Deployment, why: str) -> None:
        self._judged.add(deployment.id)
        log.info("rollback.not_by_itself", deployment=deployment.id, why=why)
        self._tell(deployment, why)

    async def _go_back(self, deployment: Deployment, environment: Environment) -> str:
        """Ask for the rollback, as anybody would; or why not."""
        services, now = self._services, self._services.clock.now()
        here = await stand(services, environment)
        choice = last_good(here, now)
        touched = set(deployment.request.applications)
        others = [d for d in services.ledger.open() if d.started_at]
        why = why_it_stays(
            deployment,
            choice,
            argocd_is_heard=services.applications.connected,
            others_run=any(touched & set(each.request.applications) for each in others),
        )
        if why:
            return why
        reason = f"{deployment.id} left it Degraded"
        request = requested(here, choice, SELF, now, reason=reason).model_copy(
            update={"id": deployment_id(f"automatic rollback of {deployment.id}")}
        )
        await services.membership.authorise(SELF, needs_of(request, services.catalog))
        check_open(services, request)
        await services.ledger.request(request)
        return ""
