"""What a rollback does that no other deployment does: stop what runs, pin, yield to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    CancelRequested,
    DeploymentEnded,
    DeploymentEvent,
    Outcome,
    ScopePinned,
)
from bot.deployments.permissions import needs_of
from bot.deployments.plan import ImageChange
from bot.deployments.rollbacks.targets import History, history_of, sets_images

if TYPE_CHECKING:
    from bot.catalog import Environment
    from bot.services import Services

_MOST = 1000
"""Deployments of some services to one environment that are looked at for what ran there, however
many others there were between them.
"""


def known_history(
    services: Services, environment: Environment, of_services: Iterable[str]
) -> History:
    """What the ledger knows of these services of one environment."""
    wanted = frozenset(of_services)
    past = (each for each in services.ledger.every(environment.name) if sets_images(each, wanted))
    return history_of(islice(past, _MOST), wanted, needs_approval=environment.needs_approval)


async def stop_ahead(services: Services, deployment: Deployment, running: Sequence[str]) -> None:
    """Have what runs on the same applications stopped, in the name of who rolls back.

    Raises NotAllowed where they may not roll back any more.
    """
    request = deployment.request
    await services.membership.authorise(request.actor, needs_of(request, services.catalog))
    event = CancelRequested(
        at=services.clock.now(), actor=request.actor, revert=False, rollback=deployment.id
    )

    def once(other: Deployment) -> list[DeploymentEvent]:
        return [] if other.ended or other.cancel else [event]

    for key in running:
        await services.ledger.record(key, once)


async def pin_scope(services: Services, deployment: Deployment) -> None:
    """Pin what the rollback touches, then record that it is; both may be done again."""
    request = deployment.request
    assert deployment.plan is not None  # noqa: S101 - decide() plans first
    scope = request.environment or services.catalog.scope_of(request.applications[0])
    leaves = request.way_back.leaves if request.way_back else ""
    left = services.ledger.get(leaves) if leaves else None
    await services.controls.pin(
        scope,
        applications=request.applications,
        deployment=deployment.id,
        actor=request.actor,
        tags={change.service: change.after for change in deployment.plan.changes},
        candidate=left.tag if left else "",
        reason=request.reason,
    )
    pinned = ScopePinned(at=services.clock.now())
    await services.ledger.record(deployment.id, lambda d: [] if d.pinned or d.ended else [pinned])


async def yields(
    services: Services, deployment: Deployment, changes: Sequence[ImageChange]
) -> bool:
    """End a rollback whose tags somebody else has set since it was asked for; whether it was. A
    person's undoes what was deployed since; the bot's own leaves that to people.
    """
    request = deployment.request
    if not deployment.is_rollback or request.kind != "deploy":
        return False
    environment = services.catalog.environment(request.environment)
    past = known_history(services, environment, request.services)
    ours = past.present if request.actor.kind == "slack" else {}
    why = overtaken(request.way_back.replaces if request.way_back else {}, ours, changes)
    if not why:
        return False
    ended = DeploymentEnded(
        at=services.clock.now(),
        outcome=Outcome.SUPERSEDED,
        message=f"{why} Nothing was written.",
        next_step="If the rollback is wanted all the same, ask for it again.",
    )
    await services.ledger.record(deployment.id, lambda d: [] if d.ended else [ended])
    return True


def overtaken(
    seen: Mapping[str, str], ours: Mapping[str, str], changes: Iterable[ImageChange]
) -> str:
    """Which tag was set since the rollback was asked for, as a sentence; "" for none (pure).

    `seen` is what Git held then, `ours` what deployments have set since, which it stops.
    """
    for change in changes:
        known = (seen.get(change.service, change.before), ours.get(change.service), change.after)
        if change.before not in known:
            return f"Somebody set {change.service} to {change.before} in Git meanwhile."
    return ""
