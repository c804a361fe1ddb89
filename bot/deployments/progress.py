"""How far each application is right now: shown on the card, never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from integrations.argocd.model import Application, Health, Sync


@dataclass(frozen=True, slots=True)
class Progress:
    """One application's present state. `done` of `total` resources are as Git wants them."""

    health: Health = Health.UNKNOWN
    sync: Sync = Sync.UNKNOWN
    done: int = 0
    total: int = 0
    why: str = ""
    late: bool = False


class ProgressBoard:
    """The newest Progress of every application of every running deployment."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[str], None]] = []
        self._rows: dict[str, dict[str, Progress]] = {}

    def of(self, deployment_id: str) -> Mapping[str, Progress]:
        """Application name -> Progress, for one deployment; "" holds a note on the whole."""
        return self._rows.get(deployment_id, {})

    def show(self, deployment_id: str, application: str, progress: Progress) -> None:
        """Replace one row; listeners hear of it only when it changed."""
        rows = self._rows.setdefault(deployment_id, {})
        if rows.get(application) != progress:
            rows[application] = progress
            for listener in self.listeners:
                listener(deployment_id)

    def note(self, deployment_id: str, text: str, application: str = "") -> None:
        """What is in the way of the whole deployment, or of one application; "" clears it."""
        rows = self._rows.setdefault(deployment_id, {})
        was = rows.get(application, Progress())
        self.show(deployment_id, application, replace(was, why=text, late=bool(text)))

    def forget(self, deployment_id: str) -> None:
        """Drop a deployment that has ended."""
        self._rows.pop(deployment_id, None)


def progress_of(app: Application, why: str, *, late: bool = False) -> Progress:
    """The card's row for one reading of an application."""
    total = len(app.resources)
    done = sum(
        1
        for resource in app.resources
        if resource.sync is Sync.SYNCED and resource.health in (None, Health.HEALTHY)
    )
    return Progress(app.health, app.sync, done, total, why, late)
