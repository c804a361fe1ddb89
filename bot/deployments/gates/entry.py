"""Whether a request may begin, as far as memory alone can tell: at the ack, and at its start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.controls.standing import over_applications
from bot.deployments.events import DeploymentRequested
from bot.deployments.gates.closed import Facts, gates
from bot.deployments.gates.passing import still_closed
from bot.deployments.gates.refusal import GatesClosed
from bot.deployments.plan import Plan

if TYPE_CHECKING:
    from bot.services import Services

_NO_PLAN = Plan()


def check_open(services: Services, request: DeploymentRequested) -> None:
    """Raise GatesClosed, with every gate that memory knows of, where one of them is closed to
    this request that it cannot wait for. Git and Argo CD are asked later, at the act.
    """
    now = services.clock.now()
    over = over_applications(services.controls, services.catalog, request.applications, now)
    if all(each.is_clear for each in over):  # memory knows of no other gate
        return
    facts = Facts(actor=request.actor, applications=request.applications, standing=over)
    if still_closed(gates(_NO_PLAN, facts, now), request):
        closed = gates(_NO_PLAN, replace(facts, ahead=_ahead(services, request)), now)
        raise GatesClosed(closed, now, "Nothing was changed.")


def _ahead(services: Services, request: DeploymentRequested) -> tuple[str, ...]:
    """The queue: named where another gate is shut, for it is long at times, and shuts nobody out."""
    ahead = services.ledger.in_the_way(request.applications)
    return tuple(
        each.id for each in ahead if each.id != request.id and each.request.at <= request.at
    )
