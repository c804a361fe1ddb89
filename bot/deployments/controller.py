"""The reconcile loop: load, decide, act, append; one task for every open deployment."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.deployments import endings, next_steps, steps
from bot.deployments.actions import (
    Action,
    AskApproval,
    AwaitApproval,
    AwaitSource,
    FindBuild,
    JoinQueue,
    MakePlan,
    Rest,
)
from bot.deployments.decide import decide
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    DeploymentEnded,
    DeploymentEvent,
    DeploymentRequested,
    Outcome,
)
from bot.deployments.patience import patiently, unless
from bot.deployments.trouble import trouble
from bot.errors import UserError
from bot.guarded import stumbled
from integrations.errors import UpstreamError
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.services import Services

_ONLY_READ = (FindBuild, AwaitSource, JoinQueue, AskApproval, MakePlan)
"""Steps that may be left at any point: a cancellation does not wait for their answers."""

_PATIENCE = 600.0
"""Seconds for which one step may fail for passing reasons before the deployment fails."""

_NEXT_WAKE = 30.0
"""Seconds until a deployment that cannot go on, nor be ended, is looked at again."""


class Controller:
    """Brings every open deployment to its end; may be killed at any line and started again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked: asyncio.Queue[str] = asyncio.Queue()
        services.ledger.listeners.append(self._hear)

    async def run(self) -> None:
        """Until cancelled. Open deployments of an earlier life come first."""
        driven = {deployment.id for deployment in self._services.ledger.open()}
        async with TaskGroup() as group:
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
                try:
                    await self._go_on(ledger.get(key), bell)
                except Exception as error:  # noqa: BLE001 - not even the failure could be recorded
                    stumbled("controller", error, "deployment.stuck", deployment=key)
                    with suppress(TimeoutError):
                        async with self._services.clock.timeout(_NEXT_WAKE):
                            await bell.wait()
        finally:
            self._services.progress.forget(key)

    async def _go_on(self, deployment: Deployment, bell: asyncio.Event) -> None:
        """What is to be done next, or a wait until something happens."""
        action = decide(deployment, self._services.ledger.ahead_of(deployment))
        if isinstance(action, Rest):
            await bell.wait()
        else:
            await self._carry_out(deployment, action)

    async def _carry_out(self, deployment: Deployment, action: Action) -> None:
        """One action. What a person can mend, a lasting fault and a bug each end the deployment
        with words of their own; a passing fault is waited out.
        """
        try:
            await self._perform(deployment, action)
        except UserError as error:
            await self._refuse(deployment.id, error)
        except UpstreamError as error:
            failed = self._services.ledger.get(deployment.id)
            is_clean = error.changed == "no" and not (failed.commit or failed.has_asked)
            said = error.sentence + (" Nothing was changed." * is_clean)
            await self._fail(deployment.id, said, next_steps.after_a_fault(failed))
        except Exception as error:  # noqa: BLE001 - it is logged with its trace
            reference = stumbled("controller", error, "deployment.bug", deployment=deployment.id)
            await self._fail(
                deployment.id,
                f"shipmate itself failed here (reference {reference}).",
                "Show that reference to whoever runs shipmate: its log has the rest.",
            )
        else:
            if not isinstance(action, AwaitApproval):  # each look at what waits says how it stands
                self._services.progress.note(deployment.id, "")

    async def _perform(self, deployment: Deployment, action: Action) -> None:
        """Patiently, until a person cancels it; what only reads is left at once then."""
        ledger = self._services.ledger

        def is_over() -> bool:
            return ledger.get(deployment.id).cancel != deployment.cancel

        def bell() -> asyncio.Event:
            return ledger.bell(deployment.id)

        async def attempt() -> None:
            await steps.perform(self._services, ledger.get(deployment.id), action)

        async def attempt_until_over() -> None:
            await unless(is_over, bell, attempt)

        await patiently(
            self._services.clock,
            attempt_until_over if isinstance(action, _ONLY_READ) else attempt,
            seconds=_PATIENCE,
            waiting=lambda error: self._wait_for(error, deployment.id),
            stop=is_over,
            bell=bell,
        )

    def _wait_for(self, away: UpstreamError, key: str) -> None:
        shown, said = self._services.progress.of(key).get(""), trouble(away)
        if shown is None or not shown.why.startswith(said):  # it may say since when, too
            self._services.progress.note(key, said)
        self._services.reachability.heard(away)

    async def _refuse(self, key: str, error: UserError) -> None:
        """What keeps it from going on; of what had written nothing yet the queue is not held."""
        deployment = self._services.ledger.get(key)
        refused = not (deployment.has_written or deployment.has_asked)
        said = endings.refused(deployment, error.message) if refused else error.message
        await self._fail(key, said, error.hint, refused=refused)

    async def _fail(self, key: str, message: str, hint: str, *, refused: bool = False) -> None:
        ended = DeploymentEnded(
            at=self._services.clock.now(),
            outcome=Outcome.FAILED,
            message=message,
            next_step=hint,
            refused=refused,
        )
        await self._services.ledger.record(key, lambda d: [] if d.ended else [ended])
