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
        source=request.source,
        override=request.override_checks,
        break_glass=request.break_glass,
    )


def needs_of_change(
    environment: str,
    catalog: Catalog,
    *,
    source: str = "",
    override: bool = False,
    break_glass: bool = False,
) -> tuple[Need, ...]:
    """What setting images of an environment needs, and passing gates of it that are shut.

    Where others approve what happens, it is as good to hold `deploy` in `source`, from which
    images are promoted, or in all environments through which they come: to ask is theirs, and
    the word is the approvers'.
    """
    here = catalog.environment(environment)
    leading = (source,) if source else catalog.leading_to(here.name)
    instead = leading if here.needs_approval else ()
    others = tuple(Need(permission=Permission.DEPLOY, scope=scope) for scope in instead)
    change = Need(permission=Permission.DEPLOY, scope=here.name, instead=others)
    rights = {Permission.OVERRIDE: override, Permission.BREAK_GLASS: break_glass}
    more = [Need(permission=right, scope=here.name) for right, used in rights.items() if used]
    return (change, *more)


def needs_of_sync(applications: Iterable[str], catalog: Catalog) -> tuple[Need, ...]:
    """`sync` in each environment touched, `operate` for shared applications."""
    scopes = dict.fromkeys(catalog.scope_of(name) for name in applications)
    return tuple(
        Need(permission=Permission.OPERATE if scope == SHARED else Permission.SYNC, scope=scope)
        for scope in scopes
    )
