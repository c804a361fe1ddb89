"""`/shipmate deployments` and `/shipmate show`: what was deployed, and how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Door, Need, Permission
from bot.command import Command, Context, Option, Reply
from bot.deployments.rollbacks.undone import taken_back_by
from bot.notifications.card_facts import facts_of
from bot.notifications.owed import card_key
from bot.views import history
from bot.views.message import Modal

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words

_MOST = 50
_EVER = 1_000_000


class ListArguments(BaseModel):
    """Which environment ("" for all), how many, and whether only what an approver must look at."""

    model_config = ConfigDict(frozen=True)

    environment: str = ""
    limit: int = 10
    unreviewed: bool = False


class ShowArguments(BaseModel):
    """Which deployment; `window` opens it in Slack as one, where long lists have room, and
    `follow` shows a shell what happens to it, to its end.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    follow: bool = False
    window: bool = False


def parse_list(words: Words, catalog: Catalog) -> ListArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    words.at_most(1)
    named = words.at(0)
    return ListArguments(
        environment=catalog.environment(named).name if named else "",
        limit=words.number("limit", 10, least=1, most=_MOST),
        unreviewed=words.flag("unreviewed"),
    )


def parse_show(words: Words, catalog: Catalog) -> ShowArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    key = words.take(0, "id", hint="`/shipmate deployments` lists them.")
    words.at_most(1)
    return ShowArguments(id=key, follow=words.flag("follow"), window=words.flag("window"))


def needs_view(arguments: ListArguments | ShowArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look, in the environment asked for or anywhere."""
    scope = getattr(arguments, "environment", "") or catalog.environments[0].name
    return (Need(permission=Permission.VIEW, scope=scope),)


async def run_list(arguments: ListArguments, context: Context) -> Reply:
    """The newest deployments, newest first."""
    services = context.services
    if arguments.unreviewed:
        every = services.ledger.newest(arguments.environment, _EVER)
        newest = [each for each in every if each.ended and each.awaits_review][: arguments.limit]
    else:
        every = newest = services.ledger.newest(arguments.environment, arguments.limit)
    links = {each.id: services.outbox.card_link(card_key(each.id)) for each in newest}
    listing = history.unreviewed if arguments.unreviewed else history.listing
    taken_back = taken_back_by(every)  # a rollback is newer than what it takes back
    return Reply(listing(newest, arguments.environment, links, taken_back))


async def run_show(arguments: ShowArguments, context: Context) -> Reply:
    """Everything about one deployment."""
    services = context.services
    deployment = services.ledger.get(arguments.id)
    link = services.outbox.card_link(card_key(deployment.id))
    message = history.details(deployment, facts_of(services, deployment), link)
    if arguments.window and context.actor.door is Door.SLACK:
        return Reply(message, modal=Modal("Details", "", message.blocks))
    return Reply(message, follow=deployment.id if arguments.follow else "")


DEPLOYMENTS: Command[ListArguments] = Command(
    name="deployments",
    summary="The newest deployments",
    usage="[environment] [--limit n] [--unreviewed]",
    options=(
        Option("limit", f"How many, at most {_MOST}", value="n"),
        Option("unreviewed", "Rollbacks and break-glass that no approver has looked at yet"),
    ),
    examples=("", "staging --limit 20"),
    parse=parse_list,
    needs=needs_view,
    run=run_list,
)

SHOW: Command[ShowArguments] = Command(
    name="show",
    summary="Everything about one deployment",
    usage="<id> [--follow]",
    options=(
        Option("follow", "In a shell, watch it to its end"),
        Option("window", "In Slack, open it as a window", listed=False),
    ),
    examples=("d4k2m9q",),
    parse=parse_show,
    needs=needs_view,
    run=run_show,
)
