"""The Argo CD sync window that stops what the bot cannot: what others push, and auto-sync (pure).

https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SelfSyncing:
    """An application that Argo CD syncs by itself."""

    name: str
    project: str


def commands(
    applications: Iterable[SelfSyncing],
    now: datetime,
    until: datetime | None,
    *,
    manual: bool = True,
) -> tuple[str, ...]:
    """For each project the argocd command that adds the window, and without an end the one that
    takes it away again. `manual` leaves room for syncs that somebody asks for: rollbacks.
    """
    by_project: dict[str, list[str]] = {}
    for app in applications:
        by_project.setdefault(app.project, []).append(app.name)
    lines = []
    for project, names in by_project.items():
        lines.append(
            f"argocd proj windows add {project} --kind deny {_when(now, until)} "
            f"--applications {','.join(names)}" + (" --manual-sync" if manual else "")
        )
        if until is None:
            lines.append(f"argocd proj windows delete {project} <id>  # afterwards")
    return tuple(lines)


def _when(now: datetime, until: datetime | None) -> str:
    """A schedule that begins with this minute; one without an end begins anew each minute."""
    if until is None:
        return '--schedule "* * * * *" --duration 1h --time-zone UTC'
    minutes = -int((now.replace(second=0, microsecond=0) - until) // timedelta(minutes=1))
    hours, rest = divmod(max(1, minutes), 60)
    duration = f"{hours}h" * bool(hours) + f"{rest}m" * bool(rest)
    at = f"{now.minute} {now.hour} {now.day} {now.month} *"
    return f'--schedule "{at}" --duration {duration} --time-zone UTC'
