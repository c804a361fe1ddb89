"""Which permissions a deployment needs, whatever door it came by (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.access import SHARED, Need, Permission
from bot.catalog import Catalog
from bot.deployments.events import DeploymentRequested


def needs_of(request: DeploymentRequested, catalog: Catalog) -> tuple[Need, ...]:
    """`deploy` in the environment, or for a sync what its applications need.

    A rollback needs `rollback`: to go at once, or to ask for an approval. One that does neither
    is a deployment like any other besides; going by a tag of an unknown image needs `override`.
    """
    if request.purpose == "rollback":
        return _needs_of_rollback(request, catalog)
    if request.kind == "sync":
        return needs_of_sync(request.applications, catalog)
    return needs_of_change(
        request.environment,
        catalog,
        source=request.source,
        override=request.override_checks,
        break_glass=request.break_glass,
    )


def _needs_of_rollback(request: DeploymentRequested, catalog: Catalog) -> tuple[Need, ...]:
    scopes = dict.fromkeys(catalog.scope_of(name) for name in request.applications)
    needs = [Need(permission=Permission.ROLLBACK, scope=scope) for scope in scopes]
    if SHARED in scopes:
        needs.append(Need(permission=Permission.OPERATE, scope=SHARED))
    elif not request.goes_back_at_once and not request.needs_approval:
        needs.append(Need(permission=Permission.DEPLOY, scope=request.environment))
    if request.override_checks:
        needs.append(Need(permission=Permission.OVERRIDE, scope=request.environment))
    return tuple(needs)


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
    instead: tuple[str, ...] = ()
    if here.needs_approval:
        instead = (source,) if source else catalog.leading_to(here.name)
    others = tuple([Need(permission=Permission.DEPLOY, scope=scope) for scope in instead])
    needs = [Need(permission=Permission.DEPLOY, scope=here.name, instead=others)]
    if override:
        needs.append(Need(permission=Permission.OVERRIDE, scope=here.name))
    if break_glass:
        needs.append(Need(permission=Permission.BREAK_GLASS, scope=here.name))
    return tuple(needs)


def needs_of_sync(applications: Iterable[str], catalog: Catalog) -> tuple[Need, ...]:
    """`sync` in each environment touched, `operate` for shared applications."""
    scopes = dict.fromkeys(catalog.scope_of(name) for name in applications)
    return tuple(
        Need(permission=Permission.OPERATE if scope == SHARED else Permission.SYNC, scope=scope)
        for scope in scopes
    )
