"""`/shipmate resume`: end a pin or a hotfix hold, and say what would be deployed next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import SHARED, Need, Permission, require_person
from bot.command import Command, Context, Reply
from bot.controls.events import ControlEvent, HotfixHeld, HotfixReleased, Pinned, PinResumed
from bot.controls.scopes import scope_named
from bot.controls.standing import over_applications
from bot.controls.state import Controls
from bot.deployments.gates.controls import control_gates
from bot.deployments.gates.gate import GateName
from bot.deployments.gates.refusal import GatesClosed
from bot.deployments.gates.wording import place
from bot.errors import Conflict, NotKnown
from bot.views.pins import resumed

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words


_EVER = 1_000_000


class ResumeArguments(BaseModel):
    """Where; `only` is one application or the id of one rollback, "" for everything there."""

    model_config = ConfigDict(frozen=True)

    scope: str
    only: str = ""


def parse(words: Words, catalog: Catalog) -> ResumeArguments:
    """The words as arguments. Raises UsageError, and NotKnown with the nearest names."""
    word = words.take(0, "environment or application", field="environment")
    words.at_most(2)
    try:
        return ResumeArguments(scope=scope_named(word, catalog), only=words.at(1))
    except NotKnown as no_environment:
        try:
            application = catalog.application(word)
        except NotKnown as error:
            raise NotKnown(
                no_environment.message.replace("environment", "environment or application"),
                near=no_environment.near or error.near,
                field="environment",
            ) from None
        return ResumeArguments(scope=application.scope, only=application.name)


def needs(arguments: ResumeArguments, catalog: Catalog) -> tuple[Need, ...]:
    """What a rollback there needs; `operate` for what is shared."""
    del catalog
    shared = arguments.scope == SHARED
    permission = Permission.OPERATE if shared else Permission.ROLLBACK
    return (Need(permission=permission, scope=arguments.scope),)


async def run(arguments: ResumeArguments, context: Context) -> Reply:
    """Let automation go on."""
    services, now = context.services, context.services.clock.now()
    require_person(context.actor, "Letting automation go on")
    pins: list[Pinned] = []
    holds: list[HotfixHeld] = []

    def end(controls: Controls) -> list[ControlEvent]:
        only = arguments.only
        pins[:] = [
            pin.pinned
            for pin in controls.pins.values()
            if not only or only == pin.pinned.id or only in pin.pinned.applications
        ]
        holds[:] = [hold for hold in controls.holds.values() if only in ("", hold.id)]
        _check_auto_sync(context, pins)
        ended: list[ControlEvent] = [
            PinResumed(at=now, id=pin.id, actor=context.actor) for pin in pins
        ]
        return ended + [HotfixReleased(at=now, id=h.id, actor=context.actor) for h in holds]

    await services.controls.record(arguments.scope, end)
    if not (pins or holds):
        what = arguments.only or place(arguments.scope)
        raise Conflict(
            f"Nothing holds {what}, or not any more."
            if arguments.only
            else f"{what} is neither pinned nor held.",
            hint="A queue that waits after a bad end goes on by `/shipmate queue resume`.",
        )
    return Reply(resumed(arguments.scope, pins, holds))


def _check_auto_sync(context: Context, pins: Sequence[Pinned]) -> None:
    """Raise GatesClosed where these pins' end would give auto-sync back, and Argo CD deploy at
    once, under a freeze or somebody else's lock.
    """
    services, now = context.services, context.services.clock.now()
    pinned = {name for pin in pins for name in pin.applications}
    if not pinned:
        return
    known = services.ledger.newest(limit=_EVER)
    owed = {off.application for each in known for off in each.owes_auto_sync} & pinned
    over = over_applications(services.controls, services.catalog, sorted(owed), now)
    closed = [
        gate
        for gate in control_gates(over, (), context.actor)
        if gate.name in (GateName.FREEZE, GateName.LOCK)
    ]
    if closed:
        what = f"Resume would give {', '.join(sorted(owed))} auto-sync back, which deploys at once."
        raise GatesClosed(closed, now, f"{what} Nothing was changed.")


RESUME: Command[ResumeArguments] = Command(
    name="resume",
    summary="Let automation go on after a rollback or a hotfix",
    usage="<environment | application>",
    examples=("production", "link-app-staging"),
    parse=parse,
    needs=needs,
    run=run,
)
