"""Look up how long the source of an environment has run what ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.deployments.releases.running import running_in
from bot.deployments.releases.soak import Soak, Spell, together
from bot.deployments.releases.spells import Seen, goes_on, spells_of
from integrations.argocd.model import Health

if TYPE_CHECKING:
    from bot.catalog import Environment, Image
    from bot.services import Services


async def soak_of(
    services: Services, environment: Environment, digests: Mapping[str, str]
) -> Soak | None:
    """How long the source of `environment` has run these images (service -> digest).

    By what was watched; where an application was never looked at and time is asked for, by Argo
    CD, which knows when it last deployed. None where the environment has no source. Raises
    UpstreamError.
    """
    rule = environment.promotion
    if rule is None:
        return None
    source = services.catalog.environment(rule.source)
    images = [image for image in services.catalog.services if image.service in digests]
    found: dict[str, tuple[Spell, ...]] = {}
    untold: list[Image] = []
    anew: dict[str, None] = {}
    for image in images:
        name = image.application_in(source.name)
        known = services.spells.of(name)
        if known.newest is None:
            untold.append(image)
            continue
        found[image.service] = _watched(services, name, image.service, digests[image.service])
        if image.service in known.anew:
            anew[known.anew[image.service]] = None
    if untold and rule.soak_minutes > 0:
        found |= await _by_argocd(services, source, untold, digests)
    is_known = all(digests.values()) and found.keys() == digests.keys()
    spells = together(found.values()) if is_known else ()
    return Soak(source.name, rule.soak_minutes, spells, " ".join(anew))


def moved_on(services: Services, soak: Soak, digests: Mapping[str, str]) -> bool:
    """Whether waiting is in vain: the source is Degraded with these images, or runs others. What
    is Healthy again may still be ready, though its spell has not begun yet.
    """
    for service, digest in digests.items():
        name = services.catalog.service(service).application_in(soak.source)
        known = services.spells.of(name)
        if known.newest is None:  # nobody watches it: Argo CD's own word is all there is
            return not soak.spells
        app = services.applications.applications.get(name)
        is_well = app is not None and app.health is Health.HEALTHY
        degraded = known.left and known.left.health in (Health.DEGRADED, Health.MISSING)
        if degraded and not is_well:
            return True
        if known.open is not None and known.open.digests.get(service, digest) != digest:
            return True
    return False


def _watched(services: Services, application: str, service: str, digest: str) -> tuple[Spell, ...]:
    """The spells of one image, by its digest; the last one lasts only while it is looked at."""
    book, watch = services.spells, services.applications
    was, seen = book.of(application), book.seen.get(application, Seen())
    app = watch.applications.get(application)
    now = services.clock.now()
    is_well = app is not None and app.health is Health.HEALTHY and watch.connected
    lasts = is_well and seen.is_recent(now) and app is not None and goes_on(was, app)
    spells = [
        spell
        for image in was.times
        if (image.service, image.digest) == (service, digest)
        for spell in spells_of(was, image, goes_on=lasts, seen=seen.healthy)
    ]
    if is_well and was.open is None:
        spells.append(Spell(now))  # it counts from the next look on, which tells what runs
    return tuple(sorted(spells, key=lambda spell: spell.since))


async def _by_argocd(
    services: Services, source: Environment, images: list[Image], digests: Mapping[str, str]
) -> dict[str, tuple[Spell, ...]]:
    """What runs there now, and has since Argo CD last deployed it or it last became Healthy."""
    runs = await running_in(services, source, images)
    known = services.applications.applications
    since = {}
    for name in {run.application for run in runs.values()} & known.keys():
        app = await services.argocd.get(known[name].ref)
        deployed = app.history[-1].deployed_at if app.history else None
        if app.health is Health.HEALTHY and deployed and app.health_since:
            since[name] = max(deployed, app.health_since)
    return {
        service: (Spell(since[run.application]),)
        for service, run in runs.items()
        if run.digest == digests[service] and run.application in since
    }
