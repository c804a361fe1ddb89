"""`/rollback <application>` where the catalog leaves it to Argo CD itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.catalog import CatalogApplication
from bot.command import Context, Reply
from bot.deployments.events import DeploymentRequested
from bot.deployments.gates.entry import check_open
from bot.deployments.permissions import needs_of
from bot.deployments.queueing import check_room
from bot.deployments.rollbacks.by_argo import check_owner, chosen, past_of, requested, whole
from bot.errors import UsageError
from bot.grammar import join
from bot.views import replies
from bot.views import rollback_argo as views

if TYPE_CHECKING:
    from commands.rollback_words import RollbackArguments


async def run_by_argo(arguments: RollbackArguments, context: Context) -> Reply:
    """Append the request; ask first to which entry of the history, and whether that is meant."""
    services, now = context.services, context.services.clock.now()
    entry = services.catalog.application(arguments.application)
    app = await whole(services, entry.name)
    past = past_of(services, app, entry, now)
    check_owner(services, app)
    if not arguments.target and not arguments.yes:
        modal = views.choose_entry(app, past, join([entry.name]), now)
        hint = "Nothing was changed. Name one of them by its id."
        return Reply(replies.asked_to_confirm(modal, hint), modal=modal)
    target = chosen(past, app, _history_id(arguments))
    request = requested(
        entry,
        target,
        context.actor,
        now,
        channel=_channel(entry, context),
        leaves=services.ledger.left_by([entry.name]),
        asked_last=services.ledger.asked_last([entry.name]),
        needs_approval=_needs_approval(entry, context),
        reason=arguments.reason,
    )
    await services.membership.authorise(
        context.actor, needs_of(request, services.catalog), context.channel
    )
    if not arguments.yes or (target.unknown and not arguments.confirmed):
        line = join([entry.name, str(target.entry.id)])
        if arguments.reason:
            line += f" --reason {join([arguments.reason])}"
        modal = views.confirm(app, target, f"{line} --yes", now)
        more = f"--yes --confirm {entry.name}" if target.unknown else "--yes"
        hint = f"Nothing was changed. To go on, add `{more}`."
        return Reply(replies.asked_to_confirm(modal, hint), modal=modal)
    return await _ask(request, context)


async def _ask(request: DeploymentRequested, context: Context) -> Reply:
    services = context.services
    if not request.goes_back_at_once:
        check_room(services, context.actor.subject)
    check_open(services, request)
    deployment = await services.ledger.request(request)
    return Reply(views.going_back(deployment.request), follow=deployment.id)


def _history_id(arguments: RollbackArguments) -> int:
    word = arguments.target
    if word.isascii() and word.isdigit() and len(word) < 12:
        return int(word)
    raise UsageError(
        f"{arguments.application} is rolled back by Argo CD, to an entry of its history: a number.",
        hint=f"`/shipmate app history {arguments.application}` shows them.",
        field="target",
    )


def _channel(entry: CatalogApplication, context: Context) -> str:
    catalog = context.services.catalog
    name = entry.environment
    return catalog.environment(name).channel if name else catalog.default_channel


def _needs_approval(entry: CatalogApplication, context: Context) -> bool:
    name = entry.environment
    return bool(name) and context.services.catalog.environment(name).needs_approval
