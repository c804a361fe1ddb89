"""The reconcile loop: load, decide, act, append; one task for every open deployment."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

import structlog

from bot.deployments import endings, steps
from bot.deployments.decide import Action, Rest, decide
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    DeploymentEnded,
    DeploymentEvent,
    DeploymentRequested,
    Outcome,
)
from bot.deployments.patience import patiently
from bot.errors import UserError
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

log = structlog.get_logger(__name__)

_PATIENCE = 600.0
"""Seconds for which one step may fail for passing reasons before the deployment fails."""


class Controller:
    """Brings every open deployment to its end; may be killed at any line and started again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        services.ledger.listeners.append(self._hear)

    async def run(self) -> None:
        """Until cancelled. Open deployments of an earlier life come first."""
        driven = {deployment.id for deployment in self._services.ledger.open()}
        async with asyncio.TaskGroup() as group:
            for key in driven:
                group.create_task(self._drive(key), name=f"deployment {key}")
            while True:
                key = await self._asked.get()
                if key not in driven:
                    driven.add(key)
                    group.create_task(self._drive(key), name=f"deployment {key}")

    def _hear(self, deployment: Deployment, event: DeploymentEvent) -> None:
        if isinstance(event, DeploymentRequested):
            self._asked.put_nowait(deployment.id)

    async def _drive(self, key: str) -> None:
        ledger = self._services.ledger
        try:
            while not ledger.get(key).state.has_ended:
                bell = ledger.bell()
                deployment = ledger.get(key)
                action = decide(deployment, ledger.ahead_of(deployment))
                if isinstance(action, Rest):
                    await bell.wait()
                else:
                    await self._carry_out(deployment, action)
        finally:
            self._services.progress.forget(key)

    async def _carry_out(self, deployment: Deployment, action: Action) -> None:
        """One action. What a person can mend, a lasting fault and a bug each end the deployment
        with words of their own; a passing fault is waited out.
        """
        clock, ledger = self._services.clock, self._services.ledger
        try:
            await patiently(
                clock,
                lambda: steps.perform(self._services, ledger.get(deployment.id), action),
                seconds=_PATIENCE,
                waiting=lambda error: self._wait_for(error, deployment.id),
                stop=lambda: ledger.get(deployment.id).cancel != deployment.cancel,
                bell=lambda: ledger.bell(deployment.id),
            )
        except UserError as error:
            await self._fail(deployment.id, error.message, error.hint)
        except UpstreamError as error:
            hint = endings.after_a_fault(ledger.get(deployment.id))
            await self._fail(deployment.id, f"{error.service}: {error.summary}", hint)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("deployment.bug", deployment=deployment.id, reference=reference)
            await self._fail(
                deployment.id,
                f"shipmate itself failed here (reference {reference}).",
                "Show that reference to whoever runs shipmate: its log has the rest.",
            )
        else:
            self._services.progress.note(deployment.id, "")

    def _wait_for(self, away: UpstreamError, key: str) -> None:
        self._services.progress.note(key, f"{away.service}: {away.summary}")
        self._services.reachability.heard(away)

    async def _fail(self, key: str, message: str, hint: str) -> None:
        now = self._services.clock.now()
        ended = DeploymentEnded(at=now, outcome=Outcome.FAILED, message=message, next_step=hint)
        await self._services.ledger.record(key, lambda d: [] if d.ended else [ended])
