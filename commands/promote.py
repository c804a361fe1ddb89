"""`/promote`: ship the images that one environment runs to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Need, Permission
from bot.command import Command, Context, Option, Reply
from bot.deployments.events import BuildFound, DeploymentRequested, WantedImage
from bot.deployments.gates.closed import Facts
from bot.deployments.gates.entry import check_open
from bot.deployments.gates.gate import Gate, GateName
from bot.deployments.gates.passing import still_closed
from bot.deployments.gates.refusal import GatesClosed
from bot.deployments.ledger import deployment_id
from bot.deployments.permissions import needs_of_change
from bot.deployments.planning import Planned, plan_deploy
from bot.deployments.queueing import check_room
from bot.deployments.releases.builds import find_build
from bot.deployments.releases.candidates import both_sides
from bot.deployments.releases.promotion import check_order, main_tag, shipped
from bot.deployments.releases.releasing import shipment_of
from bot.deployments.superseding import ask_once, covered_by
from bot.errors import Conflict, UsageError
from bot.grammar import Words, join
from bot.notifications.owed import card_key
from bot.views import asked_already as views
from bot.views.plan import dry_run
from bot.views.promoting import not_ready, promotion_requested
from commands.dry_run_facts import edited, facts_of
from commands.places import way_of

if TYPE_CHECKING:
    from bot.catalog import Catalog


class PromoteArguments(BaseModel):
    """What `/promote` was asked; `services` () is all of them."""

    model_config = ConfigDict(frozen=True)

    source: str
    target: str
    services: tuple[str, ...] = ()
    reason: str = ""
    when_ready: bool = False
    override_checks: bool = False
    dry_run: bool = False


def parse(words: Words, catalog: Catalog) -> PromoteArguments:
    """The words as arguments. Raises UsageError, NotKnown, and Conflict for a forbidden order."""
    (source, target), named = way_of(words.positional, catalog)
    check_order(catalog, source, target)
    arguments = PromoteArguments(
        source=source.name,
        target=target.name,
        services=tuple(dict.fromkeys(catalog.service(word).service for word in named)),
        reason=words.value("reason"),
        when_ready=words.flag("when-ready"),
        override_checks=words.flag("override-checks"),
        dry_run=words.flag("dry-run"),
    )
    if arguments.override_checks and not arguments.reason.strip():
        raise UsageError('--override-checks needs a --reason "…": it is recorded.', field="reason")
    return arguments


def needs(arguments: PromoteArguments, catalog: Catalog) -> tuple[Need, ...]:
    """A dry run only looks."""
    if arguments.dry_run:
        return (Need(permission=Permission.VIEW, scope=arguments.target),)
    return needs_of_change(
        arguments.target,
        catalog,
        source=arguments.source,
        override=arguments.override_checks,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that is not recorded yet, and what it would do now."""

    request: DeploymentRequested
    found: BuildFound
    planned: Planned


async def run(arguments: PromoteArguments, context: Context) -> Reply:
    """See what runs in the source, whether it may go on, and append the request."""
    services, now = context.services, context.services.clock.now()
    if not arguments.dry_run:
        check_room(services, context.actor.subject)
    asked = await _asked(arguments, context)
    plan, closed = asked.planned.plan, asked.planned.closed
    if arguments.dry_run:
        files, after = asked.planned.files, edited(asked.planned)
        return Reply(dry_run(asked.request, asked.found, plan, closed, files, after))
    check_open(services, asked.request)
    shut = [gate for gate in still_closed(closed, asked.request) if not gate.may_wait]
    soaking = [gate for gate in shut if gate.name is GateName.SOAK and gate.opens_at]
    others = [gate for gate in shut if gate not in soaking]
    if others:
        raise GatesClosed(shut, now, "Nothing was changed.")
    if soaking and not arguments.when_ready:
        return Reply(not_ready(soaking, now, _when_ready(arguments)), failed=True)
    request = asked.request.model_copy(update=_waiting(soaking))
    older = await covered_by(services, request, asked.found.build)
    deployment, is_new = await ask_once(services, request)
    if is_new:
        said = promotion_requested(deployment.request, views.takes_place_of(older))
    else:
        said = views.asked_already(deployment, services.outbox.card_link(card_key(deployment.id)))
    return Reply(said, follow=deployment.id)


def _waiting(soaking: list[Gate]) -> dict[str, object]:
    """What a request says that waits for the source, where there is something to wait for."""
    moments = [gate.opens_at for gate in soaking if gate.opens_at]
    return {"when_ready": bool(soaking), "ready_at": max(moments, default=None)}


async def _asked(arguments: PromoteArguments, context: Context) -> _Asked:
    """The request with the images that run now, their plan and its gates.

    Raises Conflict where something is in the way, and UpstreamError where a system is away.
    """
    services, now = context.services, context.services.clock.now()
    catalog = services.catalog
    source, target = (catalog.environment(name) for name in (arguments.source, arguments.target))
    if services.registry is None:
        raise Conflict(
            "No registry is configured, and without one nobody can tell which images run. "
            "Nothing was changed.",
            hint="Set REGISTRY_URL and REGISTRY_TOKEN, then look at `/shipmate doctor`.",
        )
    wanted = arguments.services
    images = [each for each in catalog.services if not wanted or each.service in wanted]
    candidates, present = await both_sides(services, services.registry, source, target, images)
    moving = shipped(source, target, candidates, present, now.date())
    request = _request(arguments, context, moving)
    found = await find_build(services, request, target, now)
    shipment = shipment_of(request)
    known = await facts_of(request, context) if arguments.dry_run else Facts()
    planned = await plan_deploy(
        services, target, found.build, request.services, shipment, known=known
    )
    return _Asked(request, found, planned)


def _request(
    arguments: PromoteArguments, context: Context, moving: tuple[WantedImage, ...]
) -> DeploymentRequested:
    catalog = context.services.catalog
    target = catalog.environment(arguments.target)
    names = tuple(image.service for image in moving)
    everything = len(names) == len(catalog.services)
    carrying = {catalog.service(name).application_in(target.name) for name in names}
    return DeploymentRequested(
        at=context.services.clock.now(),
        id=deployment_id(context.request_key),
        kind="deploy",
        purpose="promotion",
        actor=context.actor,
        environment=target.name,
        source=arguments.source,
        applications=tuple(name for name in target.applications if everything or name in carrying),
        channel=target.channel,
        tag=main_tag(moving),
        images=moving,
        services=() if everything else names,
        reason=arguments.reason,
        needs_approval=target.needs_approval,
        override_checks=arguments.override_checks,
    )


def _when_ready(arguments: PromoteArguments) -> str:
    """The same words again, for the button that waits."""
    words = join([arguments.source, arguments.target, *arguments.services])
    reason = f" --reason {join([arguments.reason])}" if arguments.reason else ""
    return f"{words}{reason} --when-ready"


PROMOTE: Command[PromoteArguments] = Command(
    name="promote",
    summary="Ship the images that one environment runs to the next; bare, staging to production",
    usage='[<from> <to>] [service…] [--reason "…"] [--when-ready] [--override-checks] [--dry-run]',
    options=(
        Option("reason", "Why, for the card and the commit", value="text"),
        Option("when-ready", "Wait until it has run there for long enough, then go on"),
        Option("override-checks", "Go on although CI or the soak says no; needs a reason"),
        Option("dry-run", "Show what would change, and change nothing"),
    ),
    examples=("", "staging production user-svc", "user-svc to production", "dev staging"),
    parse=parse,
    needs=needs,
    run=run,
    speed="slow",
)
