"""A newer request takes the place of an older one that has not started, where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.catalog.tags import sha_of
from bot.deployments import endings
from bot.deployments.deployment import Deployment, State
from bot.deployments.events import (
    DeploymentEnded,
    DeploymentEvent,
    DeploymentRequested,
    Outcome,
)
from bot.deployments.plan import Build, Plan
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services


_NOT_BEGUN = (State.QUEUED, State.WAITING)


async def supersede_older(services: Services, newer: Deployment) -> None:
    """End those that wait or queue and that `newer` covers and descends from; leave all others.

    What GitHub cannot tell is not superseded: then both wait, which is only slower.
    """
    request, build = newer.request, newer.found.build if newer.found else None
    if request.kind != "deploy":
        return
    ships = brought(request, build, newer.plan, _every(services, request))
    for older in services.ledger.ahead_of(newer):
        if may_cover(older, request, is_approved=newer.is_approved) and await _contains(
            services, ships, older
        ):
            ended = DeploymentEnded(
                at=services.clock.now(),
                outcome=Outcome.SUPERSEDED,
                message=endings.superseded(newer),
                next_step="Nothing, unless just this one is wanted: then ask for it again.",
                by=newer.id,
            )
            await services.ledger.record(older.id, _while_it_may(ended, newer))


async def covered_by(
    services: Services, requested: DeploymentRequested, build: Build
) -> list[Deployment]:
    """Those that wait or queue and that a request for the build would supersede."""
    ships = brought(requested, build, None, _every(services, requested))
    others = [each for each in services.ledger.open() if each.id != requested.id]
    ahead = [each for each in others if may_cover(each, requested)]
    return [each for each in ahead if await _contains(services, ships, each)]


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
    """The deployment among these open ones that was asked for the very same (pure). The newest
    green build may be another one by now: who asks for that asks anew.
    """
    if not (requested.tag or requested.images or requested.when_green):
        return None
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


def _while_it_may(
    ended: DeploymentEnded, newer: Deployment
) -> Callable[[Deployment], list[DeploymentEvent]]:
    """Asked again of the older one as it is by then: it may have been approved meanwhile."""
    is_approved = newer.is_approved
    return lambda d: [ended] if may_cover(d, newer.request, is_approved=is_approved) else []


def may_cover(older: Deployment, newer: DeploymentRequested, *, is_approved: bool = False) -> bool:
    """Whether a newer request may take an older one's place, commits aside (pure). What is
    approved gives way only to what needs no approval, or has its own.
    """
    if older.is_approved and newer.needs_approval and not is_approved:
        return False
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


def brought(
    request: DeploymentRequested, build: Build | None, plan: Plan | None, every: Sequence[str]
) -> dict[str, str]:
    """The commit of each service's image that it sets, "" where a tag does not tell (pure).
    `every` are the services of the environment.
    """
    if plan is not None:
        tags = {change.service: change.after for change in plan.changes}
    elif request.images:
        tags = {image.service: image.tag for image in request.images}
    else:
        tags = dict.fromkeys(request.services or every, build.tag if build else request.tag)
    main, sha = (build.tag, build.sha) if build else ("", "")
    return {name: sha if sha and tag == main else sha_of(tag) for name, tag in tags.items()}


def _every(services: Services, request: DeploymentRequested) -> tuple[str, ...]:
    return tuple(image.service for image in services.catalog.images_of(request.environment))


async def _contains(services: Services, ships: Mapping[str, str], older: Deployment) -> bool:
    """Whether each image that the older one changes is set to a commit that descends from its."""
    request, build = older.request, older.found.build if older.found else None
    sets = brought(request, build, older.plan, _every(services, request))
    if older.plan is not None:
        moving = {change.service for change in older.plan.effective}
        sets = {name: sha for name, sha in sets.items() if name in moving} or sets
    if not ships.keys() >= sets.keys():
        return False
    moves = {(sha, ships[name]) for name, sha in sets.items()}
    return all([await _descends(services, *move) for move in sorted(moves)])


async def _descends(services: Services, before: str, after: str) -> bool:
    if not before or not after:
        return False
    if before.startswith(after) or after.startswith(before):
        return True
    if services.github is None:
        return False
    try:
        return (await services.github.compare(before, after)).status in ("ahead", "identical")
    except UpstreamError:
        return False
