"""`/where`: what runs where now, what is behind, and which environments contain a commit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Need, Permission
from bot.command import Command, Context, Reply
from bot.errors import NotKnown
from bot.grammar import Words, nearest
from bot.views.where import where
from bot.whereabouts import look
from integrations.errors import NotFound, Rejected, UpstreamError

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.services import Services

_COMMIT = re.compile(r"(?:sha-|v[0-9.]{8,10}-)?([0-9a-f]{7,40})")
"""A commit, by itself or at the end of a tag."""


class WhereArguments(BaseModel):
    """At most one of the three is set."""

    model_config = ConfigDict(frozen=True)

    environment: str = ""
    service: str = ""
    commit: str = ""


def parse(words: Words, catalog: Catalog) -> WhereArguments:
    """The one word as what it names. Raises NotKnown with the nearest names of all kinds."""
    words.at_most(1)
    word = words.at(0)
    if not word:
        return WhereArguments()
    services = tuple(image.service for image in catalog.images_of(catalog.environments[0].name))
    if word in services:
        return WhereArguments(service=word)
    environments = {
        name: each.name for each in catalog.environments for name in (each.name, *each.aliases)
    }
    if word.casefold() in environments:
        return WhereArguments(environment=environments[word.casefold()])
    commit = _COMMIT.fullmatch(word.casefold())
    if commit:
        return WhereArguments(commit=commit.group(1))
    is_application = any(each.name == word for each in catalog.applications)
    raise NotKnown(
        f"“{word[:60]}” is no environment, no service and no commit.",
        near=nearest(word, (*environments, *services)),
        hint=f"`/shipmate app get {word}` shows the application." if is_application else "",
    )


def needs(arguments: WhereArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look, in every environment that is shown."""
    shown = (arguments.environment,) if arguments.environment else _names(catalog)
    return tuple(Need(permission=Permission.VIEW, scope=scope) for scope in shown)


def _names(catalog: Catalog) -> tuple[str, ...]:
    return tuple(each.name for each in catalog.environments)


async def run(arguments: WhereArguments, context: Context) -> Reply:
    """Look everywhere, and say it."""
    services = context.services
    chosen = [
        each for each in services.catalog.environments if arguments.environment in ("", each.name)
    ]
    if arguments.commit:
        await _must_exist(arguments.commit, services)
    places = await look(
        services,
        chosen,
        service=arguments.service,
        commit=arguments.commit,
        actor=None if arguments.commit else context.actor,
    )
    message = where(places, services.argocd_url, service=arguments.service, commit=arguments.commit)
    return Reply(message)


async def _must_exist(commit: str, services: Services) -> None:
    """Raise NotKnown for a commit that GitHub does not know. Where GitHub is away, all may be."""
    if services.github is None:
        return
    try:
        await services.github.commit(commit)
    except (NotFound, Rejected) as error:  # 422 is GitHub's own answer to an unknown sha
        raise NotKnown(f"{services.github.name} has no commit {commit}.") from error
    except UpstreamError:
        return


WHERE: Command[WhereArguments] = Command(
    name="where",
    summary="What runs where now, and which environments contain a commit",
    usage="[environment | service | commit]",
    examples=("", "staging", "user-svc", "1a2b3c4"),
    parse=parse,
    needs=needs,
    run=run,
    speed="slow",
    slash=True,
)
