"""`/shipmate approve` and `/shipmate reject`: decide on a plan that waits for approval."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Door, Need, Permission
from bot.command import Command, Context, Form, Option, Reply
from bot.deployments.approvals.voices import check_voice, stands_for
from bot.deployments.deployment import Deployment
from bot.deployments.events import ApprovalRequested, Approved, DeploymentEvent, Rejected
from bot.deployments.gates.entry import check_open
from bot.deployments.gates.live import lies_over
from bot.errors import Conflict, UsageError
from bot.filled import Filled
from bot.grammar import Words, join
from bot.notifications.card_facts import facts_of
from bot.notifications.owed import card_key
from bot.views import approving as views
from bot.views import replies
from commands.looking import check_may_look, looked_into, scope_of

if TYPE_CHECKING:
    from bot.catalog import Catalog


class DecisionArguments(BaseModel):
    """Which deployment ("" lists them), and which plan of it: the digest that was shown."""

    model_config = ConfigDict(frozen=True)

    id: str = ""
    digest: str = ""
    reason: str = ""
    yes: bool = False
    override: bool = False


def parse_approve(words: Words, catalog: Catalog) -> DecisionArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    words.at_most(1)
    arguments = DecisionArguments(
        id=words.at(0),
        digest=words.value("plan"),
        reason=words.value("reason"),
        yes=words.flag("yes"),
        override=words.flag("override"),
    )
    if arguments.override and not arguments.reason.strip():
        raise UsageError("--override needs a --reason: it is recorded.", field="reason")
    return arguments


def parse_reject(words: Words, catalog: Catalog) -> DecisionArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    key = words.take(0, "id", hint="`/shipmate approve` lists what waits.")
    words.at_most(1)
    return DecisionArguments(id=key, digest=words.value("plan"), reason=words.value("reason"))


def needs(arguments: DecisionArguments, catalog: Catalog) -> tuple[Need, ...]:
    """Nothing beforehand: the deployment's environment decides, in `run`."""
    del arguments, catalog
    return ()


async def approve(arguments: DecisionArguments, context: Context) -> Reply:
    """Say yes to the plan that was shown; without an id list what waits, without a yes show it."""
    services = context.services
    if not arguments.id:
        waiting = [each for each in await _seen(context) if each.awaits_approval]
        links = {each.id: services.outbox.card_link(card_key(each.id)) for each in waiting}
        shut = {each.id: lies_over(services, each).closed for each in waiting}
        return Reply(views.waiting_list(waiting, links, shut, services.clock.now()))
    deployment = services.ledger.get(arguments.id)
    await check_may_look(deployment, context)
    late = _too_late(deployment, arguments, services.clock.now())
    if late is not None:
        return late
    asked = _asked(deployment)
    overrides = await check_voice(
        services, deployment, asked, context.actor, context.channel, override=arguments.override
    )
    if not (arguments.yes and arguments.digest):  # a yes is to a plan that was shown
        return _shown(deployment, arguments, context)
    check_open(services, deployment.request)
    yes = Approved(
        at=services.clock.now(),
        actor=context.actor,
        digest=asked.digest,
        counts_for=await stands_for(services, asked, context.actor, context.channel),
        override=arguments.reason if overrides else "",
    )
    after = await services.ledger.record(deployment.id, lambda d: _once(d, yes))
    return Reply(views.decided(after, context.actor), follow=after.id)


def _shown(deployment: Deployment, arguments: DecisionArguments, context: Context) -> Reply:
    """The plan as it is, and the gates as they are now; while one is shut there is no yes to it."""
    facts = facts_of(context.services, deployment)
    modal = views.confirm_modal(deployment, facts, f"{_line(deployment, arguments)} --yes")
    hint = f"Add --plan {_asked(deployment).digest} --yes to approve."
    if facts.closed:
        hint = "It can be approved once these gates are open."
    return Reply(replies.asked_to_confirm(modal, hint), modal=modal)


