"""`/shipmate whoami` and `/shipmate login`: who the bot takes you for, and a token to say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot import tokens
from bot.access import Door, Need, explained, rights
from bot.command import Command, Context, Reply
from bot.deployments.permissions import needs_of_change
from bot.views import me

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words


class Nothing(BaseModel):
    """No arguments."""

    model_config = ConfigDict(frozen=True)


def parse(words: Words, catalog: Catalog) -> Nothing:
    """No words. Raises UsageError for any."""
    del catalog
    words.at_most(0)
    return Nothing()


def needs(arguments: Nothing, catalog: Catalog) -> tuple[Need, ...]:
    """Everybody whom the bot answers at all."""
    del arguments, catalog
    return ()


async def run_whoami(arguments: Nothing, context: Context) -> Reply:
    """Every permission held, where, and as whose member."""
    del arguments
    services = context.services
    memberships = await services.membership.of(context.actor, context.channel)
    catalog = services.catalog
    held = rights(context.actor, memberships, catalog.scopes, catalog.access)
    groups = [name for name in catalog.groups if name in memberships.groups]
    asks = {
        need.scope: [other.scope for other in need.instead]
        for environment in catalog.environments
        for need in needs_of_change(environment.name, catalog)[:1]
        if explained(context.actor, memberships, need, catalog.access).instead
    }
    return Reply(me.whoami(context.actor, groups, catalog.scopes, held, memberships, asks=asks))


async def run_login(arguments: Nothing, context: Context) -> Reply:
    """A token that asks as this person, shown once and kept only as a digest."""
    del arguments
    services = context.services
    token, ends = await tokens.issue(services.store, services.clock, context.actor)
    return Reply(me.login(token, ends, services.own_url))


WHOAMI: Command[Nothing] = Command(
    name="whoami",
    summary="Who shipmate takes you for, and what you may do",
    usage="",
    parse=parse,
    needs=needs,
    run=run_whoami,
    speed="slow",
)

LOGIN: Command[Nothing] = Command(
    name="login",
    summary="A short-lived personal token for the command line",
    usage="",
    parse=parse,
    needs=needs,
    run=run_login,
    doors=frozenset({Door.SLACK}),
)
