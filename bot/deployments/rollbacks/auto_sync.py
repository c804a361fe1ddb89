"""Gives applications the auto-sync back that a rollback switched off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.controls.events import ControlEvent, PinResumed
from bot.controls.standing import over_applications
from bot.controls.state import Controls
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    AutoSyncLeftAlone,
    AutoSyncRestored,
    AutoSyncSwitchedOff,
    DeploymentEvent,
)
from bot.guarded import guarded
from integrations.argocd.model import ApplicationRef
from integrations.argocd.policy import AutoSync
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

log = structlog.get_logger(__name__)

_EVERY = 2.0
_AGAIN = timedelta(seconds=30)
_EVER = 1_000_000


class AutoSyncKeeper:
    """Restores what is owed once nothing pins or freezes the application, unless somebody else has
    changed it meanwhile; looks again after any failure.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        known = services.ledger.newest(limit=_EVER)
        now = services.clock.now()  # deployment -> when it is looked at next
        self._owing = {each.id: now for each in reversed(known) if each.owes_auto_sync}
        services.ledger.listeners.append(self._hear)

    async def run(self) -> None:
        """Until cancelled."""
        await guarded("auto-sync", self.tick, self._services.clock, every=_EVERY)

    async def tick(self) -> None:
        """One look at every deployment that owes an auto-sync."""
        now = self._services.clock.now()
        for key, earliest in tuple(self._owing.items()):
            if now < earliest:
                continue
            deployment = self._services.ledger.get(key)
            for off in deployment.owes_auto_sync:
                try:
                    await self._settle(deployment, off)
                except UpstreamError as error:
                    log.warning("auto_sync.not_restored", deployment=key, why=error.summary)
                    self._owing[key] = now + _AGAIN
            if not self._services.ledger.get(key).owes_auto_sync:
                self._owing.pop(key)

    def _hear(self, deployment: Deployment, event: DeploymentEvent) -> None:
        if isinstance(event, AutoSyncSwitchedOff):
            self._owing[deployment.id] = event.at

    async def _settle(self, deployment: Deployment, off: AutoSyncSwitchedOff) -> None:
        services, name = self._services, off.application
        if deployment.ended is None:
            return
        run = deployment.runs[name]
        if run.started_at is None:
            await self._unpin(deployment)  # Argo CD never began: nothing is to be held
        if self._is_held(name):
            return
        ref = ApplicationRef(name, run.planned.namespace, run.planned.project)
        policy = AutoSync(off.enabled, off.prune, off.self_heal, off.allow_empty)
        found = (await services.argocd.get(ref)).automated
        now = services.clock.now()
        settled: DeploymentEvent = AutoSyncRestored(at=now, application=name)
        if found in (None, policy.off):  # an Argo CD before v3.1 holds None where it is off
            await services.argocd.set_auto_sync(ref, policy)
        elif found != policy:  # equal: it was never off, or is back already
            log.warning("auto_sync.left_alone", deployment=deployment.id, application=name)
            settled = AutoSyncLeftAlone(at=now, application=name, found=found.in_words)

        def once(then: Deployment) -> list[DeploymentEvent]:
            return [settled] if name not in then.restored else []

        await services.ledger.record(deployment.id, once)

    def _is_held(self, name: str) -> bool:
        """Whether a freeze or a pin holds it, or another rollback is about to: what it would sync
        to at once must not start there.
        """
        services, now = self._services, self._services.clock.now()
        over = over_applications(services.controls, services.catalog, [name], now)
        if any(each.freezes or each.windows for each in over):
            return True
        pins = services.controls.of(services.catalog.scope_of(name)).pins.values()
        if any(name in pin.pinned.applications for pin in pins):
            return True
        going = (each for each in services.ledger.open() if each.is_rollback)
        return any(name in each.request.applications for each in going)

    async def _unpin(self, deployment: Deployment) -> None:
        services, request = self._services, deployment.request
        scope = services.catalog.scope_of(request.applications[0])
        event = PinResumed(at=services.clock.now(), id=deployment.id, actor=request.actor)

        def once(now: Controls) -> list[ControlEvent]:
            return [event] if deployment.id in now.pins else []

        await services.controls.record(scope, once)
