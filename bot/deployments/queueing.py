"""Wait for one's turn, be held after a bad end ahead, and take the applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.decide import HoldQueue, JoinQueue, Start, decide
from bot.deployments.deployment import State
from bot.deployments.events import (
    DeploymentEvent,
    DeploymentQueued,
    DeploymentStarted,
    QueueHeld,
)
from bot.deployments.superseding import supersede_older

if TYPE_CHECKING:
    from bot.services import Services


async def queue_up(services: Services, key: str, action: JoinQueue | HoldQueue | Start) -> None:
    """Carry out one move of the queue, unless the deployment has started meanwhile."""
    now = services.clock.now()
    match action:
        case JoinQueue(behind=behind, applications=applications):
            queued = DeploymentQueued(at=now, behind=behind, applications=applications)
            await _unless_started(services, key, queued)
            await supersede_older(services, services.ledger.get(key))
        case HoldQueue(by=by, outcome=outcome):
            await _unless_started(services, key, QueueHeld(at=now, by=by, outcome=outcome))
        case Start():
            await _start(services, key)


async def _unless_started(services: Services, key: str, event: DeploymentEvent) -> None:
    await services.ledger.record(
        key, lambda d: [] if d.state is not State.QUEUED or d.cancel else [event]
    )


async def _start(services: Services, key: str) -> None:
    """Take the applications: decided and written under one lock, so two never both start."""
    async with services.ledger.queue:
        deployment = services.ledger.get(key)
        if isinstance(decide(deployment, services.ledger.ahead_of(deployment)), Start):
            await _unless_started(services, key, DeploymentStarted(at=services.clock.now()))
