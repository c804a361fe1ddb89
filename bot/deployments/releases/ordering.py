"""Look up whether what ships has run in the environment before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.deployments.releases.order import (
    Order,
    Ran,
    commit_of,
    found_there,
    order_of,
    recorded,
    skipping,
    without,
)
from bot.deployments.releases.running import running_in
from integrations.argocd.model import Health

if TYPE_CHECKING:
    from bot.catalog import Environment
    from bot.deployments.plan import ImageChange
    from bot.services import Services

_REMEMBERED = 500
"""Deployments of an environment that are looked through, the newest."""


async def order_for(
    services: Services,
    environment: Environment,
    changes: Sequence[ImageChange],
    *,
    returning: bool = False,
) -> Order | None:
    """Which of the changes never ran in the source of `environment`, nor in itself.

    By what was watched and the record; where they tell nothing, by what runs Healthy there now.
    Where it is `returning`, what was found here is known as well. None where the catalog asks for
    no order. Raises UpstreamError.
    """
    rule = environment.promotion
    if rule is None or not environment.requires_run:
        return None
    source = services.catalog.environment(rule.source)
    left = tuple(changes)
    for known in _known(services, source, environment, returning=returning):
        left = skipping(left, known)
        if not left:
            break
    else:
        left = skipping(left, await _running(services, source, {each.service for each in left}))
    return order_of(source, left)


def _known(
    services: Services, source: Environment, environment: Environment, *, returning: bool
) -> Iterator[frozenset[Ran]]:
    """What memory knows to have run, the likeliest first: what was watched to run Healthy in the
    source, and what is recorded to have; of both nothing that has degraded there since.
    """
    book = [services.spells.of(name) for name in _carriers(services, source)]
    yield frozenset(ran for each in book for ran in each.times)
    degraded = [ran for each in book for ran in each.degraded]
    there = services.ledger.newest(source.name, limit=_REMEMBERED)
    yield without(recorded(there), degraded)
    here = services.ledger.newest(environment.name, limit=_REMEMBERED)
    yield recorded(here)
    if returning:
        yield found_there(here)


def _carriers(services: Services, source: Environment) -> frozenset[str]:
    """The applications that carry the images of the source."""
    return frozenset(each.application_in(source.name) for each in services.catalog.services)


async def _running(services: Services, source: Environment, wanted: set[str]) -> frozenset[Ran]:
    """What the source runs Healthy now: of each service one image, or nothing is told of it."""
    images = [image for image in services.catalog.services if image.service in wanted]
    known, found = services.applications.applications, set[Ran]()
    for service, run in (await running_in(services, source, images)).items():
        app = known.get(run.application)
        if app is None or app.health is not Health.HEALTHY:
            continue
        tags = run.tags or app.tags_of(run.image)
        if len(tags) == 1 and len(run.digests) <= 1:
            found.add(Ran(service, commit_of(tags[0]), run.digest))
    return frozenset(found)
