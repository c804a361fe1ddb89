"""How far each application is right now: shown on the card, never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from integrations.argocd.model import (
    Application,
    Health,
    OperationState,
    ResourceRef,
    Sync,
)


class Doing(StrEnum):
    """What goes on with one application, in order."""

    SYNCING = "syncing"
    ROLLING_OUT = "rolling out"
    SETTLING = "settling"


@dataclass(frozen=True, slots=True)
class Progress:
    """One application's present state. `done` of `total` resources are applied and Healthy."""

    health: Health = Health.UNKNOWN
    sync: Sync = Sync.UNKNOWN
    done: int = 0
    total: int = 0
    why: str = ""
    late: bool = False
    doing: Doing = Doing.SYNCING


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


def progress_of(
    app: Application,
    why: str,
    ours: OperationState | None = None,
    *,
    only: Sequence[ResourceRef] = (),
    doing: Doing = Doing.SYNCING,
    late: bool = False,
) -> Progress:
    """The card's row for one reading of an application.

    A resource is done once `ours`, the operation that counts, has applied it and a comparison
    since shows it Synced and Healthy. `only` are those that are synced where not all are.
    """
    applied = _applied(app, ours)
    chosen = {(ref.kind, ref.name) for ref in only}
    wanted = [r for r in app.resources if not chosen or (r.ref.kind, r.ref.name) in chosen]
    done = [
        resource
        for resource in wanted
        if _key(resource.ref) in applied
        and resource.sync is Sync.SYNCED
        and resource.health in (None, Health.HEALTHY)
    ]
    return Progress(app.health, app.sync, len(done), len(wanted), why, late, doing)


def _applied(app: Application, ours: OperationState | None) -> set[tuple[str, str, str, str]]:
    """What the operation has applied, as far as the application was compared since."""
    since = (ours.finished_at or ours.started_at) if ours else None
    if ours is None or since is None or app.reconciled_at is None or app.reconciled_at <= since:
        return set()
    return {_key(result.ref) for result in ours.resources if result.status}


def _key(ref: ResourceRef) -> tuple[str, str, str, str]:
    return (ref.group, ref.kind, ref.namespace, ref.name)
