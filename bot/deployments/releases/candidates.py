"""Look up what could be promoted: what runs, how well, and what the registry has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.desired import desired
from bot.deployments.releases.promotion import Candidate, Present
from bot.deployments.releases.running import running_in
from bot.deployments.side_by_side import together
from integrations.argocd.model import Application, Health, Sync

if TYPE_CHECKING:
    from bot.catalog import Environment, Image
    from bot.services import Services
    from integrations.registry import Registry


async def both_sides(
    services: Services,
    registry: Registry,
    source: Environment,
    target: Environment,
    images: Sequence[Image],
) -> tuple[list[Candidate], dict[str, Present]]:
    """What could go from `source`, and what is in `target`. Raises UpstreamError."""
    async with together() as group:
        going = group.create_task(candidates_in(services, registry, source, images), name="source")
        there = group.create_task(present_in(services, target, images), name="target")
    return going.result(), there.result()


async def candidates_in(
    services: Services, registry: Registry, source: Environment, images: Sequence[Image]
) -> list[Candidate]:
    """Every one of the images as it runs in `source`. Raises UpstreamError."""
    tags = (await desired(services, source, [image.service for image in images])).tags
    runs = await running_in(services, source, images)
    registered: dict[str, str] = {}

    async def look(image: Image) -> None:
        registered[image.service] = await registry.digest(image.name, tags[image.service]) or ""

    async with together() as group:
        for image in images:
            group.create_task(look(image), name=f"tag of {image.service}")
    known = services.applications.applications
    return [
        Candidate(
            running=run,
            tag=tags[service],
            unwell=unwell(known.get(run.application)),
            registered=registered[service],
        )
        for service, run in runs.items()
    ]


async def present_in(
    services: Services, target: Environment, images: Sequence[Image]
) -> dict[str, Present]:
    """Every one of the images as it is in `target` now. Raises UpstreamError."""
    tags = (await desired(services, target, [image.service for image in images])).tags
    runs = await running_in(services, target, images)
    return {name: Present(tag, runs[name].digest) for name, tag in tags.items()}


def unwell(app: Application | None) -> str:
    """Why an application is not Synced and Healthy, "" where it is."""
    if app is None:
        return "Argo CD does not list it"
    if app.health is not Health.HEALTHY:
        said = app.health_message.rstrip(".")
        return f"it is {app.health.value}" + (f" ({said})" if said else "")
    return "" if app.sync is Sync.SYNCED else f"it is {app.sync.value}"
