"""One closed gate: what stands in the way, who opens it, when it opens by itself (pure)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_JITTER = 0.9
"""Seconds by which two readings of the clock for one act may differ."""


class GateName(StrEnum):
    """What can stand in the way of a change."""

    PERMISSION = "permission"
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
    """One closed gate. `opens` says who can open it, or what must happen first; `opens_at` when
    it opens by itself, None where nobody can tell. `passed_by` holds who may go through it shut;
    `words` are what the commands that open it take: "staging", "staging f3k2". One that `may_wait`
    is asked again before anything is written: an approval may be sought meanwhile.
    """

    name: GateName
    why: str
    opens: str
    opens_at: datetime | None = None
    passed_by: frozenset[Bypass] = frozenset()
    words: str = ""
    may_wait: bool = False

    def opening(self, now: datetime) -> str:
        """What opens it, as plain sentences, with the time (UTC) and how long that is from now."""
        if self.opens_at is None:
            return self.opens
        at = f"{self.opens_at:%Y-%m-%d %H:%M} UTC"
        return f"{self.opens} It opens by itself at {at} (in {span(now, self.opens_at)}).".lstrip()


def span(begin: datetime, end: datetime) -> str:
    """A length of time to the minute, rounded up: 1 min, 2 h, 2 h 5 min, 3 days. A second over a
    whole minute is none: two clocks were read for it.
    """
    minutes = max(1, math.ceil(((end - begin).total_seconds() - _JITTER) / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days"
