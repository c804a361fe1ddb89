"""Which deployments a person may look at: by `view`, where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.access import SHARED, Allowed, Need, Permission, allowed

if TYPE_CHECKING:
    from bot.command import Context
    from bot.deployments.deployment import Deployment


def scope_of(deployment: Deployment) -> str:
    """Where its permissions are asked for: its environment, or what is shared."""
    return deployment.request.environment or SHARED


async def check_may_look(deployment: Deployment, context: Context) -> None:
    """Raise NotAllowed for whoever may not look at this deployment."""
    need = Need(permission=Permission.VIEW, scope=scope_of(deployment))
    await context.services.membership.authorise(context.actor, [need], context.channel)


async def check_knows(deployment: Deployment, context: Context) -> None:
    """Raise NotAllowed for whoever may not look at this deployment, nor has asked for it."""
    if deployment.request.actor.subject != context.actor.subject:
        await check_may_look(deployment, context)


async def looked_into(context: Context) -> frozenset[str]:
    """The environments that the person may look into, and `shared` where they may."""
    services = context.services
    memberships = await services.membership.of(context.actor, context.channel)
    access = services.catalog.access
    return frozenset(
        scope
        for scope in (*(each.name for each in services.catalog.environments), SHARED)
        if isinstance(
            allowed(
                context.actor, memberships, Need(permission=Permission.VIEW, scope=scope), access
            ),
            Allowed,
        )
    )
