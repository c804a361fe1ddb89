"""What lies over a request that has not started, as memory knows it this very moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.controls.standing import over_applications
from bot.controls.state import EVERYWHERE
from bot.deployments.gates.controls import control_gates, warnings
from bot.deployments.gates.findings import Warned
from bot.deployments.gates.gate import Gate
from bot.deployments.gates.passing import still_closed

if TYPE_CHECKING:
    from datetime import datetime

    from bot.catalog import Catalog
    from bot.deployments.deployment import Deployment
    from bot.services import Services


@dataclass(frozen=True, slots=True)
class LiesOver:
    """The freezes, locks, holds and pins that keep it from starting now, and those that its
    people are only warned of.
    """

    closed: tuple[Gate, ...] = ()
    warned: tuple[Warned, ...] = ()


NOTHING = LiesOver()


def lies_over(services: Services, deployment: Deployment) -> LiesOver:
    """Nothing once it has started: what comes over its applications then lets it finish."""
    request, now = deployment.request, services.clock.now()
    if deployment.ended or deployment.started_at:
        return NOTHING
    over = over_applications(services.controls, services.catalog, request.applications, now)
    closed = control_gates(over, request.applications, request.actor)
    shut = [gate for gate in closed if gate.opens_at is None or gate.opens_at > now]
    warned = warnings(over, request.applications, request.actor)
    return LiesOver(tuple(still_closed(shut, request)), warned)


def is_under(catalog: Catalog, deployment: Deployment, scope: str) -> bool:
    """Whether what lies over `scope` lies over the deployment."""
    return scope == EVERYWHERE or scope in map(catalog.scope_of, deployment.request.applications)


def frozen_by_the_clock(catalog: Catalog, now: datetime) -> frozenset[tuple[str, str]]:
    """The freeze windows of the catalog that are shut at `now`: environment and reason."""
    return frozenset(
        (each.name, window.reason)
        for each in catalog.environments
        for window in each.freezes
        if window.until(now) is not None
    )
