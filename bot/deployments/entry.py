"""Whether a request may begin, as far as memory alone can tell: at the ack, and at its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.controls.standing import over_applications
from bot.deployments.events import DeploymentRequested
from bot.deployments.gate import Bypass, Gate, GateName, shut_for
from bot.deployments.gates import Facts, gates
from bot.deployments.plan import Plan
from bot.deployments.refusal import GatesClosed

if TYPE_CHECKING:
    from bot.services import Services

_WAITED_FOR = (GateName.QUEUE, GateName.APPROVAL)


def check_open(services: Services, request: DeploymentRequested) -> None:
    """Raise GatesClosed, with every gate that memory knows of, where one of them is closed to
    this request that it cannot wait for. Git and Argo CD are asked later, at the act.
    """
    now = services.clock.now()
    closed = known_gates(services, request)
    in_the_way = [gate for gate in closed if gate.name not in _WAITED_FOR]
    if shut_for(in_the_way, bypass_of(request)):
        raise GatesClosed(closed, now, "Nothing was changed.")


def known_gates(services: Services, request: DeploymentRequested) -> tuple[Gate, ...]:
    """The closed gates that memory knows of."""
    now = services.clock.now()
    touched = set(request.applications)
    facts = Facts(
        actor=request.actor,
        applications=request.applications,
        standing=over_applications(services.controls, services.catalog, request.applications, now),
        ahead=tuple(
            each.id
            for each in services.ledger.open()
            if each.id != request.id
            and each.request.at <= request.at
            and touched & set(each.request.applications)
        ),
    )
    return gates(Plan(), facts, now)


def bypass_of(request: DeploymentRequested) -> Bypass | None:
    """By which right the request passes gates that are closed to others."""
    del request
    return None
