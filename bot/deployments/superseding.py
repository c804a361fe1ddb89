"""A newer request takes the place of an older one that has not started, where that is safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import DeploymentEnded, DeploymentEvent, Outcome
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services


_NOT_BEGUN = (State.QUEUED, State.WAITING)


async def supersede_older(services: Services, newer: Deployment) -> None:
    """End those that wait or queue and that `newer` covers and descends from; leave all others.

    What GitHub cannot tell is not superseded: then both wait, which is only slower.
    """
    for older in services.ledger.ahead_of(newer):
        if may_cover(older, newer) and await _descends(services, older, newer):
            ended = DeploymentEnded(
                at=services.clock.now(),
                outcome=Outcome.SUPERSEDED,
                message=f"{newer.tag} contains it and was asked for before this one started.",
                by=newer.id,
            )
            await services.ledger.record(older.id, _while_queued(ended))


def _while_queued(
    ended: DeploymentEnded,
) -> Callable[[Deployment], list[DeploymentEvent]]:
    return lambda deployment: [ended] if deployment.state in _NOT_BEGUN else []


def may_cover(older: Deployment, newer: Deployment) -> bool:
    """Whether a newer request may take an older one's place, commits aside (pure)."""
    if older.state not in _NOT_BEGUN or older.cancel or older.request.kind != "deploy":
        return False
    if newer.request.kind != "deploy" or older.request.environment != newer.request.environment:
        return False
    if older.is_rollback or newer.is_rollback:
        return False
    by_machine = newer.request.actor.kind != "slack"
    if by_machine and older.request.actor.kind == "slack":
        return False
    everything = not newer.request.services
    return everything or (
        bool(older.request.services) and set(older.request.services) <= set(newer.request.services)
    )


async def _descends(services: Services, older: Deployment, newer: Deployment) -> bool:
    before = older.found.build.sha if older.found else ""
    after = newer.found.build.sha if newer.found else ""
    if not before or not after or services.github is None:
        return False
    if before.startswith(after) or after.startswith(before):
        return True
    try:
        return (await services.github.compare(before, after)).status in ("ahead", "identical")
    except UpstreamError:
        return False
