"""`/rollback`: put an environment, or one application of it, back to what ran well before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import SHARED, Need, Permission
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
from bot.errors import Conflict, NotAllowed, NotKnown, UsageError
from bot.filled import Filled
from bot.grammar import Words, join
from bot.views import replies
from bot.views import rollback as views
from commands.places import check_place_first, place_first
from commands.rollback_argo import run_by_argo
from commands.rollback_dry_run import run_dry

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.views.message import Modal


class RollbackArguments(BaseModel):
    """What `/rollback` was asked. `application` is "" for all of the environment; `target` is ""
    for the choice, or with `yes` for the last good one; `seen` is the newest deployment that the
    person saw.
    """

    model_config = ConfigDict(frozen=True)

    named: str
    environment: str  # "" for a shared application
    application: str = ""
    target: str = ""
    reason: str = ""
    dry_run: bool = False
    yes: bool = False
    confirmed: str = ""
    seen: str = ""
    by_argo: bool = False
    override_checks: bool = False


def parse(words: Words, catalog: Catalog) -> RollbackArguments:
    """The words as arguments. Raises UsageError, NotKnown, and NotAllowed for what is protected."""
    words = place_first(words, catalog)
    check_place_first(words, catalog, "/rollback")
    named = words.take(0, "environment or application", field="environment")
    words.at_most(2)
    environment, application, by_argo = _scope(named, catalog)
    arguments = RollbackArguments(
        named=application or environment,
        environment=environment,
        application=application,
        target=words.at(1),
        reason=words.value("reason"),
        dry_run=words.flag("dry-run"),
        yes=words.flag("yes"),
        confirmed=words.value("confirm"),
        seen=words.value("after"),
        by_argo=by_argo,
        override_checks=words.flag("override-checks"),
    )
    if arguments.override_checks and not arguments.reason.strip():
        raise UsageError('--override-checks needs a --reason "…": it is recorded.', field="reason")
    what, meant = ("application", application) if by_argo else ("environment", environment)
    if arguments.confirmed not in ("", meant):
        raise UsageError(f"That is not the {what}'s name; type {meant} to go on.", field="confirm")
    if by_argo and arguments.dry_run:
        raise UsageError("Argo CD's own rollback has no dry run here.", field="target")
    return arguments


def _scope(named: str, catalog: Catalog) -> tuple[str, str, bool]:
    """The environment that a word means, the application ("" for all of them), and whether Argo
    CD itself goes back.
    """
    try:
        environment = catalog.environment(named)
    except NotKnown as unknown:
        known = [each.name for each in catalog.applications]
        if named not in known:
            raise NotKnown(
                f"There is no environment or application “{named[:60]}”.",
                near=unknown.near or (),
                field="environment",
            ) from None
        return _application(named, catalog)
    if environment.rollback == "git":
        return environment.name, "", False
    if len(environment.applications) > 1:
        raise UsageError(
            f"{environment.name} is rolled back by Argo CD, one application at a time: "
            f"{', '.join(environment.applications)}.",
            field="environment",
        )
    return _application(environment.applications[0], catalog)


def _application(named: str, catalog: Catalog) -> tuple[str, str, bool]:
    app = catalog.application(named)
    if app.protected:
        raise NotAllowed(
            f"{named} is protected: rollback is refused from chat.",
            hint="Use Argo CD itself, with a second pair of eyes.",
        )
    if app.rollback == "argo":
        return app.environment, named, True
    images = catalog.images_of(app.environment) if app.environment else ()
    if not any(image.application_in(app.environment) == named for image in images):
        raise Conflict(
            f"{named} carries no image tag of any environment: no commit of ours can roll it back.",
            hint=f"Revert in Git and `/sync {named}`, or let the catalog say `rollback: argo`.",
        )
    return app.environment, named, False


def needs(arguments: RollbackArguments, catalog: Catalog) -> tuple[Need, ...]:
    """A dry run only looks."""
    del catalog
    scope = arguments.environment or SHARED
    if arguments.dry_run:
        return (Need(permission=Permission.VIEW, scope=scope),)
    more = (Permission.OVERRIDE,) if arguments.override_checks else ()
    return tuple(Need(permission=each, scope=scope) for each in (Permission.ROLLBACK, *more))


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


def is_final(arguments: RollbackArguments) -> bool:
    """Whether nothing more is asked, so that it is worth asking Git how it stands now."""
    return arguments.yes or arguments.dry_run


def _late(arguments: RollbackArguments, here: Standpoint, context: Context) -> Reply | None:
    """What a click says on a card that is not the newest of its scope any more."""
    if arguments.seen in ("", here.newest):
        return None
    newest = context.services.ledger.get(here.newest)
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
    modal = views.confirm(here, choice, _running(request, context), _line(arguments, choice, here))
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


def _line(arguments: RollbackArguments, choice: Choice, here: Standpoint) -> str:
    """The command line that the confirming form stands for."""
    line = join([arguments.named, choice.key])
    if arguments.reason:
        line += f" --reason {join([arguments.reason])}"
    override = " --override-checks" * arguments.override_checks
    after = f" --after {here.newest}" if here.newest else ""
    return f"{line}{override}{after} --yes"


async def _modal(context: Context) -> Modal:
    return views.choose_environment([each.name for each in context.services.catalog.environments])


def _words(filled: Filled) -> str:
    """The submitted form as its command line; the later forms carry theirs with them."""
    line = filled.text("line") or filled.words("environment")
    return f"{line} {filled.words('target')}".strip() + filled.options("reason", "confirm")


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
        Option("after", "Only while this deployment is the newest there", value="id", listed=False),
    ),
    examples=("production", "production --yes", "staging sha-abc1234", "link-frontend --dry-run"),
    parse=parse,
    needs=needs,
    run=run,
    slow_when=is_final,
    form=Form(_modal, _words),
)
