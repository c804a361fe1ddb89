"""`/deploy`: set the image tags of an environment, and watch it become Healthy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Need, Permission
from bot.command import Command, Context, Form, Option, Reply
from bot.deployments.events import DeploymentRequested
from bot.deployments.gates.entry import check_open
from bot.deployments.gates.findings import TagNotTaken
from bot.deployments.gates.gate import Gate, GateName
from bot.deployments.ledger import deployment_id
from bot.deployments.permissions import needs_of_change
from bot.deployments.planning import plan_deploy
from bot.deployments.queueing import check_room
from bot.deployments.releases.builds import StillBuilding, find_build
from bot.deployments.rollbacks.taken_back import asked_back
from bot.deployments.superseding import ask_once
from bot.errors import Conflict, UsageError
from bot.filled import Filled
from bot.grammar import Words, join, nearest
from bot.notifications.owed import card_key
from bot.views import asked_already as views
from bot.views import forms, replies
from bot.views.message import Modal
from bot.views.plan import dry_run
from commands.dry_run_facts import edited, facts_of
from commands.places import check_place_first, is_environment, place_first

if TYPE_CHECKING:
    from bot.catalog import Catalog, Environment


class DeployArguments(BaseModel):
    """What `/deploy` was asked. `tag` "" is the newest green build, `services` () all of them."""

    model_config = ConfigDict(frozen=True)

    environment: str
    tag: str = ""
    services: tuple[str, ...] = ()
    reason: str = ""
    dry_run: bool = False
    when_green: int = 0
    override_checks: bool = False
    break_glass: bool = False


def parse(words: Words, catalog: Catalog) -> DeployArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    words = place_first(words, catalog)
    check_place_first(words, catalog, "/deploy")
    _check_not_a_service(words, catalog)
    environment = catalog.environment(words.take(0, "environment"))
    tag, named = "", words.positional[1:]
    if named and not catalog.has_service(named[0]):
        tag, named = named[0], named[1:]
        _check_tag(catalog, environment, tag)
    services = tuple(dict.fromkeys(catalog.service(word).service for word in named))
    arguments = DeployArguments(
        environment=environment.name,
        tag=tag,
        services=services,
        reason=words.value("reason"),
        dry_run=words.flag("dry-run"),
        when_green=words.number("when-green", 0, least=1, most=10**11),
        override_checks=words.flag("override-checks"),
        break_glass=words.flag("break-glass"),
    )
    _check_reason(arguments)
    _check_one_build(arguments)
    if not (tag or arguments.dry_run or environment.takes_builds):
        rule = environment.promotion
        way = f"{rule.source} {environment.name}" if rule else ""
        hint = f"`/promote {way}` ships what {rule.source} runs." if rule else ""
        raise UsageError(
            f"{environment.name} takes {_forms(environment)}, so the tag must be named.",
            hint=hint,
            field="tag",
        )
    return arguments


def _check_not_a_service(words: Words, catalog: Catalog) -> None:
    if catalog.has_service(words.at(0)):
        names = [each.name for each in catalog.environments if each.takes_builds]
        lines = " or ".join(f"`/deploy {join([name, *words.positional])}`" for name in names)
        raise UsageError("The environment is missing.", hint=lines, field="environment")


def _check_one_build(arguments: DeployArguments) -> None:
    if arguments.tag and arguments.when_green:
        raise UsageError(
            f"--when-green waits for run {arguments.when_green} and deploys what it builds: ask for "
            "that without the tag, or for the tag without --when-green.",
            field="when-green",
        )


def _check_reason(arguments: DeployArguments) -> None:
    """What passes a gate that is shut says why, for whoever reads the record."""
    flags = {"--override-checks": arguments.override_checks, "--break-glass": arguments.break_glass}
    for flag, is_set in flags.items():
        if is_set and not arguments.reason.strip():
            raise UsageError(f'{flag} needs a --reason "…": it is recorded.', field="reason")


def _check_tag(catalog: Catalog, environment: Environment, tag: str) -> None:
    try:
        catalog.check_tag(environment.name, tag)
    except UsageError as error:
        near = nearest(tag, [image.service for image in catalog.services])
        if near:
            error.hint = f"Did you mean the service {near[0]}?"
        if is_environment(tag, catalog):
            error.hint = "One environment at a time: each is a deployment of its own."
        raise


def needs(arguments: DeployArguments, catalog: Catalog) -> tuple[Need, ...]:
    """A dry run only looks."""
    if arguments.dry_run:
        return (Need(permission=Permission.VIEW, scope=arguments.environment),)
    return needs_of_change(
        arguments.environment,
        catalog,
        override=arguments.override_checks,
        break_glass=arguments.break_glass,
    )


async def run(arguments: DeployArguments, context: Context) -> Reply:
    """Append the request; everything else is the deployment's own steps."""
    if arguments.dry_run:
        return await _dry_run(arguments, context)
    services = context.services
    check_room(services, context.actor.subject)
    environment = services.catalog.environment(arguments.environment)
    requested = _requested(arguments, context, environment)
    check_open(services, requested)
    is_new = True
    if requested.needs_approval:
        deployment, is_new = await ask_once(services, requested)
    else:
        deployment = await services.ledger.request(requested)
    if not is_new:
        url = services.outbox.card_link(card_key(deployment.id))
        return Reply(views.asked_already(deployment, url), follow=deployment.id)
    rollbacks = services.ledger.rollbacks(environment.name)
    back = asked_back(rollbacks, deployment.request, services.clock.now())
    return Reply(replies.deployment_requested(deployment.request, back=back), follow=deployment.id)


