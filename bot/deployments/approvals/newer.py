"""Whether there is something newer than what waits for approval: it is named, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.catalog.tags import sha_of
from bot.deployments.deployment import Deployment
from bot.deployments.desired import desired
from bot.deployments.events import NewerBuildSeen
from bot.deployments.releases.builds import newest_build
from bot.errors import UserError
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services


async def newer_than(services: Services, deployment: Deployment) -> NewerBuildSeen | None:
    """For a promotion what its source runs by now, else the newest green build since the request.

    None where there is nothing newer, where it was said already, or where it cannot be told.
    """
    try:
        found = await _found(services, deployment)
    except (UpstreamError, UserError):
        return None
    told = deployment.newer.sha if deployment.newer else ""
    ours = (
        {sha_of(change.after) for change in deployment.plan.changes} if deployment.plan else set()
    )
    is_ours = any(sha and found and found.sha.startswith(sha) for sha in ours)
    return None if found is None or is_ours or found.sha == told else found


async def _found(services: Services, deployment: Deployment) -> NewerBuildSeen | None:
    request, now = deployment.request, services.clock.now()
    if request.purpose == "promotion":
        source = services.catalog.environment(request.source)
        tags = set((await desired(services, source, request.services)).tags.values())
        shas = {sha_of(tag) for tag in tags}
        one = len(shas) == 1 and "" not in shas
        return NewerBuildSeen(at=now, tag=tags.pop(), sha=shas.pop()) if one else None
    if request.purpose != "deploy" or request.kind != "deploy" or services.github is None:
        return None
    environment = services.catalog.environment(request.environment)
    build, _ = await newest_build(services.github, services, environment)
    if build.finished_at is None or build.finished_at <= request.at:
        return None
    return NewerBuildSeen(at=now, tag=build.tag, sha=build.sha, title=build.title)
