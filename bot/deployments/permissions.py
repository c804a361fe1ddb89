"""Which permissions a deployment needs, whatever door it came by (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.access import SHARED, Need, Permission
from bot.catalog import Catalog
from bot.deployments.events import DeploymentRequested


def needs_of(request: DeploymentRequested, catalog: Catalog) -> tuple[Need, ...]:
    """`deploy` in the environment, or for a sync what its applications need."""
    if request.kind == "sync":
        return needs_of_sync(request.applications, catalog)
    return needs_of_change(
        request.environment,
        catalog,
        override=request.override_checks,
        break_glass=request.break_glass,
    )


def needs_of_change(
    environment: str, catalog: Catalog, *, override: bool = False, break_glass: bool = False
) -> tuple[Need, ...]:
    """What setting images of an environment needs, and passing gates of it that are shut."""
    del catalog
    rights = {Permission.DEPLOY: True, Permission.OVERRIDE: override}
    rights[Permission.BREAK_GLASS] = break_glass
    return tuple(Need(permission=p, scope=environment) for p, asked in rights.items() if asked)


def needs_of_sync(applications: Iterable[str], catalog: Catalog) -> tuple[Need, ...]:
    """`sync` in each environment touched, `operate` for shared applications."""
    scopes = dict.fromkeys(catalog.scope_of(name) for name in applications)
    return tuple(
        Need(permission=Permission.OPERATE if scope == SHARED else Permission.SYNC, scope=scope)
        for scope in scopes
    )
