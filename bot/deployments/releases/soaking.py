"""Look up how long the source of an environment has run what ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.deployments.releases.running import running_in
from bot.deployments.releases.soak import Soak, Spell, common, spells
from integrations.argocd.model import Health

if TYPE_CHECKING:
    from bot.catalog import Environment, Image
    from bot.services import Services

_REMEMBERED = 500
"""Deployments of the source that are looked through, the newest."""


async def soak_of(
    services: Services, environment: Environment, digests: Mapping[str, str]
) -> Soak | None:
    """How long the source of `environment` has run these images (service -> digest).

    By the record; where it tells nothing of a service and time is asked for, by Argo CD, which
    knows when it last deployed. None where the environment has no source. Raises UpstreamError.
    """
    rule = environment.promotion
    if rule is None:
        return None
    source = services.catalog.environment(rule.source)
    found = dict(spells(services.ledger.newest(source.name, limit=_REMEMBERED)))
    told = {service for service, _ in found}
    untold = [
        image for image in services.catalog.services if image.service in digests.keys() - told
    ]
    if untold and rule.soak_minutes > 0:
        found.update(await _by_argocd(services, source, untold))
    known = all(digests.values())
    return Soak(source.name, rule.soak_minutes, common(found, digests) if known else None)


async def _by_argocd(
    services: Services, source: Environment, images: list[Image]
) -> dict[tuple[str, str], Spell]:
    """What runs there now, and has since Argo CD last deployed it or it last became Healthy."""
    runs = await running_in(services, source, images)
    known = services.applications.applications
    since = {}
    for name in {run.application for run in runs.values()} & known.keys():
        app = await services.argocd.get(known[name].ref)
        moments = [app.history[-1].deployed_at if app.history else None, app.health_since]
        times = [moment for moment in moments if moment]
        if app.health is Health.HEALTHY and app.history and times:
            since[name] = max(times)
    return {
        (service, run.digest): Spell(since[run.application])
        for service, run in runs.items()
        if run.digest and run.application in since
    }
