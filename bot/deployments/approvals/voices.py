"""Whether somebody's yes to a plan counts: asked at the click, and again at the act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.access import SHARED, Need, Permission
from bot.deployments.approvals.approval import Approval, counts_for
from bot.deployments.approvals.objections import Unsure, objection
from bot.deployments.approvals.wording import objected
from bot.deployments.deployment import Deployment
from bot.deployments.events import ApprovalRequested
from bot.errors import NotAllowed

if TYPE_CHECKING:
    from bot.access import Actor
    from bot.services import Services


async def check_voice(
    services: Services,
    deployment: Deployment,
    asked: ApprovalRequested,
    actor: Actor,
    channel: str = "",
    *,
    override: bool = False,
) -> bool:
    """Raise NotAllowed where this person cannot approve this plan, or UpstreamError where that
    cannot be told. `override` passes by who wrote it, with the permission of that name; the answer
    is whether it had to.
    """
    await _authorise(services, deployment, actor, Permission.APPROVE, channel)
    catalog = services.catalog
    environment = deployment.request.environment
    found = objection(
        asked,
        deployment.request.actor.subject,
        actor.subject,
        {f"slack:{user}": login for user, login in catalog.github_logins.items()},
        authors_may=catalog.environment(environment).approval.authors_may,
    )
    if found is None:
        return False
    if isinstance(found, Unsure) and override:
        await _authorise(services, deployment, actor, Permission.OVERRIDE, channel)
        return True
    why, hint = objected(found)
    if isinstance(found, Unsure):
        hint = f'{hint} Or, with the permission “override”: --override --reason "…".'.strip()
    raise NotAllowed(why, hint=hint)


async def stands_for(
    services: Services, asked: ApprovalRequested, actor: Actor, channel: str = ""
) -> tuple[str, ...]:
    """Which of the quorum's subjects this person stands for now."""
    if not asked.quorum:
        return ()
    return counts_for(asked, actor, await services.membership.of(actor, channel))


async def lost_voice(services: Services, deployment: Deployment, approval: Approval) -> str:
    """Who said yes and could not any more, as a sentence; "" for nobody.

    Raises UpstreamError where it cannot be told.
    """
    asked = approval.asked
    for yes in approval.approved:
        name = yes.actor.name or yes.actor.subject
        try:
            await check_voice(services, deployment, asked, yes.actor, override=bool(yes.override))
        except NotAllowed as refused:
            return f"{name} approved it and may not any more: {refused.message}"
        stands = await stands_for(services, asked, yes.actor)
        gone = [of.partition(":")[2] for of in yes.counts_for if of not in stands]
        if gone:
            return f"{name} approved it and does not stand for {', '.join(gone)} any more."
    return ""


async def _authorise(
    services: Services, deployment: Deployment, actor: Actor, permission: Permission, channel: str
) -> None:
    need = Need(permission=permission, scope=deployment.request.environment or SHARED)
    await services.membership.authorise(actor, [need], channel)
