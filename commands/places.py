"""Where to and where from, as people say it: "to production", "from staging" (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.deployments.releases.promotion import default_way
from bot.errors import Conflict, NotKnown, UsageError
from bot.grammar import Words, brief, join, nearest

if TYPE_CHECKING:
    from bot.catalog import Catalog, Environment

_TO = frozenset({"to", "into", "on", "in", "->", "→"})
_FROM = frozenset({"from"})

Way = tuple["Environment", "Environment"]


def place_first(words: Words, catalog: Catalog) -> Words:
    """The words with the environment first that follows “to” or “in”, and without such words."""
    places: list[str] = []
    others: list[str] = []
    after = ""
    for word in words.positional:
        if word.casefold() in _TO:
            after = word
            continue
        there = places if after and is_environment(word, catalog) else others
        there.append(word)
        after = ""
    return Words((*places, *others), words.options)


def check_place_first(words: Words, catalog: Catalog, command: str) -> None:
    """Raise UsageError with the right line where the environment does not come first."""
    first, *rest = words.positional or ("",)
    if is_environment(first, catalog):
        return
    place = next((word for word in rest if is_environment(word, catalog)), "")
    if place:
        line = join([place, *(word for word in words.positional if word != place)])
        raise UsageError("The environment comes first.", hint=f"`{command} {line}`")


def way_of(named: Sequence[str], catalog: Catalog) -> tuple[Way, tuple[str, ...]]:
    """From where to where, and the services that are named. Raises UsageError and NotKnown."""
    source, target, rest = _said(named, catalog)
    services = {image.service for image in catalog.services}
    bare: list[Environment] = []
    while rest and rest[0] not in services and len(bare) < 2:
        bare.append(_environment(rest.pop(0), catalog, services))
    if source is None and (target or len(bare) == 2):
        source = bare.pop(0) if bare else None
    if target is None and source and bare:
        target = bare.pop(0)
    if bare and (source or target):
        raise UsageError(f"“{bare[0].name}” is one environment too many.")
    return _completed(source, target, bare, catalog), tuple(rest)


def is_environment(word: str, catalog: Catalog) -> bool:
    """Whether it names an environment."""
    try:
        catalog.environment(word)
    except NotKnown:
        return False
    return True


def _said(
    named: Sequence[str], catalog: Catalog
) -> tuple[Environment | None, Environment | None, list[str]]:
    """What follows “from” and “to”, and all other words."""
    found: dict[str, Environment] = {}
    rest: list[str] = []
    words = iter(named)
    for word in words:
        said = word.casefold()
        if said not in _TO | _FROM:
            rest.append(word)
            continue
        place = next(words, "")
        if not place:
            raise UsageError(f"The environment after “{said}” is missing.", field="environment")
        found["from" if said in _FROM else "to"] = catalog.environment(place)
    return found.get("from"), found.get("to"), rest


def _environment(word: str, catalog: Catalog, services: set[str]) -> Environment:
    try:
        return catalog.environment(word)
    except NotKnown:
        names = [each.name for each in catalog.environments]
        near = nearest(word, [*names, *services])
        raise NotKnown(
            f"There is no environment or service “{brief(word)}”.",
            near=near,
            hint="" if near else f"The environments are {', '.join(names)}.",
            field="environment",
        ) from None


def _completed(
    source: Environment | None,
    target: Environment | None,
    bare: list[Environment],
    catalog: Catalog,
) -> Way:
    """Both ends of the way, where one of them, or none, was said."""
    if source and target:
        return source, target
    if not (source or target or bare):
        way = default_way(catalog)
        if way is None:
            raise UsageError(
                "The catalog promotes nothing: it names no source for any environment."
            )
        return way
    every = [
        (catalog.environment(each.promotion.source), each)
        for each in catalog.environments
        if each.promotion
    ]
    ways = [
        (start, end)
        for start, end in every
        if source in (None, start)
        and target in (None, end)
        and (not bare or bare[0] in (start, end))
    ]
    if len(ways) == 1:
        return ways[0]
    place = source or target or bare[0]
    if not ways:
        raise Conflict(
            f"No way of the catalog leads {'from' if source else 'to'} {place.name}. "
            "Nothing was changed.",
            hint=f"Deploy there: `/deploy {place.name}`." if not source else "",
        )
    lines = " or ".join(f"`/promote {start.name} {end.name}`" for start, end in ways)
    raise UsageError(f"More than one way leads over {place.name}.", hint=f"Say which: {lines}.")
