"""`/shipmate review`: an approver has looked at what went without an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Door, Need, Permission
from bot.command import Command, Context, Option, Reply
from bot.controls.standing import held_by
from bot.deployments.events import DeploymentEvent, DeploymentReviewed
from bot.errors import Conflict, NotAllowed
from bot.views import reviewing as views
from commands.looking import scope_of

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.deployments.deployment import Deployment
    from bot.grammar import Words


class ReviewArguments(BaseModel):
    """Which deployment, and what is to be remembered of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    note: str = ""


def parse(words: Words, catalog: Catalog) -> ReviewArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    key = words.take(0, "id", hint="`/shipmate deployments` lists them.")
    words.at_most(1)
    return ReviewArguments(id=key, note=words.value("note"))


def needs(arguments: ReviewArguments, catalog: Catalog) -> tuple[Need, ...]:
    """Nothing beforehand: the deployment's environment decides, in `run`."""
    del arguments, catalog
    return ()


async def run(arguments: ReviewArguments, context: Context) -> Reply:
    """Take it off the list of what nobody has reviewed yet."""
    services = context.services
    deployment = services.ledger.get(arguments.id)
    scope = scope_of(deployment)
    for permission in (Permission.VIEW, Permission.APPROVE):
        need = Need(permission=permission, scope=scope)
        await services.membership.authorise(context.actor, (need,), context.channel)
    if deployment.reviewed is not None:
        return Reply(views.reviewed_before(deployment))
    if not deployment.ended:
        raise Conflict(f"{deployment.id} has not ended.", hint="Review it once it has.")
    if not deployment.awaits_review:
        raise Conflict(f"{deployment.id} went the usual way: there is nothing to review.")
    if context.actor.subject == deployment.request.actor.subject:
        raise NotAllowed(
            f"You asked for {deployment.id} yourself: somebody else must review it.",
            hint=held_by(services.catalog, Permission.APPROVE, scope),
        )
    event = DeploymentReviewed(
        at=services.clock.now(), actor=context.actor, note=arguments.note.strip()
    )

    def once(now: Deployment) -> list[DeploymentEvent]:
        return [event] if now.awaits_review else []

    return Reply(views.reviewed(await services.ledger.record(deployment.id, once)))


REVIEW: Command[ReviewArguments] = Command(
    name="review",
    summary="Mark a rollback or a break-glass as reviewed",
    usage='<id> [--note "…"]',
    options=(Option("note", "What is to be remembered of it", value="text"),),
    examples=("d4k2m9q", 'd4k2m9q --note "fixed by sha-abc1234"'),
    parse=parse,
    needs=needs,
    run=run,
    doors=frozenset({Door.SLACK}),
)