async def reject(arguments: DecisionArguments, context: Context) -> Reply:
    """Say no, and why; without a reason ask for it."""
    services = context.services
    deployment = services.ledger.get(arguments.id)
    await check_may_look(deployment, context)
    late = _too_late(deployment, arguments, services.clock.now())
    if late is not None:
        return late
    _asked(deployment)
    await _authorise(deployment, context, Permission.APPROVE)
    if not arguments.reason.strip():
        modal = views.reject_modal(deployment, _line(deployment, arguments))
        return Reply(replies.asked_to_confirm(modal, 'Add --reason "…".'), modal=modal)
    no = Rejected(at=services.clock.now(), actor=context.actor, reason=arguments.reason.strip())

    def once(d: Deployment) -> list[DeploymentEvent]:
        is_open = d.awaits_approval and not d.ended and not d.cancel
        fits = d.approval is not None and d.approval.rejected is None
        return [no] if is_open and fits else []

    after = await services.ledger.record(deployment.id, once)
    return Reply(views.decided(after, context.actor))


def _once(now: Deployment, yes: Approved) -> list[DeploymentEvent]:
    approval = now.approval
    if now.ended or now.cancel or not now.awaits_approval or approval is None:
        return []
    is_new = not approval.has_said_yes(yes.actor.subject) and approval.rejected is None
    return [yes] if is_new and approval.asked.digest == yes.digest else []


def _too_late(deployment: Deployment, arguments: DecisionArguments, now: datetime) -> Reply | None:
    """What a click says that comes when there is nothing to decide any more."""
    approval = deployment.approval
    if deployment.ended or deployment.cancel:
        return Reply(replies.already_over(deployment))
    if not deployment.request.needs_approval:
        raise Conflict(f"{deployment.id} needs no approval.")
    if not deployment.awaits_approval:
        return Reply(views.already_decided(deployment))
    if approval is not None and now >= approval.asked.expires_at:
        return Reply(views.expired(deployment))
    if approval is not None and arguments.digest not in ("", approval.asked.digest):
        return Reply(views.plan_moved(deployment))
    return None


def _asked(deployment: Deployment) -> ApprovalRequested:
    """What is asked. Raises Conflict while there is no plan to decide on."""
    if deployment.approval is None:
        raise Conflict(
            f"{deployment.id} has no plan yet.", hint="It is being made: look again in a moment."
        )
    return deployment.approval.asked


def _line(deployment: Deployment, arguments: DecisionArguments) -> str:
    """The command line of the same decision on the plan as it is now."""
    asked = _asked(deployment)
    line = f"{deployment.id} --plan {asked.digest}"
    if arguments.override:
        line += f" --override --reason {join([arguments.reason])}"
    return line


async def _seen(context: Context) -> list[Deployment]:
    """The open deployments of environments that the person may look into."""
    scopes = await looked_into(context)
    return [each for each in context.services.ledger.open() if scope_of(each) in scopes]


async def _authorise(deployment: Deployment, context: Context, permission: Permission) -> None:
    need = Need(permission=permission, scope=scope_of(deployment))
    await context.services.membership.authorise(context.actor, [need], context.channel)


def _approve_words(filled: Filled) -> str:
    """The submitted form as its command line, which it carried with it."""
    return filled.text("line")


def _reject_words(filled: Filled) -> str:
    """The submitted form as its command line, with the reason."""
    return filled.text("line") + filled.options("reason")


_IN_SLACK = frozenset({Door.SLACK})

APPROVE: Command[DecisionArguments] = Command(
    name="approve",
    summary="Approve a change that waits, or list what does",
    usage='[id] [--override --reason "…"]',
    options=(
        Option(
            "plan",
            "The plan that was shown; another one is not approved",
            value="digest",
            listed=False,
        ),
        Option("yes", "Approve the plan of --plan without asking again", listed=False),
        Option("override", "Approve although the authors are not known", value=""),
        Option("reason", "Why, for the record", value="text"),
    ),
    examples=("", "d4k2m9q"),
    parse=parse_approve,
    needs=needs,
    run=approve,
    form=Form(None, _approve_words),
    doors=_IN_SLACK,
)

REJECT: Command[DecisionArguments] = Command(
    name="reject",
    summary="Reject a change that waits for approval",
    usage='<id> [--reason "…"]',
    options=(
        Option("plan", "The plan that was shown", value="digest", listed=False),
        Option("reason", "Why; the requester reads it", value="text"),
    ),
    examples=('d4k2m9q --reason "Not before the fair"',),
    parse=parse_reject,
    needs=needs,
    run=reject,
    form=Form(None, _reject_words),
    doors=_IN_SLACK,
)
