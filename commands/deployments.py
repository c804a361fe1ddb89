"""`/shipmate deployments` and `/shipmate show`: what was deployed, and how it went."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Door, Need, Permission
from bot.command import Command, Context, Option, Reply
from bot.deployments.rollbacks.undone import taken_back_by
from bot.notifications.card_facts import facts_of
from bot.notifications.owed import card_key
from bot.views import history
from bot.views.message import Modal
from commands.looking import check_may_look, looked_into, scope_of

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.deployments.deployment import Deployment
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


def needs_of_list(arguments: ListArguments, catalog: Catalog) -> tuple[Need, ...]:
    """To look into the environment asked for; of all of them those are listed that one may see."""
    del catalog
    named = arguments.environment
    return (Need(permission=Permission.VIEW, scope=named),) if named else ()


def needs_of_show(arguments: ShowArguments, catalog: Catalog) -> tuple[Need, ...]:
    """Nothing beforehand: the deployment's environment decides, in `run_show`."""
    del arguments, catalog
    return ()


async def run_list(arguments: ListArguments, context: Context) -> Reply:
    """The newest deployments, newest first."""
    services = context.services
    every = await _seen(arguments, context)
    newest = every
    if arguments.unreviewed:
        newest = [each for each in every if each.ended and each.awaits_review][: arguments.limit]
    links = {each.id: services.outbox.card_link(card_key(each.id)) for each in newest}
    listing = history.unreviewed if arguments.unreviewed else history.listing
    taken_back = taken_back_by(every)  # a rollback is newer than what it takes back
    return Reply(listing(newest, arguments.environment, links, taken_back))


async def _seen(arguments: ListArguments, context: Context) -> list[Deployment]:
    """Those that are asked about and the person may look at, newest first: as many as are asked
    for, or all where some are picked out. Raises NotAllowed for whoever may look at none.
    """
    ledger, most = context.services.ledger, _EVER if arguments.unreviewed else arguments.limit
    if arguments.environment:
        return ledger.newest(arguments.environment, most)
    scopes = await looked_into(context)
    if not scopes:
        first = context.services.catalog.environments[0].name
        need = Need(permission=Permission.VIEW, scope=first)
        await context.services.membership.authorise(context.actor, [need], context.channel)
    seen = (each for each in ledger.newest(limit=_EVER) if scope_of(each) in scopes)
    return list(islice(seen, most))


async def run_show(arguments: ShowArguments, context: Context) -> Reply:
    """Everything about one deployment."""
    services = context.services
    deployment = services.ledger.get(arguments.id)
    await check_may_look(deployment, context)
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
    needs=needs_of_list,
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
    needs=needs_of_show,
    run=run_show,
)
