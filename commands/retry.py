"""`/shipmate retry`: ask again for what a deployment wanted, as oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.command import Command, Context, Reply
from bot.deployments.gates.entry import check_open
from bot.deployments.ledger import deployment_id
from bot.deployments.permissions import needs_of
from bot.deployments.queueing import check_room
from bot.errors import Conflict
from bot.views import replies
from commands.looking import check_knows

if TYPE_CHECKING:
    from bot.access import Need
    from bot.catalog import Catalog
    from bot.deployments.deployment import Deployment
    from bot.grammar import Words
    from bot.services import Services


class RetryArguments(BaseModel):
    """Which deployment."""

    model_config = ConfigDict(frozen=True)

    id: str


def parse(words: Words, catalog: Catalog) -> RetryArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    key = words.take(0, "id", hint="`/shipmate deployments` lists them.")
    words.at_most(1)
    return RetryArguments(id=key)


def needs(arguments: RetryArguments, catalog: Catalog) -> tuple[Need, ...]:
    """Asked in `run`: which permissions depends on the deployment."""
    del arguments, catalog
    return ()


async def run(arguments: RetryArguments, context: Context) -> Reply:
    """A new deployment by the person who asks; only the newest of a scope can be retried."""
    services = context.services
    old = services.ledger.get(arguments.id)
    await check_knows(old, context)
    _check_may_be_asked_again(old, services)
    key = _id(old, services)
    await services.membership.authorise(
        context.actor, needs_of(old.request, services.catalog), context.channel
    )
    check_room(services, context.actor.subject)
    request = old.request.model_copy(
        update={
            "id": key,
            "at": services.clock.now(),
            "actor": context.actor,
            "retry_of": old.id,
            "tag": old.tag,
            "when_green": 0 if old.tag else old.request.when_green,
            "needs_approval": old.request.needs_approval or old.request.break_glass,
            "override_checks": False,  # each is asked for, with a reason, for one deployment
            "break_glass": False,
        }
    )
    check_open(services, request)
    deployment = await services.ledger.request(request)
    return Reply(replies.deployment_requested(deployment.request), follow=deployment.id)


def _id(old: Deployment, services: Services) -> str:
    """Two who click at once ask for one, for both have seen the same; after a retry that was
    rejected another one is asked for.
    """
    last = services.ledger.asked_last(old.request.applications)
    return deployment_id(f"retry of {old.id} after {last}")


def _check_may_be_asked_again(old: Deployment, services: Services) -> None:
    """Raise Conflict where it has not ended, a newer one decides, or it is asked for anew."""
    if not old.state.has_ended:
        raise Conflict(
            f"{old.id} is still {old.state.value.lower()}.", hint="Wait for its end, or cancel it."
        )
    newer = next(services.ledger.later_than(old), None)
    if newer:
        raise Conflict(
            f"A newer deployment than {old.id} decides here: {newer.id}, {newer.state.value}. "
            "Nothing was started.",
            hint=f"`/shipmate show {newer.id}` shows it.",
        )
    if old.is_rollback:
        anew = f"/rollback {old.request.environment}".rstrip()
        raise Conflict(
            f"{old.id} is a rollback: what it may go back to, and at once, is judged by what runs "
            "now. Nothing was started.",
            hint=f"Ask for it anew: `{anew}`.",
        )
    if old.request.sync and old.request.sync.is_sharp:
        raise Conflict(
            f"{old.id} replaced or deleted objects; that is asked for anew each time.",
            hint=f"Type `/sync {old.request.sync.words}` with --force or --prune again.",
        )


RETRY: Command[RetryArguments] = Command(
    name="retry",
    summary="Ask again for what a deployment wanted",
    usage="<id>",
    examples=("d4k2m9q",),
    parse=parse,
    needs=needs,
    run=run,
)
