"""One icon per state, from one table, used by every view (pure)."""

from __future__ import annotations

from bot.deployments.deployment import State
from bot.deployments.events import AppOutcome
from integrations.argocd.model import Health, Sync

STATE: dict[State, str] = {
    State.QUEUED: "🕒",
    State.WAITING: "✋",
    State.RUNNING: "🔄",
    State.SUCCEEDED: "✅",
    State.FAILED: "❌",
    State.TIMED_OUT: "⌛",
    State.CANCELLED: "🚫",
    State.SUPERSEDED: "⏭️",
    State.REJECTED: "⛔",
    State.EXPIRED: "🕳️",
}

HEALTH: dict[Health, str] = {
    Health.HEALTHY: "✅",
    Health.PROGRESSING: "⏳",
    Health.DEGRADED: "❌",
    Health.SUSPENDED: "⏸️",
    Health.MISSING: "❓",
    Health.UNKNOWN: "❔",
}

SYNC: dict[Sync, str] = {
    Sync.SYNCED: "✅",
    Sync.OUT_OF_SYNC: "⚠️",
    Sync.UNKNOWN: "❔",
}

OUTCOME: dict[AppOutcome, str] = {
    AppOutcome.SUCCEEDED: "✅",
    AppOutcome.FAILED: "❌",
    AppOutcome.SUSPENDED: "⏸️",
    AppOutcome.TIMED_OUT: "⌛",
    AppOutcome.SUPERSEDED: "⏭️",
    AppOutcome.NOT_ATTEMPTED: "⚪",
    AppOutcome.CANCELLED: "🚫",
}

PENDING = "⚪"
WARNING = "⚠️"
BACK = "⏪"
