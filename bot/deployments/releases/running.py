"""Which images really run in an environment: by its pods, or else by the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from bot.deployments.releases.runs import Running
from bot.deployments.side_by_side import together

if TYPE_CHECKING:
    from bot.catalog import Environment, Image
    from bot.services import Services
    from integrations.argocd.model import Application
    from integrations.argocd.objects import RunningImage

_MOST = 100
"""Deployments of a service that are looked at, the newest."""


async def running_in(
    services: Services, environment: Environment, images: Sequence[Image]
) -> dict[str, Running]:
    """What runs of these images, by service. Raises UpstreamError where Argo CD does not say."""
    here: dict[str, list[Image]] = {}
    for image in images:
        here.setdefault(image.application_in(environment.name), []).append(image)
    known = services.applications.applications
    pods: dict[str, tuple[RunningImage, ...]] = {}

    async def look(app: Application, names: frozenset[str]) -> None:
        pods[app.name] = await services.argocd.running_images(app.ref, names)

    async with together() as group:
        for application, carried in here.items():
            if application in known:
                names = frozenset(image.name for image in carried)
                group.create_task(look(known[application], names), name=f"pods {application}")
    return {
        image.service: _running(services, environment.name, image, pods.get(application, ()))
        for application, carried in here.items()
        for image in carried
    }


def _running(
    services: Services, environment: str, image: Image, pods: Iterable[RunningImage]
) -> Running:
    mine = [pod for pod in pods if pod.name == image.name]
    tags = tuple(dict.fromkeys(_tag(pod.image) for pod in mine))
    digests = tuple(dict.fromkeys(pod.digest for pod in mine if pod.digest))
    if not digests and len(tags) == 1:
        known = recorded(services, environment, image.service, tags[0])
        digests = (known,) if known else ()
    application = image.application_in(environment)
    return Running(image.service, image.name, application, tags, digests)


def recorded(services: Services, environment: str, service: str, tag: str) -> str:
    """The digest that the newest deployment which wrote this tag there has recorded, or ""."""
    changes = (
        change
        for deployment in services.ledger.every(environment)
        if deployment.planned and deployment.commit and not deployment.reverted
        for change in deployment.planned.plan.changes
        if change.service == service
    )
    known = islice(changes, _MOST)
    return next((each.digest for each in known if each.after == tag and each.digest), "")


def _tag(reference: str) -> str:
    """The tag of "name:tag", "name:tag@digest"; "" for none."""
    name = reference.partition("@")[0].rpartition("/")[2]
    return name.partition(":")[2]
