"""Every gate that is closed for a plan, who opens it, and when it opens by itself (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.access import Actor
from bot.controls.standing import Standing
from bot.deployments.gates.controls import control_gates
from bot.deployments.gates.findings import (
    Ahead,
    MayNotSync,
    NeedsApproval,
    NotListed,
    NotPermitted,
    WindowShut,
)
from bot.deployments.gates.gate import Bypass, Gate, GateName
from bot.deployments.plan import Plan
from bot.deployments.releases.release import Release, release_gates
from integrations.argocd.details import SyncWindows

__all__ = ["Bypass", "Facts", "Gate", "GateName", "gates", "judged"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gates are judged by, as looked up just now."""

    refused: str = ""  # why the person lacks the permission, "" when they have it
    holders: str = ""  # who holds it
    windows: Mapping[str, SyncWindows] = field(default_factory=dict)
    may_sync: Mapping[str, bool] = field(default_factory=dict)
    missing: tuple[str, ...] = ()  # applications that Argo CD does not list
    ahead: tuple[str, ...] = ()  # deployments that hold some of the applications
    needs_approval: tuple[str, ...] = ()  # environments
    release: Release = field(default_factory=Release)
    actor: Actor | None = None  # who asks; None: judge only what is closed for everyone
    applications: tuple[str, ...] = ()  # what is touched, besides what the plan says
    standing: tuple[Standing, ...] = ()  # freezes, locks, holds and pins over what is touched


def gates(plan: Plan, facts: Facts, now: datetime) -> tuple[Gate, ...]:
    """All gates that are closed at `now`, in the order a person would meet them."""
    return (
        *_permission(facts),
        *release_gates(facts.release, now),
        *(gate for gate in _controls(plan, facts) if gate.opens_at is None or gate.opens_at > now),
        *_argocd(plan, facts),
        *_windows(plan, facts),
        *_approval(facts),
        *_queue(facts),
    )


def judged(plan: Plan, facts: Facts, *, asks_registry: bool = False) -> tuple[GateName, ...]:
    """The gates that were asked about this plan, whatever they said: what nobody asked is neither
    open nor closed. The queue comes after all of them.
    """
    release = facts.release
    asked = {
        GateName.PERMISSION: True,
        GateName.CI: bool(release.checks),
        GateName.REGISTRY: asks_registry and bool(plan.changes),
        GateName.ORDER: bool(release.order or (release.must_contain and release.branches)),
        GateName.SOAK: release.soak is not None,
        GateName.FREEZE: True,
        GateName.LOCK: True,
        GateName.SYNC_WINDOW: bool(facts.windows),
    }
    return tuple(name for name, is_asked in asked.items() if is_asked)


def _permission(facts: Facts) -> Iterator[Gate]:
    if facts.refused:
        yield Gate(GateName.PERMISSION, NotPermitted(facts.refused, facts.holders))


def _controls(plan: Plan, facts: Facts) -> Iterator[Gate]:
    names = [*facts.applications, *(app.name for app in plan.applications)]
    yield from control_gates(facts.standing, names, facts.actor)


def _argocd(plan: Plan, facts: Facts) -> Iterator[Gate]:
    for name in facts.missing:
        yield Gate(GateName.APPLICATION, NotListed(name))
    for app in plan.applications:
        if facts.may_sync.get(app.name) is False:
            yield Gate(GateName.ARGOCD, MayNotSync(app.project, app.name))


def _windows(plan: Plan, facts: Facts) -> Iterator[Gate]:
    for app in plan.applications:
        window = facts.windows.get(app.name)
        if window is not None and not window.can_sync:
            yield Gate(GateName.SYNC_WINDOW, WindowShut(app.project, app.name, window.active))


def _approval(facts: Facts) -> Iterator[Gate]:
    passed_by = frozenset({Bypass.BREAK_GLASS, Bypass.ROLLBACK})
    for environment in facts.needs_approval:
        yield Gate(GateName.APPROVAL, NeedsApproval(environment), passed_by=passed_by)


def _queue(facts: Facts) -> Iterator[Gate]:
    if facts.ahead:
        yield Gate(GateName.QUEUE, Ahead(facts.ahead), passed_by=frozenset({Bypass.ROLLBACK}))
