"""`/shipmate queue resume`: go on after the deployment ahead ended badly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import require_person
from bot.command import Command, Context, Option, Reply
from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentEvent, QueueResumed
from bot.deployments.permissions import needs_of
from bot.errors import Conflict, UsageError
from bot.views import replies
from bot.views.title import title
from bot.views.wording import listed

if TYPE_CHECKING:
    from bot.access import Need
    from bot.catalog import Catalog
    from bot.grammar import Words


class ResumeArguments(BaseModel):
    """Which held deployment, "" for the person's own; `everyone` lets all go on that wait for
    the same reason.
    """

    model_config = ConfigDict(frozen=True)

    id: str = ""
    everyone: bool = False


def parse(words: Words, catalog: Catalog) -> ResumeArguments:
    """The words as arguments. Raises UsageError."""
    del catalog
    words.at_most(1)
    return ResumeArguments(id=words.at(0), everyone=words.flag("all"))


def needs(arguments: ResumeArguments, catalog: Catalog) -> tuple[Need, ...]:
    """Asked in `run`: those of the deployments that go on."""
    del arguments, catalog
    return ()


async def run(arguments: ResumeArguments, context: Context) -> Reply:
    """Let one held deployment go on, or every one that the same bad end holds."""
    services = context.services
    require_person(context.actor, "Going on after a bad end")
    chosen = services.ledger.get(arguments.id) if arguments.id else _own(context)
    if chosen.held is None:
        raise Conflict(f"{chosen.id} is not held: it is {chosen.state.value}.")
    going = [chosen]
    if arguments.everyone:
        going = [d for d in services.ledger.open() if d.held and d.overlaps(chosen)]
    for deployment in going:
        needed = needs_of(deployment.request, services.catalog)
        await services.membership.authorise(context.actor, needed, context.channel)
    event = QueueResumed(at=services.clock.now(), actor=context.actor)

    def resume(deployment: Deployment) -> list[DeploymentEvent]:
        return [event] if deployment.held else []

    resumed = [await services.ledger.record(d.id, resume) for d in going]
    return Reply(replies.resumed(resumed), follow=chosen.id)


def _own(context: Context) -> Deployment:
    """The held deployment that is meant without an id: the person's only one, or the only one."""
    held = [deployment for deployment in context.services.ledger.open() if deployment.held]
    mine = [d for d in held if d.request.actor.subject == context.actor.subject]
    found = mine or held
    if not found:
        raise Conflict("No deployment is held.")
    if len(found) > 1:
        ids = [f"{each.id} ({title(each)})" for each in found]
        raise UsageError(f"Several are held: {listed(ids)}.", hint="Name the one that is to go on.")
    return found[0]


RESUME_QUEUE: Command[ResumeArguments] = Command(
    name="queue resume",
    summary="Go on although the deployment ahead ended badly",
    usage="[id] [--all]",
    options=(Option("all", "Every deployment that waits for the same reason"),),
    examples=("", "d4k2m9q --all"),
    parse=parse,
    needs=needs,
    run=run,
)
