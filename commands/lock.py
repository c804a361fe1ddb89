"""`/shipmate lock`: have an environment for oneself for a while, or ask for it, or take it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import SHARED, Need, Permission
from bot.command import Command, Context, Option, Reply
from bot.controls.events import ControlEvent, LockAsked, LockStolen, LockTaken
from bot.controls.keeper import LOCKED_FOR
from bot.controls.scopes import scope_named
from bot.controls.standing import standing_over
from bot.controls.state import Controls, Lock
from bot.deployments.gates.controls import control_gates
from bot.deployments.gates.gate import GateName
from bot.deployments.gates.refusal import GatesClosed
from bot.deployments.gates.wording import name_of
from bot.deployments.permissions import needs_of_change
from bot.errors import Conflict, NotAllowed, UsageError
from bot.moments import length
from bot.views import locks

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words

_LONGEST = timedelta(hours=24)
_LONGEST_REASON = 300


class LockArguments(BaseModel):
    """What to lock, for how long and why; or to `ask` its owner for it, or to `take` it."""

    model_config = ConfigDict(frozen=True)

    scope: str
    lasts: timedelta = LOCKED_FOR
    reason: str = ""
    ask: bool = False
    take: bool = False
    number: int = 0  # of the lock that is meant; 0: whichever there is


def parse(words: Words, catalog: Catalog) -> LockArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    scope = scope_named(words.take(0, "environment"), catalog)
    words.at_most(1)
    if words.flag("ask") and words.flag("take"):
        raise UsageError("--ask and --take exclude each other.")
    lasts = length(words.value("for"), "for") if "for" in words.options else LOCKED_FOR
    if lasts > _LONGEST:
        raise UsageError("A lock lasts 24 hours at most; a freeze can last longer.", field="for")
    return LockArguments(
        scope=scope,
        lasts=lasts,
        reason=" ".join(words.value("reason").split())[:_LONGEST_REASON],
        ask=words.flag("ask"),
        take=words.flag("take"),
        number=words.number("of", 0),
    )


def needs(arguments: LockArguments, catalog: Catalog) -> tuple[Need, ...]:
    """`lock` there. To ask its owner is for everyone whom it can stop."""
    scope = arguments.scope
    if not arguments.ask:
        return (Need(permission=Permission.LOCK, scope=scope),)
    if scope == SHARED:
        stopped = Need(permission=Permission.OPERATE, scope=scope)
    else:
        deploys = needs_of_change(scope, catalog)
        stopped = Need(permission=Permission.SYNC, scope=scope, instead=deploys)
    return (Need(permission=Permission.LOCK, scope=scope, instead=(stopped,)),)


async def run(arguments: LockArguments, context: Context) -> Reply:
    """Decided and recorded in one go: of two who want it at once, one gets it."""
    services, now = context.services, context.services.clock.now()
    may_hold = not arguments.ask or await _may_hold(arguments.scope, context)
    found: list[Lock | None] = [None]

    def decide(controls: Controls) -> list[ControlEvent]:
        found[0] = controls.lock_at(now)
        return _wanted(arguments, context, controls, may_hold=may_hold)

    controls = await services.controls.record(arguments.scope, decide)
    before, lock = found[0], controls.lock
    assert lock is not None  # noqa: S101 - it was there, or has been taken
    if arguments.ask:
        return Reply(locks.asked(controls, lock, context.actor))
    return Reply(locks.taken(controls, lock, now, before=before))


async def _may_hold(scope: str, context: Context) -> bool:
    """Whether whoever asks for the lock can have it next, or only hope for its release."""
    need = Need(permission=Permission.LOCK, scope=scope)
    try:
        await context.services.membership.authorise(context.actor, [need])
    except NotAllowed:
        return False
    return True


def _wanted(
    arguments: LockArguments, context: Context, controls: Controls, *, may_hold: bool
) -> list[ControlEvent]:
    """What the request comes to. Raises GatesClosed where somebody else has it."""
    actor, now = context.actor, context.services.clock.now()
    lock, until = controls.lock_at(now), now + arguments.lasts
    mine = lock is not None and lock.owner.subject == actor.subject
    if arguments.number and (lock is None or lock.number != arguments.number):
        raise _moved_on(arguments, lock)
    if arguments.ask:
        if lock is None or mine:
            raise _nothing_to_ask_for(arguments.scope, mine=mine, may_hold=may_hold)
        if controls.has_asked(actor.subject):
            return []
        return [LockAsked(at=now, actor=actor, may_hold=may_hold)]
    if lock is None or mine:
        return [LockTaken(at=now, actor=actor, until=until, reason=arguments.reason)]
    if arguments.take:
        return [LockStolen(at=now, actor=actor, until=until, reason=arguments.reason)]
    services = context.services
    over = standing_over(services.controls, services.catalog, [arguments.scope], now)
    closed = [gate for gate in control_gates(over, (), actor) if gate.name is GateName.LOCK]
    raise GatesClosed(closed, now, "Nothing was changed.")


def _nothing_to_ask_for(scope: str, *, mine: bool, may_hold: bool) -> Conflict:
    if mine:
        return Conflict(
            f"The lock of {scope} is yours already.",
            hint=f"`/shipmate unlock {scope}` releases it.",
        )
    takes = f"`/shipmate lock {scope}` takes it." if may_hold else "Ask for what it stopped again."
    return Conflict(f"The lock of {scope} is free.", hint=takes)


def _moved_on(arguments: LockArguments, lock: Lock | None) -> Conflict:
    """A late click: the lock that it was about has ended."""
    if lock is None:
        return Conflict(
            f"That lock has ended: {arguments.scope} is free.",
            hint=f"`/shipmate lock {arguments.scope}` takes it.",
        )
    return Conflict(
        f"That lock has ended: {arguments.scope} is locked by {name_of(lock.owner)} now.",
        hint=f"`/shipmate lock {arguments.scope} --ask` asks them for it.",
    )


LOCK: Command[LockArguments] = Command(
    name="lock",
    summary="Have an environment for yourself for a while",
    usage='<environment> [--for 2h] [--reason "…"] [--ask | --take]',
    options=(
        Option("for", "How long, at most 24h; 2h if not given", value="time"),
        Option("reason", "Why; whoever it stops reads it", value="text"),
        Option("ask", "Ask its owner for it; who may have it gets it next"),
        Option("take", "Take it; its owner is told"),
        Option("of", "Only that lock, as its buttons have it", value="number", listed=False),
    ),
    examples=('staging --for 1h --reason "Load test"', "staging --ask"),
    parse=parse,
    needs=needs,
    run=run,
)
