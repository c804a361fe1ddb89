"""`/shipmate freeze`: let nothing start in an environment, or anywhere, until it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Need, Permission
from bot.command import Command, Context, Form, Option, Reply
from bot.controls.events import ControlEvent, FreezeBegun
from bot.controls.register import control_id
from bot.controls.scopes import applications_of, scope_named, scopes_of, touches
from bot.controls.state import EVERYWHERE, Controls
from bot.controls.sync_window import SelfSyncing
from bot.controls.sync_window import commands as window_commands
from bot.controls.wall_clock import wall_clock
from bot.deployments.deployment import Deployment, State
from bot.deployments.events import CancelRequested, DeploymentEvent
from bot.errors import UsageError
from bot.filled import Filled
from bot.grammar import Words, join
from bot.moments import moment
from bot.views import freeze_forms, replies
from bot.views.freezes import FreezeFacts, begun

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.services import Services
    from bot.views.message import Modal

_LONGEST_REASON = 300


class FreezeArguments(BaseModel):
    """What to freeze, until when (as typed; "": until somebody ends it), and why."""

    model_config = ConfigDict(frozen=True)

    scope: str
    reason: str
    until: str = ""
    including_rollbacks: bool = False
    stop: bool = False
    yes: bool = False


def parse(words: Words, catalog: Catalog) -> FreezeArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    scope = scope_named(words.take(0, "environment"), catalog, everywhere=True)
    words.at_most(1)
    reason = " ".join(words.value("reason").split())
    if not reason:
        raise UsageError("The reason is missing: everyone it stops will read it.", field="reason")
    if len(reason) > _LONGEST_REASON:
        raise UsageError(f"The reason is longer than {_LONGEST_REASON} characters.", field="reason")
    until = words.value("until")
    if "until" in words.options:
        moment(until)
    return FreezeArguments(
        scope=scope,
        reason=reason,
        until=until,
        including_rollbacks=words.flag("including-rollbacks"),
        stop=words.flag("stop"),
        yes=words.flag("yes"),
    )


def needs(arguments: FreezeArguments, catalog: Catalog) -> tuple[Need, ...]:
    """`freeze` in every environment that is frozen, and for what is shared."""
    scopes = scopes_of(arguments.scope, catalog)
    return tuple(Need(permission=Permission.FREEZE, scope=scope) for scope in scopes)


async def run(arguments: FreezeArguments, context: Context) -> Reply:
    """Record it; from that moment nothing starts there. What runs is stopped only if asked."""
    services, now = context.services, context.services.clock.now()
    until, clock = await _until(arguments, context, now)
    running, queued = _under_way(arguments.scope, services)
    if arguments.stop and running and not arguments.yes:
        modal = freeze_forms.confirm_stop(running, f"{_line(arguments)} --yes")
        hint = "Nothing was changed. To go on, add `--yes`."
        return Reply(replies.asked_to_confirm(modal, hint), modal=modal)
    freeze = FreezeBegun(
        at=now,
        id=control_id(context.request_key),
        actor=context.actor,
        reason=arguments.reason,
        until=until,
        including_rollbacks=arguments.including_rollbacks,
    )

    def begin(controls: Controls) -> list[ControlEvent]:
        return [] if freeze.id in controls.freezes else [freeze]

    controls = await services.controls.record(arguments.scope, begin)
    stopped = await _stop(running, context) if arguments.stop else []
    everywhere = services.controls.of(EVERYWHERE).freezes_at(now)
    others = len(everywhere) if arguments.scope != EVERYWHERE else 0
    itself = _self_syncing(arguments.scope, services)
    facts = FreezeFacts(
        now=now,
        freezes=len(controls.freezes_at(now)) + others,
        running=running,
        stopped=stopped,
        queued=queued,
        self_syncing=[app.name for app in itself],
        window=window_commands(itself, now, until, manual=not freeze.including_rollbacks),
        clock=clock,
    )
    return Reply(begun(arguments.scope, freeze, facts))


async def _until(
    arguments: FreezeArguments, context: Context, now: datetime
) -> tuple[datetime | None, str]:
    """The moment, and by whose clock it was read, where that matters."""
    if not arguments.until:
        return None, ""
    said = moment(arguments.until)
    if not said.needs_zone:
        return said.resolve(now, UTC), ""
    zone, clock = await wall_clock(context.services.slack, context.actor)
    return said.resolve(now, zone), clock


def _under_way(scope: str, services: Services) -> tuple[list[Deployment], list[Deployment]]:
    """The deployments that the freeze would touch: those that run, and those that have not begun."""
    here = [
        each
        for each in services.ledger.open()
        if touches(scope, each.request.applications, services.catalog)
    ]
    running = [each for each in here if each.state is State.RUNNING and not each.cancel]
    return running, [each for each in here if each.state is not State.RUNNING]


async def _stop(running: Sequence[Deployment], context: Context) -> list[Deployment]:
    """Cancel them. What was written is taken back: that is what a cancellation does by default."""
    services = context.services

    def wish(deployment: Deployment) -> list[DeploymentEvent]:
        if deployment.state.has_ended or deployment.cancel:
            return []
        written = deployment.request.kind == "deploy" and deployment.commit_intended is not None
        return [CancelRequested(at=services.clock.now(), actor=context.actor, revert=written)]

    return [await services.ledger.record(each.id, wish) for each in running]


def _self_syncing(scope: str, services: Services) -> list[SelfSyncing]:
    known = services.applications.applications
    names = applications_of(scope, services.catalog)
    found = [known[name] for name in names if name in known]
    return [SelfSyncing(app.name, app.project) for app in found if app.auto_sync]


def _line(arguments: FreezeArguments) -> str:
    """The command line that the confirming form stands for."""
    line = f"{arguments.scope} --reason {join([arguments.reason])}"
    if arguments.until:
        line += f" --until {join([arguments.until])}"
    line += " --including-rollbacks" * arguments.including_rollbacks
    return line + " --stop" * arguments.stop


async def _modal(context: Context) -> Modal:
    names = [each.name for each in context.services.catalog.environments]
    return freeze_forms.ask([*names, "shared", EVERYWHERE])


def _words(filled: Filled) -> str:
    """The submitted form as its command line; the confirming form carries its line with it."""
    if filled.text("line"):
        return filled.text("line")
    line = filled.words("environment") + filled.options("reason", "until")
    return line + (" --including-rollbacks" if filled.has("more") else "")


FREEZE: Command[FreezeArguments] = Command(
    name="freeze",
    summary="Let nothing start in an environment, or anywhere",
    usage='<environment | all> --reason "…" [--until time] [--stop] [--including-rollbacks] [--yes]',
    options=(
        Option("reason", "Why; everyone it stops reads it", value="text"),
        Option("until", "When it ends by itself: 18:00, 2h, friday 17:00", value="time"),
        Option("stop", "Cancel what runs there now, after a confirm"),
        Option("including-rollbacks", "Refuse rollbacks too"),
        Option("yes", "The confirm of --stop"),
    ),
    examples=('production --until "friday 17:00" --reason "The fair"', 'all --reason "Incident"'),
    parse=parse,
    needs=needs,
    run=run,
    slow_when=lambda arguments: bool(arguments.until) and moment(arguments.until).needs_zone,
    form=Form(_modal, _words),
)
