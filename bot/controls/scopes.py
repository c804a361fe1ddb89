"""Which scopes a word means, where they are announced, and which deployments they touch (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.access import SHARED
from bot.controls.state import EVERYWHERE
from bot.errors import NotKnown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.catalog import Catalog


def scope_named(word: str, catalog: Catalog, *, everywhere: bool = False) -> str:
    """The environment of that name or alias, `shared`, or, where allowed, `all`.

    Raises NotKnown with the nearest names.
    """
    extra = (SHARED, EVERYWHERE) if everywhere else (SHARED,)
    if word.casefold() in extra:
        return word.casefold()
    try:
        return catalog.environment(word).name
    except NotKnown as error:
        hint = f"Or {' or '.join(f'“{each}”' for each in extra)}."
        raise NotKnown(error.message, near=error.near, hint=hint, field="environment") from None


def is_known(scope: str, catalog: Catalog) -> bool:
    """Whether the catalog has it, still."""
    return scope in (SHARED, EVERYWHERE, *(each.name for each in catalog.environments))


def scopes_of(scope: str, catalog: Catalog) -> tuple[str, ...]:
    """The scopes in which permissions are held, that this one covers."""
    if scope == EVERYWHERE:
        return (*(each.name for each in catalog.environments), SHARED)
    return (scope,)


def channels_of(scope: str, catalog: Catalog) -> tuple[str, ...]:
    """Where people look who care about the scope."""
    return tuple(
        dict.fromkeys(
            catalog.default_channel if each == SHARED else catalog.environment(each).channel
            for each in scopes_of(scope, catalog)
        )
    )


def applications_of(scope: str, catalog: Catalog) -> tuple[str, ...]:
    """The applications over which the scope lies."""
    covered = scopes_of(scope, catalog)
    return tuple(app.name for app in catalog.applications if app.scope in covered)


def touches(scope: str, applications: Iterable[str], catalog: Catalog) -> bool:
    """Whether the scope lies over any of the applications."""
    covered = scopes_of(scope, catalog)
    return any(catalog.scope_of(name) in covered for name in applications)
