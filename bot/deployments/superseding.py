"""A newer request takes the place of an older one that has not started, where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.deployments.deployment import Deployment, State
from bot.deployments.events import (
    DeploymentEnded,
    DeploymentEvent,
    DeploymentRequested,
    Outcome,
)
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services


_NOT_BEGUN = (State.QUEUED, State.WAITING)


async def supersede_older(services: Services, newer: Deployment) -> None:
    """End those that wait or queue and that `newer` covers and descends from; leave all others.

    What GitHub cannot tell is not superseded: then both wait, which is only slower.
    """
    after = newer.found.build.sha if newer.found else ""
    for older in services.ledger.ahead_of(newer):
        if may_cover(older, newer.request) and await _descends(services, older, after):
            ended = DeploymentEnded(
                at=services.clock.now(),
                outcome=Outcome.SUPERSEDED,
                message=f"{newer.tag} contains it and was asked for before this one started.",
                by=newer.id,
            )
            await services.ledger.record(older.id, _while_queued(ended))


async def covered_by(
    services: Services, requested: DeploymentRequested, sha: str
) -> list[Deployment]:
    """Those that wait or queue and that a request for the commit `sha` would supersede."""
    ahead = [each for each in services.ledger.open() if may_cover(each, requested)]
    return [each for each in ahead if await _descends(services, each, sha)]


async def ask_once(services: Services, requested: DeploymentRequested) -> tuple[Deployment, bool]:
    """The deployment that the request begins, or the open one that was asked for the very same;
    and whether it is new. Of two who ask at once, one begins it.
    """
    async with services.ledger.queue:
        same = asked_already(services.ledger.open(), requested)
        if same is not None:
            return same, False
        return await services.ledger.request(requested), True


def asked_already(
    deployments: Iterable[Deployment], requested: DeploymentRequested
) -> Deployment | None:
    """The deployment among these open ones that was asked for the very same (pure)."""
    return next((each for each in deployments if _is_same(each, requested)), None)


def _is_same(deployment: Deployment, requested: DeploymentRequested) -> bool:
    if deployment.state.has_ended or deployment.cancel:
        return False
    return _wanted(deployment.request) == _wanted(requested)


def _wanted(request: DeploymentRequested) -> tuple[object, ...]:
    """What was asked for, whoever asked, why and when: a promotion's tag is of the day."""
    images = tuple((image.service, image.digest or image.tag) for image in request.images)
    return (
        request.kind,
        request.purpose,
        request.environment,
        request.source,
        request.sync,
        request.services,
        images or (request.tag, request.when_green),
        request.override_checks,
        request.break_glass,
    )


def _while_queued(
    ended: DeploymentEnded,
) -> Callable[[Deployment], list[DeploymentEvent]]:
    return lambda deployment: [ended] if deployment.state in _NOT_BEGUN else []


def may_cover(older: Deployment, newer: DeploymentRequested) -> bool:
    """Whether a newer request may take an older one's place, commits aside (pure)."""
    if older.state not in _NOT_BEGUN or older.cancel or older.request.kind != "deploy":
        return False
    if newer.kind != "deploy" or older.request.environment != newer.environment:
        return False
    if older.is_rollback or newer.purpose == "rollback":
        return False
    by_machine = newer.actor.kind != "slack"
    if by_machine and older.request.actor.kind == "slack":
        return False
    everything = not newer.services
    return everything or (
        bool(older.request.services) and set(older.request.services) <= set(newer.services)
    )


async def _descends(services: Services, older: Deployment, after: str) -> bool:
    before = older.found.build.sha if older.found else ""
    if not before or not after or services.github is None:
        return False
    if before.startswith(after) or after.startswith(before):
        return True
    try:
        return (await services.github.compare(before, after)).status in ("ahead", "identical")
    except UpstreamError:
        return False
