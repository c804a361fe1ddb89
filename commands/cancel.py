"""`/shipmate cancel`: stop a deployment, and put the earlier tags back where that is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Door, Need, Permission, Refused, allowed
from bot.command import Command, Context, Form, Option, Reply
from bot.deployments.deployment import Deployment
from bot.deployments.events import CancelRequested
from bot.errors import NotAllowed, UsageError
from bot.filled import Filled
from bot.grammar import Words
from bot.notifications.owed import card_key
from bot.views import forms, replies
from commands.looking import check_knows

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.views.message import Modal


class CancelArguments(BaseModel):
    """Which deployment, and how: `how` is "", "revert" or "stop"."""

    model_config = ConfigDict(frozen=True)

    id: str
    how: str = ""


def parse(words: Words, catalog: Catalog) -> CancelArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    key = words.take(0, "id", hint="`/shipmate deployments` lists them.")
    words.at_most(1)
    if words.flag("revert") and words.flag("stop"):
        raise UsageError("--revert and --stop exclude each other.")
    how = "revert" if words.flag("revert") else "stop" if words.flag("stop") else ""
    return CancelArguments(id=key, how=how)


def needs(arguments: CancelArguments, catalog: Catalog) -> tuple[Need, ...]:
    """Nothing beforehand: whose deployment it is decides, in `run`."""
    del arguments, catalog
    return ()


async def run(arguments: CancelArguments, context: Context) -> Reply:
    """Record the wish to stop; the deployment's own steps carry it out."""
    services = context.services
    deployment = services.ledger.get(arguments.id)
    await check_knows(deployment, context)
    if deployment.state.has_ended or deployment.cancel:
        return Reply(replies.already_over(deployment, _newest_link(deployment, context)))
    await _authorise(deployment, context)
    written = deployment.request.kind == "deploy" and deployment.commit_intended is not None
    if written and not arguments.how and context.actor.door is Door.SLACK:
        modal = forms.cancel(deployment)
        hint = "Add --revert or --stop to say which way."
        return Reply(replies.asked_to_confirm(modal, hint), modal=modal)
    revert = written and arguments.how != "stop"
    event = CancelRequested(at=services.clock.now(), actor=context.actor, revert=revert)
    after = await services.ledger.record(
        deployment.id, lambda d: [] if d.state.has_ended or d.cancel else [event]
    )
    return Reply(replies.stopping(after, revert=revert), follow=after.id)


def _newest_link(deployment: Deployment, context: Context) -> str:
    """The card of the newest deployment of the scope, "" where that is this one."""
    newest = next(context.services.ledger.later_than(deployment), None)
    return context.services.outbox.card_link(card_key(newest.id)) if newest else ""


async def _authorise(deployment: Deployment, context: Context) -> None:
    """The requester, who has the lock there, or who may roll back or operate there (on-call)."""
    if deployment.request.actor.subject == context.actor.subject:
        return
    services = context.services
    memberships = await services.membership.of(context.actor)
    scopes = {services.catalog.scope_of(name) for name in deployment.request.applications}
    for scope in scopes:
        lock = services.controls.of(scope).lock_at(services.clock.now())
        if lock is not None and lock.owner.subject == context.actor.subject:
            continue
        permission = Permission.OPERATE if scope == "shared" else Permission.ROLLBACK
        need = Need(permission=permission, scope=scope)
        answer = allowed(context.actor, memberships, need, services.catalog.access)
        if isinstance(answer, Refused):
            raise NotAllowed(
                f"Only its requester can cancel {deployment.id}, or whoever has the lock there or "
                f"the permission “{permission}”.",
                hint=answer.hint,
            )


async def _modal(context: Context) -> Modal:
    """The form without an id: the person's newest open deployment, or an explanation."""
    mine = [
        deployment
        for deployment in context.services.ledger.open()
        if deployment.request.actor.subject == context.actor.subject
    ]
    if not mine:
        raise UsageError(
            "You have no deployment under way.",
            hint="`/shipmate deployments` lists all of them with their ids.",
        )
    return forms.cancel(mine[-1])


def _words(filled: Filled) -> str:
    return f"{filled.words('line')} --{'stop' if filled.text('how') == 'stop' else 'revert'}"


CANCEL: Command[CancelArguments] = Command(
    name="cancel",
    summary="Stop a deployment",
    usage="<id> [--revert | --stop]",
    options=(
        Option("revert", "Put the earlier tags back and sync them; the default"),
        Option("stop", "Only stop waiting: Git and the applications stay as they are"),
    ),
    examples=("d4k2m9q --revert",),
    parse=parse,
    needs=needs,
    run=run,
    form=Form(_modal, _words),
)
