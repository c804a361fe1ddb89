"""`/shipmate unfreeze`: end one freeze, or all that lie over an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.access import Need, Permission
from bot.command import Command, Context, Reply
from bot.controls.events import ControlEvent, FreezeBegun, FreezeEnded
from bot.controls.scopes import scope_named, scopes_of
from bot.controls.state import EVERYWHERE, Controls
from bot.deployments.gates.wording import place
from bot.errors import Conflict, NotKnown
from bot.grammar import brief, nearest
from bot.views.freezes import ended

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.grammar import Words
    from bot.services import Services


class UnfreezeArguments(BaseModel):
    """What to thaw; `id` "" means every freeze that was laid over it."""

    model_config = ConfigDict(frozen=True)

    scope: str
    id: str = ""


def parse(words: Words, catalog: Catalog) -> UnfreezeArguments:
    """The words as arguments. Raises UsageError and NotKnown."""
    scope = scope_named(words.take(0, "environment"), catalog, everywhere=True)
    words.at_most(2)
    return UnfreezeArguments(scope=scope, id=words.at(1).casefold())


def needs(arguments: UnfreezeArguments, catalog: Catalog) -> tuple[Need, ...]:
    """`freeze` in every environment that was frozen, and for what is shared."""
    scopes = scopes_of(arguments.scope, catalog)
    return tuple(Need(permission=Permission.FREEZE, scope=scope) for scope in scopes)


async def run(arguments: UnfreezeArguments, context: Context) -> Reply:
    """End it, and say how many others still hold."""
    services, now = context.services, context.services.clock.now()
    over: list[FreezeBegun] = []

    def thaw(controls: Controls) -> list[ControlEvent]:
        over[:] = _chosen(arguments, controls, services)
        return [FreezeEnded(at=now, id=each.id, actor=context.actor) for each in over]

    controls = await services.controls.record(arguments.scope, thaw)
    left = [(arguments.scope, each) for each in controls.freezes_at(now)]
    left += _elsewhere(arguments.scope, services)
    return Reply(ended(arguments.scope, over, left))


def _elsewhere(scope: str, services: Services) -> list[tuple[str, FreezeBegun]]:
    """The freezes that lie over it from above; for everything, those over one part of it."""
    now, parts = services.clock.now(), scopes_of(EVERYWHERE, services.catalog)
    others = parts if scope == EVERYWHERE else (EVERYWHERE,)
    return [
        (other, each) for other in others for each in services.controls.of(other).freezes_at(now)
    ]


def _chosen(
    arguments: UnfreezeArguments, controls: Controls, services: Services
) -> list[FreezeBegun]:
    """The freezes that end. Raises NotKnown and Conflict where none is meant."""
    known = controls.freezes
    if arguments.id:
        if arguments.id not in known:
            raise NotKnown(
                f"No freeze “{brief(arguments.id)}” lies over {arguments.scope}, or not any more.",
                near=nearest(arguments.id, known) or tuple(known)[:3],
            )
        return [known[arguments.id]]
    if known:
        return list(known.values())
    elsewhere = _elsewhere(arguments.scope, services)
    if not elsewhere:
        raise Conflict(f"{place(arguments.scope)} is not frozen.")
    scope, other = elsewhere[0]
    said = f"{place(arguments.scope)} is frozen with everything else: “{other.reason}”."
    if arguments.scope == EVERYWHERE:
        said = f"No freeze lies over everything; {place(scope)} is frozen: “{other.reason}”."
    raise Conflict(said, hint=f"`/shipmate unfreeze {scope} {other.id}` ends that.")


UNFREEZE: Command[UnfreezeArguments] = Command(
    name="unfreeze",
    summary="End one freeze, or all that lie over an environment",
    usage="<environment | all> [id]",
    examples=("production", "all mzxw6y"),
    parse=parse,
    needs=needs,
    run=run,
)
