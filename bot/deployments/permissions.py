"""Which permissions a deployment needs, whatever door it came by (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.access import SHARED, Need, Permission
from bot.catalog import Catalog
from bot.deployments.events import DeploymentRequested


def needs_of(request: DeploymentRequested, catalog: Catalog) -> tuple[Need, ...]:
    """`deploy` in the environment, or for a sync what its applications need."""
    if request.kind == "deploy":
        return (Need(permission=Permission.DEPLOY, scope=request.environment),)
    return needs_of_sync(request.applications, catalog)


def needs_of_sync(applications: Iterable[str], catalog: Catalog) -> tuple[Need, ...]:
    """`sync` in each environment touched, `operate` for shared applications."""
    scopes = dict.fromkeys(catalog.scope_of(name) for name in applications)
    return tuple(
        Need(permission=Permission.OPERATE if scope == SHARED else Permission.SYNC, scope=scope)
        for scope in scopes
    )
