"""Every gate that is closed for a plan, who opens it, and when it opens by itself (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.deployments.plan import Plan
from integrations.argocd.model import SyncWindows


class GateName(StrEnum):
    """What can stand in the way of a change."""

    PERMISSION = "permission"
    ARGOCD = "Argo CD permission"
    SYNC_WINDOW = "sync window"
    QUEUE = "queue"
    APPROVAL = "approval"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Gate:
    """One closed gate. `opens` says who can open it, or when it opens by itself."""

    name: GateName
    why: str
    opens: str


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


def gates(plan: Plan, facts: Facts) -> tuple[Gate, ...]:
    """All closed gates, in the order a person would meet them."""
    closed: list[Gate] = []
    if facts.refused:
        closed.append(Gate(GateName.PERMISSION, facts.refused, facts.holders))
    closed += [
        Gate(
            GateName.APPLICATION,
            f"Argo CD does not list the application {name}, or hides it from the bot.",
            "Whoever administers Argo CD: create it, or grant the bot `applications, get` on it.",
        )
        for name in facts.missing
    ]
    closed += [
        Gate(
            GateName.ARGOCD,
            f"The bot's Argo CD account may not sync {app.name}.",
            f"Whoever administers Argo CD: grant `applications, sync, {app.project}/{app.name}`.",
        )
        for app in plan.applications
        if facts.may_sync.get(app.name) is False
    ]
    for app in plan.applications:
        window = facts.windows.get(app.name)
        if window is not None and not window.can_sync:
            shut = ", ".join(f"{w.kind} {w.schedule} for {w.duration}" for w in window.active)
            closed.append(
                Gate(
                    GateName.SYNC_WINDOW,
                    f"A sync window of project {app.project} keeps {app.name} shut"
                    + (f" ({shut})." if shut else "."),
                    "It opens by itself by that schedule.",
                )
            )
    closed += [
        Gate(
            GateName.APPROVAL,
            f"{environment} needs an approval.",
            "Approvals are not available in this version of shipmate.",
        )
        for environment in facts.needs_approval
    ]
    if facts.ahead:
        closed.append(
            Gate(
                GateName.QUEUE,
                f"Running or queued before it: {', '.join(facts.ahead)}.",
                "It opens by itself when they have ended.",
            )
        )
    return tuple(closed)
