"""`/rollback`: put an environment, or one application of it, back to what ran well before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.command import Command, Context, Form, Option, Reply
from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentRequested
from bot.deployments.gates.entry import check_open
from bot.deployments.permissions import needs_of
from bot.deployments.queueing import check_room
from bot.deployments.rollbacks.choices import (
    Choice,
    Standpoint,
    choices,
    last_good,
    said_unsafe,
)
from bot.deployments.rollbacks.looking import (
    argo_choices,
    choose,
    requested,
    stand,
    under_way,
)
from bot.errors import Conflict
from bot.grammar import join
from bot.views import replies
from bot.views import rollback as views
from commands.rollback_argo import run_by_argo
from commands.rollback_dry_run import run_dry
from commands.rollback_words import RollbackArguments, is_final, line_of, needs, parse, words_of

if TYPE_CHECKING:
    from bot.views.message import Modal


async def run(arguments: RollbackArguments, context: Context) -> Reply:
    """Append the request; ask first to which state, and whether that is meant."""
    if arguments.by_argo:
        return await run_by_argo(arguments, context)
    services = context.services
    environment = services.catalog.environment(arguments.environment)
    final = is_final(arguments)
    here = await stand(services, environment, arguments.application, fresh=final)
    late = _late(arguments, here, context)
    if late is not None:
        return late
    now = services.clock.now()
    if not arguments.target and not final:
        known = choices(here, now)
        found = (*known, *await argo_choices(services, here, known))
        modal = views.choose_target(here, found, join([arguments.named]), now)
        hint = "Nothing was changed. Name one of them, or add --yes for the last good one."
        return Reply(replies.asked_to_confirm(modal, hint), modal=modal)
    wanted = arguments.target
    choice = await choose(services, here, wanted) if wanted else last_good(here, now)
    overrides = arguments.override_checks and choice.may_be_overridden
    if overrides:
        choice = replace(choice, why_not="")
    unsafe = said_unsafe(choice.undone)
    request = requested(here, choice, context.actor, now, reason=arguments.reason, unsafe=unsafe)
    request = request.model_copy(update={"override_checks": overrides})
    if arguments.dry_run:
        return await run_dry(request, context)
    await services.membership.authorise(
        context.actor, needs_of(request, services.catalog), context.channel
    )
    question = _question(arguments, here, choice, request, context)
    if question is not None:
        return question
    return await _ask(request, context)


async def _ask(request: DeploymentRequested, context: Context) -> Reply:
    services = context.services
    same = under_way(services, request)
    if same is not None:
        return Reply(views.under_way(same), follow=same.id)
    if not request.goes_back_at_once:
        check_room(services, context.actor.subject)
    check_open(services, request)
    deployment = await services.ledger.request(request)
    return Reply(views.going_back(deployment.request), follow=deployment.id)


def _late(arguments: RollbackArguments, here: Standpoint, context: Context) -> Reply | None:
    """What a click says on a card from which another deployment has gone on."""
    if not here.left or arguments.seen in ("", here.left):
        return None
    newest = context.services.ledger.get(here.left)
    if newest.is_rollback and not newest.ended:
        return Reply(views.under_way(newest), follow=newest.id)
    raise Conflict(
        f"A newer deployment than {arguments.seen} decides here: {newest.id}, "
        f"{newest.state.value}. Nothing was started.",
        hint=f"`/rollback {arguments.named}` shows what can be gone back to.",
    )


def _question(
    arguments: RollbackArguments,
    here: Standpoint,
    choice: Choice,
    request: DeploymentRequested,
    context: Context,
) -> Reply | None:
    """What must be confirmed first: by the environment's name where it is not safe."""
    name = here.environment.name
    unsafe = request.way_back is not None and bool(request.way_back.unsafe)
    if arguments.yes and (not unsafe or arguments.confirmed):
        return None
    modal = views.confirm(
        here, choice, _running(request, context), line_of(arguments, choice, here)
    )
    more = f"--yes --confirm {name}" if unsafe else "--yes"
    hint = f"Nothing was changed. To go on, add `{more}`."
    return Reply(replies.asked_to_confirm(modal, hint), modal=modal)


def _running(request: DeploymentRequested, context: Context) -> list[Deployment]:
    touched = set(request.applications)
    return [
        each
        for each in context.services.ledger.open()
        if each.started_at and touched & set(each.request.applications)
    ]


async def _modal(context: Context) -> Modal:
    return views.choose_environment([each.name for each in context.services.catalog.environments])


ROLLBACK: Command[RollbackArguments] = Command(
    name="rollback",
    summary="Put an environment back to what ran well before",
    usage='<environment | application> [deployment | tag | revision] [--reason "…"] [--dry-run] '
    "[--override-checks] [--yes]",
    options=(
        Option("reason", "Why, for the card and the commit", value="text"),
        Option("dry-run", "Show what would change, and change nothing"),
        Option("yes", "Go on without asking; without a target to the last good state"),
        Option("confirm", "Confirms what is not safe: the name of what goes back", value="name"),
        Option("override-checks", "Go at once by a tag of an unknown digest; needs a reason"),
        Option(
            "after", "Only while none has gone on from this deployment", value="id", listed=False
        ),
    ),
    examples=("production", "production --yes", "staging sha-abc1234", "link-frontend --dry-run"),
    parse=parse,
    needs=needs,
    run=run,
    slow_when=is_final,
    form=Form(_modal, words_of),
)
