"""What a dry run looks up besides: whether the person may, and what is ahead in the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.access import Refused, allowed
from bot.deployments.gates.closed import Facts
from bot.deployments.permissions import needs_of
from bot.deployments.tags import with_new_tags
from integrations.kustomization import NotEditable

if TYPE_CHECKING:
    from bot.command import Context
    from bot.deployments.events import DeploymentRequested
    from bot.deployments.planning import Planned


async def facts_of(request: DeploymentRequested, context: Context) -> Facts:
    """What membership says of the person and the ledger of the queue, for the gates. What goes
    back at once waits for nobody.
    """
    services = context.services
    memberships = await services.membership.of(context.actor)
    ahead = [] if request.goes_back_at_once else services.ledger.in_the_way(request.applications)
    facts = Facts(ahead=tuple(each.id for each in ahead), actor=context.actor)
    for need in needs_of(request, services.catalog):
        answer = allowed(context.actor, memberships, need, services.catalog.access)
        if isinstance(answer, Refused):
            return replace(facts, refused=answer.message, holders=answer.hint)
    return facts


def edited(planned: Planned) -> dict[str, str]:
    """The files as they would be; {} where that cannot be told of what a closed gate keeps from
    being written: an image that the registry lacks has no digest to take the place of a pinned one.
    """
    try:
        return with_new_tags(planned.files, planned.plan.changes)
    except NotEditable:
        if not planned.closed:
            raise
        return {}
