"""A promotion's own steps: wait until the source has run it for long enough, and give tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentEnded, Outcome, SoakReached, TagsGiven, TagsIntended
from bot.deployments.plan import ImageChange
from bot.deployments.releases.soak import Soak
from bot.deployments.releases.soaking import moved_on, soak_of
from bot.deployments.releases.wording import named, soaked
from bot.deployments.side_by_side import together
from bot.deployments.trouble import trouble
from bot.errors import Conflict
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

LOOK_AGAIN = 20.0
"""Seconds after which the source is looked at anew: it may degrade, or run something else."""


async def await_source(services: Services, deployment: Deployment) -> None:
    """One stretch of waiting for the source to have run it for long enough.

    A system that is away is said, and is no news: what has run goes on running.
    """
    bell, now = services.ledger.bell(deployment.id), services.clock.now()
    if services.ledger.get(deployment.id).version != deployment.version:
        return
    environment = services.catalog.environment(deployment.request.environment)
    digests = {each.service: each.digest for each in deployment.request.images}
    pause = LOOK_AGAIN
    try:
        soak = await soak_of(services, environment, digests)
    except UpstreamError as error:
        services.reachability.heard(error)
        services.progress.note(deployment.id, trouble(error))
    else:
        away = None if services.applications.connected else services.applications.problem
        anew = soak.anew if soak else ""
        services.progress.note(deployment.id, trouble(away) if away else anew)
        if soak is None or soak.is_reached(now):
            reached = SoakReached(at=now, note=soaked(soak, now) if soak else "")
            await services.ledger.record(
                deployment.id, lambda d: [reached] if d.awaits_source and not d.cancel else []
            )
            return
        if moved_on(services, soak, digests):
            await _give_up(services, deployment, soak)
            return
        if soak.opens_at:
            pause = min(pause, (soak.opens_at - now).total_seconds())
    try:
        async with services.clock.timeout(pause):
            await bell.wait()
    except TimeoutError:
        pass


async def _give_up(services: Services, deployment: Deployment, soak: Soak) -> None:
    """The source has degraded, or runs something else: these images will not be ready there."""
    ended = DeploymentEnded(
        at=services.clock.now(),
        outcome=Outcome.SUPERSEDED,
        message=f"{soak.source} no longer runs these images Healthy, and had not for "
        f"{soak.minutes:g} min. Nothing was changed.",
        next_step=f"See what runs there with `/where {soak.source}`, and promote that.",
    )
    await services.ledger.record(
        deployment.id, lambda d: [ended] if d.awaits_source and not d.cancel else []
    )


async def give_tags(services: Services, deployment: Deployment) -> None:
    """Give each image of the plan its tag, or find that it has it; done twice it changes nothing.

    What was approved is the digest, and it is the digest that gets the tag. Raises Conflict where
    some have their tags and others cannot get theirs.
    """
    plan, ledger = deployment.plan, services.ledger
    assert plan is not None  # noqa: S101 - decide() plans first
    intended = TagsIntended(at=services.clock.now())
    after = await ledger.record(
        deployment.id, lambda d: [] if d.tags_intended or d.cancel else [intended]
    )
    if after.cancel:
        return
    await tag_all(services, [each for each in plan.effective if each.digest])
    given = TagsGiven(at=services.clock.now())
    await ledger.record(deployment.id, lambda d: [] if d.tags_given or d.ended else [given])


async def tag_all(services: Services, changes: list[ImageChange]) -> None:
    """Let each change's tag name its digest in the registry, where it does not yet.

    Raises UpstreamError, and Conflict where some have their tags and others cannot get theirs.
    """
    registry = services.registry
    if registry is None:
        raise Conflict(
            "No registry is configured any more, so nothing can be promoted.",
            hint="Set REGISTRY_URL and REGISTRY_TOKEN.",
        )
    done: list[str] = []

    async def tag(change: ImageChange) -> None:
        await registry.retag(change.image, change.digest, change.after)
        done.append(change.service)

    try:
        async with together() as group:
            for change in changes:
                group.create_task(tag(change), name=f"tag {change.service}")
    except UpstreamError as error:
        if error.transient or not done:
            raise
        raise Conflict(
            f"{error.service}: {error.summary} Git was not changed; {named(tuple(done))} got the "
            "new tag already, which changes nothing that runs.",
            hint="Ask again once the registry takes it.",
        ) from None
