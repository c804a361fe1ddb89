"""One earlier state of an application, as Argo CD's own history holds it (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from integrations.argocd.model import HistoryEntry

NO_HOOKS = "No hooks run: Argo CD's own rollback only applies the manifests of then."


@dataclass(frozen=True, slots=True)
class Past:
    """One entry of an application's history, and what it needs to go back there.

    `unknown` says what nobody knows of it, "" where the record tells that it ran well: whoever
    goes there at once confirms that.
    """

    entry: HistoryEntry
    left_at: datetime | None
    why_not: str = ""  # why it needs more than the permission to roll back
    unknown: str = ""
