"""The applications of a plan as Argo CD lists them, in the catalog's sync waves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.deployments.plan import PlannedApplication
from integrations.argocd.model import Application

if TYPE_CHECKING:
    from bot.services import Services


def in_waves(
    services: Services, applications: Iterable[Application]
) -> tuple[tuple[PlannedApplication, ...], ...]:
    """The applications grouped by the catalog's waves, lowest first."""
    by_wave: dict[int, list[PlannedApplication]] = {}
    for app in applications:
        entry = services.catalog.application(app.name)
        by_wave.setdefault(entry.wave, []).append(
            PlannedApplication(
                name=app.name,
                namespace=app.namespace,
                project=app.project,
                uid=app.uid,
                wave=entry.wave,
                environment=entry.environment or "",
                auto_sync=app.auto_sync,
                guarded=_is_guarded(services, entry.environment),
                target_revision=app.target_revision,
            )
        )
    return tuple(tuple(sorted(by_wave[wave], key=lambda app: app.name)) for wave in sorted(by_wave))


async def find_applications(
    services: Services, names: Sequence[str]
) -> tuple[list[Application], tuple[str, ...]]:
    """The applications as Argo CD lists them, and those it does not list."""
    known = services.applications.applications
    if any(name not in known for name in names):
        known = {app.name: app for app in await services.argocd.list_applications()}
    return (
        [known[name] for name in names if name in known],
        tuple(name for name in names if name not in known),
    )


def _is_guarded(services: Services, environment: str) -> bool:
    return bool(environment) and services.catalog.environment(environment).needs_approval
