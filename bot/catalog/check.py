"""What pydantic cannot see in a catalog: names that must exist, and names used twice (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.access import SHARED, Permission
from bot.catalog.entries import Environment
from bot.catalog.model import ALL, Catalog
from bot.catalog.words import EVERYWHERE
from bot.grammar import nearest

Path = tuple[str | int, ...]
_BRACES = re.compile(r"{[^}]*}?")
_OF_MANY = ("group:", "team:", "members")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where in the file, and what was expected."""

    path: Path
    expected: str


def problems(catalog: Catalog) -> Iterator[Problem]:
    """Everything that is wrong with a catalog whose parts are well-formed, in file order."""
    yield from _environments(catalog)
    yield from _categories(catalog)
    yield from _images(catalog)
    yield from _access(catalog)


def _environments(catalog: Catalog) -> Iterator[Problem]:
    known = [entry.name for category in catalog.categories for entry in category.applications]
    words: list[tuple[Path, str]] = []
    owned: list[tuple[Path, str]] = []
    for index, environment in enumerate(catalog.environments):
        here: Path = ("environments", index)
        words.append(((*here, "name"), environment.name))
        yield from _promotion(catalog, environment, here)
        yield from _quorum(catalog, environment, here)
        words += [((*here, "aliases", at), alias) for at, alias in enumerate(environment.aliases)]
        for at, application in enumerate(environment.applications):
            path = (*here, "applications", at)
            owned.append((path, application))
            if application not in known:
                yield _unknown(path, "an application of a category", application, known)
        if environment.on_failure == "rollback" and not _may_go_back(catalog, environment.name):
            expected = f"a grant of `rollback` in {environment.name} to `schedule`, under `access`"
            yield Problem((*here, "on_failure"), expected)
    yield from _twice(words, "a name or alias that no other environment has")
    yield from _twice(owned, "an application that no other environment has")
    for path, word in words:
        if word in (SHARED, EVERYWHERE, ALL):
            yield Problem(path, f"another word: “{word}” has a meaning of its own")


def _promotion(catalog: Catalog, environment: Environment, here: Path) -> Iterator[Problem]:
    """Where its images come from is another environment, and in the end nowhere in a circle."""
    if environment.promotion is None:
        return
    path, source = (*here, "promotion", "from"), environment.promotion.source
    names = [each.name for each in catalog.environments]
    if source not in names:
        yield _unknown(path, "an environment", source, names)
    elif environment.name in catalog.leading_to(environment.name):
        yield Problem(path, f"an environment that does not come from {environment.name} itself")


def _quorum(catalog: Catalog, environment: Environment, here: Path) -> Iterator[Problem]:
    """Each of its subjects can be met by somebody who may approve there, as far as the file tells:
    who is in which group, Slack and GitHub know.
    """
    about = [g for g in catalog.access if g.covers(Permission.APPROVE, environment.name)]
    approvers = {subject for grant in about for subject in grant.to}
    people = {each for each in approvers if each.startswith("slack:")}
    many = any(each.startswith(_OF_MANY) for each in approvers)
    for at, entry in enumerate(environment.approval.quorum):
        if entry.of.startswith(_OF_MANY):
            could = entry.at_least if many else len(people)
        else:
            is_one = entry.of in people or (many and entry.of.startswith("slack:"))
            could = int(is_one)
        if could < entry.at_least:
            expected = (
                f"somebody who may `approve` in {environment.name}: of {entry.of} there "
                f"{'is' if could == 1 else 'are'} at most {could}"
            )
            yield Problem((*here, "approval", "quorum", at), expected)


def _may_go_back(catalog: Catalog, environment: str) -> bool:
    """Whether the bot by itself may roll back there."""
    about = [each for each in catalog.access if each.covers(Permission.ROLLBACK, environment)]
    return any("schedule" in grant.to for grant in about)


def _categories(catalog: Catalog) -> Iterator[Problem]:
    words: list[tuple[Path, str]] = []
    for index, category in enumerate(catalog.categories):
        here: Path = ("categories", index)
        words.append(((*here, "name"), category.name))
        words += [
            ((*here, "applications", at, "name"), entry.name)
            for at, entry in enumerate(category.applications)
        ]
    yield from _twice(words, "a name that no other category or application has")
    for path, word in words:
        if word == ALL:
            yield Problem(path, f"another word: “{ALL}” means every application")


def _images(catalog: Catalog) -> Iterator[Problem]:
    names = [environment.name for environment in catalog.environments]
    owner = {app.name: app.environment for app in catalog.applications}
    services = catalog.images.services
    words: list[tuple[Path, str]] = []
    for index, entry in enumerate(services):
        here: Path = ("images", "services", index)
        words.append(((*here, "service"), entry.service))
        for field, named in (("application_in", entry.application_in), ("file_in", entry.file_in)):
            for environment in named:
                if environment not in names:
                    yield _unknown(
                        (*here, field, environment), "an environment", environment, names
                    )
        for environment, application in entry.application_in.items():
            if environment in names and owner.get(application) != environment:
                yield Problem(
                    (*here, "application_in", environment), f"an application of {environment}"
                )
    yield from _twice(words, "a service that is not listed yet")
    yield from _placeholders(catalog)
    for environment in names:
        carriers = {
            image.application_in(environment)
            for image in catalog.images_of(environment)
            if environment not in _overrides(catalog, image.service)
        }
        for application in sorted(carriers):
            if owner.get(application) != environment:
                yield Problem(
                    ("images", "application"),
                    f"applications that exist: {environment} has no “{application}”",
                )


def _placeholders(catalog: Catalog) -> Iterator[Problem]:
    for unknown in sorted(set(_BRACES.findall(catalog.images.file)) - {"{environment}"}):
        yield Problem(
            ("images", "file"),
            f"no words in braces but {{environment}}, found {unknown}; `file_in` of a service "
            "names files of its own",
        )


def _overrides(catalog: Catalog, service: str) -> Iterable[str]:
    return next(
        entry.application_in for entry in catalog.images.services if entry.service == service
    )


def _access(catalog: Catalog) -> Iterator[Problem]:
    scopes = [environment.name for environment in catalog.environments] + [SHARED, EVERYWHERE]
    for index, grant in enumerate(catalog.granted):
        for at, scope in enumerate(grant.scopes):
            if scope not in scopes:
                expected = "an environment, shared or everywhere"
                yield _unknown(("access", index, "in", at), expected, scope, scopes)
    logins: list[tuple[Path, str]] = [
        (("github_logins", user_id), login.lower())
        for user_id, login in catalog.github_logins.items()
    ]
    yield from _twice(logins, "a GitHub login that nobody else has")


def _twice(words: list[tuple[Path, str]], expected: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, word in words:
        if word in seen:
            yield Problem(path, f"{expected}; “{word}” is used twice")
        seen.add(word)


def _unknown(path: Path, expected: str, word: str, known: Iterable[str]) -> Problem:
    near = nearest(word, known)
    meant = f" (did you mean {near[0]}?)" if near else ""
    return Problem(path, f"{expected}; there is no “{word}”{meant}")
