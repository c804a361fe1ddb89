"""`/shipmate unlock` and `lock hand-over`: give a lock back, or to somebody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Actor, Need, Permission
from bot.command import Command, Context, Form, Reply
from bot.controls.events import ControlEvent, LockHandedOver
from bot.controls.keeper import LOCKED_FOR, heir_of, released
from bot.controls.scopes import scope_named
from bot.controls.state import Controls, Lock
from bot.deployments.gates.wording import name_of, place
from bot.errors import Conflict, NotAllowed, UsageError
from bot.filled import Filled
from bot.grammar import Words
from bot.views import lock_forms, locks
from commands.people import called

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.views.message import Modal

_MENTION = re.compile(r"(?:<@)?@?([UW][A-Z0-9]{4,})(?:\|[^>]*)?>?", re.ASCII)


class UnlockArguments(BaseModel):
    """Which lock; `to` is who gets it, as typed, "" for whoever asked first."""

    model_config = ConfigDict(frozen=True)

    scope: str
    to: str = ""


def parse(words: Words, catalog: Catalog) -> UnlockArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    words.at_most(1)
    return UnlockArguments(scope=scope_named(words.take(0, "environment"), catalog))


def parse_hand_over(words: Words, catalog: Catalog) -> UnlockArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    words.at_most(2)
    return UnlockArguments(scope=scope_named(words.take(0, "environment"), catalog), to=words.at(1))


def needs(arguments: UnlockArguments, catalog: Catalog) -> tuple[Need, ...]:
    """`lock` there; whose lock it is decides, in `run`."""
    del catalog
    return (Need(permission=Permission.LOCK, scope=arguments.scope),)


async def run(arguments: UnlockArguments, context: Context) -> Reply:
    """Release it; whoever asked first, and may have it now, has it next."""
    services, now = context.services, context.services.clock.now()
    controls = services.controls.of(arguments.scope)
    _own(controls, context)
    heir = await heir_of(services, controls)

    def release(controls: Controls) -> list[ControlEvent]:
        _own(controls, context)
        return [released(controls, now, heir).model_copy(update={"actor": context.actor})]

    return Reply(locks.gone(await services.controls.record(arguments.scope, release)))


async def hand_over(arguments: UnlockArguments, context: Context) -> Reply:
    """Give it to somebody who may have it."""
    services, now = context.services, context.services.clock.now()
    controls = services.controls.of(arguments.scope)
    _own(controls, context)
    to = await _new_owner(arguments, controls, context)

    def give(controls: Controls) -> list[ControlEvent]:
        _own(controls, context)
        until = now + LOCKED_FOR
        return [LockHandedOver(at=now, actor=context.actor, to=to, until=until)]

    return Reply(locks.gone(await services.controls.record(arguments.scope, give)))


def _own(controls: Controls, context: Context) -> Lock:
    """The lock. Raises Conflict where there is none, NotAllowed where it is somebody else's."""
    lock = controls.lock_at(context.services.clock.now())
    if lock is None:
        raise Conflict(f"{place(controls.scope)} is not locked, or not any more.")
    if lock.owner.subject != context.actor.subject:
        raise NotAllowed(
            f"Only its owner, {name_of(lock.owner)}, can release the lock of {controls.scope}.",
            hint=f"Ask for it with `/shipmate lock {controls.scope} --ask`, or take it with --take.",
        )
    return lock


async def _new_owner(arguments: UnlockArguments, controls: Controls, context: Context) -> Actor:
    """Who is meant. Raises UsageError, and NotAllowed where they may not have it."""
    said = arguments.to
    if not said:
        if not controls.asked:
            raise UsageError(
                "The new owner is missing, and nobody has asked for the lock.",
                hint="`/shipmate lock hand-over` alone opens a form to pick somebody.",
                field="to",
            )
        heir = await heir_of(context.services, controls)
        if heir is None:
            raise NotAllowed(f"Nobody who asked may have the lock of {controls.scope} any more.")
        return heir
    for each in controls.asked:
        if said.lstrip("@").casefold() in (each.name.casefold(), each.id.casefold()):
            return await _entitled(each, controls, context)
    mention = _MENTION.fullmatch(said)
    if mention is not None:
        person = await context.services.slack.user(mention.group(1))
    else:
        person = await called(said, context, field="to")
    actor = Actor(id=person.id, name=person.name, team=person.team_id)
    return await _entitled(actor, controls, context)


async def _entitled(actor: Actor, controls: Controls, context: Context) -> Actor:
    """The same. Raises NotAllowed where they may not have it."""
    need = Need(permission=Permission.LOCK, scope=controls.scope)
    try:
        await context.services.membership.authorise(actor, [need])
    except NotAllowed as refused:
        raise NotAllowed(
            f"{actor.name} may not have the lock: {refused.message}", hint=refused.hint
        ) from refused
    return actor


async def _modal(context: Context) -> Modal:
    """The form without words: which of the person's locks, and who gets it."""
    now, mine = context.services.clock.now(), context.actor.subject
    held = [
        controls.scope
        for controls in context.services.controls.all()
        if (lock := controls.lock_at(now)) and lock.owner.subject == mine
    ]
    if not held:
        raise UsageError("You have no lock to hand over.", hint="`/where` shows whose each is.")
    return lock_forms.hand_over(held)


def _words(filled: Filled) -> str:
    return filled.words("environment", "to")


UNLOCK: Command[UnlockArguments] = Command(
    name="unlock",
    summary="Release your lock; whoever asked for it has it next",
    usage="<environment>",
    examples=("staging",),
    parse=parse,
    needs=needs,
    run=run,
    speed="slow",
)

HAND_OVER: Command[UnlockArguments] = Command(
    name="lock hand-over",
    summary="Give your lock to somebody else",
    usage="<environment> [@user]",
    examples=("staging", "staging @olu"),
    parse=parse_hand_over,
    needs=needs,
    run=hand_over,
    speed="slow",
    form=Form(_modal, _words),
)
