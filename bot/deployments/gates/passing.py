"""Which closed gates a request passes all the same (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.deployments.events import DeploymentRequested
from bot.deployments.gates.gate import Bypass, Gate, GateName

_FOR_PEOPLE = (GateName.FREEZE, GateName.LOCK, GateName.PIN, GateName.HOLD)
"""What people put over a scope: only a person's rollback passes it, none that the bot starts."""


def bypasses(request: DeploymentRequested) -> frozenset[Bypass]:
    """The rights by which a request may pass gates that stay closed for others."""
    held = {
        Bypass.BREAK_GLASS: request.break_glass,
        Bypass.OVERRIDE: request.override_checks,
        Bypass.ROLLBACK: request.goes_back_at_once,
    }
    return frozenset(right for right, is_held in held.items() if is_held)


def still_closed(closed: Iterable[Gate], request: DeploymentRequested) -> list[Gate]:
    """The gates that keep it from going on.

    The queue is waited for elsewhere. An approval is waited for where the request says so, and
    held to what was approved at the act.
    """
    rights = bypasses(request)
    return [gate for gate in closed if not _passes(gate, request, rights)]


def _passes(gate: Gate, request: DeploymentRequested, rights: frozenset[Bypass]) -> bool:
    if gate.name is GateName.QUEUE:
        return True
    if gate.name is GateName.APPROVAL and request.needs_approval:
        return True
    if gate.name in _FOR_PEOPLE and request.actor.kind != "slack":
        rights -= {Bypass.ROLLBACK}
    return bool(rights & gate.passed_by)
