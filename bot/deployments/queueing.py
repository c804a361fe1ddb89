"""Wait for one's turn, be held after a bad end ahead, and take the applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.actions import HoldQueue, JoinQueue, Start, StopAhead
from bot.deployments.decide import decide
from bot.deployments.deployment import State
from bot.deployments.desired import desired
from bot.deployments.events import (
    DeploymentEvent,
    DeploymentQueued,
    DeploymentStarted,
    QueueHeld,
)
from bot.deployments.gates.entry import check_open
from bot.deployments.rollbacks.going_back import stop_ahead
from bot.deployments.superseding import supersede_older
from bot.errors import Conflict, UserError
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

_LOOK = 20.0
"""Seconds that a look at Git may take: a note on a later change is worth no longer wait."""


def check_room(services: Services, subject: str) -> None:
    """Raise Conflict where a person has as many deployments waiting as one may have."""
    waiting, limit = services.ledger.count_queued(subject), services.catalog.queued_per_person
    if waiting >= limit:
        raise Conflict(
            f"{waiting} of your deployments have not started; {limit} is the most.",
            hint="Wait for one to start, or cancel one: `/shipmate deployments`.",
        )


async def queue_up(
    services: Services, key: str, action: JoinQueue | HoldQueue | StopAhead | Start
) -> None:
    """Carry out one move of the queue, unless the deployment has started meanwhile."""
    clock = services.clock
    match action:
        case JoinQueue(behind=behind, applications=applications):
            tags = await _tags_now(services, key)
            queued = DeploymentQueued(
                at=clock.now(), behind=behind, applications=applications, tags=tags
            )
            await _unless_started(services, key, queued)
            await supersede_older(services, services.ledger.get(key))
        case HoldQueue(by=by, outcome=outcome):
            held = QueueHeld(at=clock.now(), by=by, outcome=outcome)
            await _unless_started(services, key, held)
        case StopAhead(running=running):
            await stop_ahead(services, services.ledger.get(key), running)
        case Start():
            await _start(services, key)


async def _tags_now(services: Services, key: str) -> dict[str, str]:
    """What Git holds as the deployment first queues; {} where that cannot be told soon."""
    deployment = services.ledger.get(key)
    request = deployment.request
    if request.kind != "deploy" or deployment.queued:
        return {}
    environment = services.catalog.environment(request.environment)
    try:
        async with services.clock.timeout(_LOOK):
            return dict((await desired(services, environment, request.services)).tags)
    except (UpstreamError, UserError, TimeoutError):
        return {}


async def _unless_started(services: Services, key: str, event: DeploymentEvent) -> None:
    await services.ledger.record(
        key, lambda d: [] if d.state is not State.QUEUED or d.cancel else [event]
    )


async def _start(services: Services, key: str) -> None:
    """Take the applications: decided and written under one lock, so two never both start."""
    async with services.ledger.queue:
        deployment = services.ledger.get(key)
        if isinstance(decide(deployment, services.ledger.ahead_of(deployment)), Start):
            check_open(services, deployment.request)
            await _unless_started(services, key, DeploymentStarted(at=services.clock.now()))