def _requested(
    arguments: DeployArguments, context: Context, environment: Environment
) -> DeploymentRequested:
    catalog = context.services.catalog
    applications = environment.applications
    if arguments.services:
        images = [catalog.service(name) for name in arguments.services]
        carrying = {image.application_in(environment.name) for image in images}
        applications = tuple(name for name in applications if name in carrying)
    return DeploymentRequested(
        at=context.services.clock.now(),
        id=deployment_id(context.request_key),
        kind="deploy",
        actor=context.actor,
        environment=environment.name,
        applications=applications,
        channel=environment.channel,
        tag=arguments.tag,
        services=arguments.services,
        reason=arguments.reason,
        when_green=arguments.when_green,
        needs_approval=environment.needs_approval and not arguments.break_glass,
        override_checks=arguments.override_checks,
        break_glass=arguments.break_glass,
    )


async def _dry_run(arguments: DeployArguments, context: Context) -> Reply:
    services = context.services
    environment = services.catalog.environment(arguments.environment)
    requested = _requested(arguments, context, environment)
    try:
        found = await find_build(services, requested, environment, services.clock.now())
    except StillBuilding:
        raise Conflict(
            f"Run {requested.when_green} is still building: what it would deploy is not there yet.",
            hint="Without --dry-run it is waited for, and deployed.",
        ) from None
    known = await facts_of(requested, context)
    planned = await plan_deploy(services, environment, found.build, arguments.services, known=known)
    closed = planned.closed
    if not (arguments.tag or environment.takes_builds):
        closed = (_untagged(environment, found.build.tag), *closed)
    return Reply(dry_run(requested, found, planned.plan, closed, planned.files, edited(planned)))


def _untagged(environment: Environment, newest: str) -> Gate:
    """What stands in the way of a newest build where tags have another form than builds do."""
    rule = environment.promotion
    source = rule.source if rule else ""
    found = TagNotTaken(environment.name, newest, _forms(environment), source)
    return Gate(GateName.TAG, found)


def _forms(environment: Environment) -> str:
    return " or ".join(form.words for form in environment.tag_formats)


async def _modal(context: Context) -> Modal:
    return forms.deploy(context.services.catalog)


def _words(filled: Filled) -> str:
    """The submitted form as the command line it stands for."""
    line = filled.words("environment", "tag", "services") + filled.options("reason")
    return line + (" --dry-run" if filled.has("dry_run") else "")


DEPLOY: Command[DeployArguments] = Command(
    name="deploy",
    summary="Deploy a build and watch it become Healthy; production asks for approval",
    usage='<environment> [tag] [service…] [--reason "…"] [--when-green run] [--dry-run] '
    "[--override-checks] [--break-glass]",
    options=(
        Option("reason", "Why, for the card and the commit", value="text"),
        Option("dry-run", "Show what would change, and change nothing"),
        Option("when-green", "Wait for this workflow run, then deploy it", value="run"),
        Option(
            "override-checks", "Go on although CI, the order or the soak says no; needs a reason"
        ),
        Option("break-glass", "Without approval, now; reviewed afterwards; needs a reason"),
    ),
    examples=("staging", "staging sha-abc1234", "dev latest user-svc", "staging --dry-run"),
    parse=parse,
    needs=needs,
    run=run,
    slow_when=lambda arguments: arguments.dry_run,
    slash=True,
    form=Form(_modal, _words),
)
