"""One closed gate: what stands in the way, who opens it, when it opens by itself (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.deployments.gates.findings import Finding


class GateName(StrEnum):
    """What can stand in the way of a change."""

    PERMISSION = "permission"
    TAG = "tag"
    REGISTRY = "registry"
    CI = "CI"
    SOAK = "soak"
    ORDER = "promotion order"
    ARGOCD = "Argo CD permission"
    SYNC_WINDOW = "sync window"
    FREEZE = "freeze"
    LOCK = "lock"
    PIN = "pin"
    HOLD = "hotfix hold"
    QUEUE = "queue"
    APPROVAL = "approval"
    APPLICATION = "application"


BY_MEMORY = frozenset({GateName.FREEZE, GateName.LOCK, GateName.PIN, GateName.HOLD})
"""The gates that memory alone knows of: whoever shows them shows them as they are now."""


class Bypass(StrEnum):
    """By which right a change may pass a gate that stays closed for others."""

    BREAK_GLASS = "break-glass"
    ROLLBACK = "rollback"  # to what was approved and Healthy there
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Gate:
    """One closed gate: its kind, and what it found (`wording.py` says why, and who opens it).

    `opens_at` is when it opens by itself, None where nobody can tell. `passed_by` holds who may go
    through it shut; `words` are what the commands that open it take: "staging", "staging f3k2".
    One that `may_wait` is asked again before anything is written: an approval may be sought
    meanwhile.
    """

    name: GateName
    found: Finding
    opens_at: datetime | None = None
    passed_by: frozenset[Bypass] = frozenset()
    words: str = ""
    may_wait: bool = False
