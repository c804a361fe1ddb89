"""Rolling back by Argo CD itself: what it can go back to, and auto-sync off while it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bot.access import Actor
from bot.catalog import CatalogApplication
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    AutoSyncSwitchedOff,
    DeploymentEvent,
    DeploymentRequested,
    SyncTarget,
    WayBack,
)
from bot.deployments.ledger import deployment_id
from bot.deployments.rollbacks.argo_past import Past
from bot.deployments.rollbacks.targets import FRESH, is_good
from bot.deployments.waves import find_applications
from bot.errors import Conflict, NotKnown
from integrations.argocd.model import Application, ApplicationRef, HistoryEntry
from integrations.argocd.ownership import owner_of, switches_back

if TYPE_CHECKING:
    from bot.services import Services

_MOST = 1000
"""Deployments of the application that are looked at for who brought it to a revision."""


async def whole(services: Services, name: str) -> Application:
    """The application with its history. Raises NotKnown where Argo CD does not list it."""
    found, missing = await find_applications(services, [name])  # after a start nothing is known
    if missing:
        raise NotKnown(f"Argo CD does not list the application {name}.", field="environment")
    return await services.argocd.get(found[0].ref)


def past_of(
    services: Services, app: Application, entry: CatalogApplication, now: datetime
) -> tuple[Past, ...]:
    """What ran before what runs now, newest first."""
    history = app.history
    found = []
    for before, after in pairwise(history):
        left = after.started_at or after.deployed_at
        why = _why_not(services, entry, before, left, now)
        found.append(Past(before, left, why, "" if why else _unknown(services, entry, before)))
    return tuple(reversed(found))


def check_owner(services: Services, app: Application) -> None:
    """Raise Conflict where auto-sync is on and somebody would switch it on again after us."""
    if not app.auto_sync:
        return
    known = services.applications.applications.values()
    owner = owner_of(app, known)
    if owner is not None and switches_back(owner, known):
        raise Conflict(
            f"{owner} owns {app.name} and would switch its auto-sync on again: Argo CD would undo "
            "the rollback. Nothing was changed.",
            hint=f"Switch auto-sync off in {owner}, or revert in Git and `/sync {app.name}`.",
        )


def chosen(past: Sequence[Past], app: Application, history_id: int) -> Past:
    """The entry of this id. Raises Conflict where Argo CD does not hold it, or runs it."""
    for each in past:
        if each.entry.id == history_id:
            if not each.entry.revision:
                raise Conflict(
                    f"Entry {history_id} of {app.name} has several sources: shipmate could not "
                    "tell its rollback from others.",
                    hint="Use Argo CD itself.",
                )
            return each
    if app.history and app.history[-1].id == history_id:
        raise Conflict(f"{app.name} runs entry {history_id} already.")
    held = ", ".join(str(each.entry.id) for each in past)
    raise Conflict(
        f"Argo CD's history of {app.name} has no entry {history_id} now.",
        hint=f"It holds {held}." if held else "It holds nothing earlier.",
    )


async def check_still_possible(services: Services, request: DeploymentRequested) -> None:
    """Raise Conflict where Argo CD's live history or the application's owner forbids it by now."""
    way_back = request.way_back
    if way_back is None or way_back.history_id is None:
        return
    for name in request.applications:
        app = await whole(services, name)
        entry = next((e for e in app.history if e.id == way_back.history_id), None)
        if entry is None or entry.revision != way_back.revision:
            raise Conflict(
                f"Argo CD's history of {name} has no entry {way_back.history_id} with revision "
                f"{way_back.revision[:7]} any more. Nothing was changed.",
                hint=f"`/rollback {name}` shows what it holds.",
            )
        check_owner(services, app)


async def begin(services: Services, deployment: Deployment, ref: ApplicationRef) -> Application:
    """Switch auto-sync off where it is on, then have Argo CD roll back.

    The policy is in the record before it is changed. Raises UpstreamError, also in Argo CD's
    words where it refuses.
    """
    way_back = deployment.request.way_back
    assert way_back is not None  # noqa: S101 - the caller saw its history_id
    assert way_back.history_id is not None  # noqa: S101 - the caller saw it
    app = await services.argocd.get(ref)
    policy = app.automated
    if policy is not None and policy.is_on:
        off = AutoSyncSwitchedOff(
            at=services.clock.now(),
            application=ref.name,
            enabled=policy.enabled,
            prune=policy.prune,
            self_heal=policy.self_heal,
            allow_empty=policy.allow_empty,
        )

        def once(now: Deployment) -> list[DeploymentEvent]:
            return [] if ref.name in now.switched_off or now.ended else [off]

        await services.ledger.record(deployment.id, once)
        await services.argocd.set_auto_sync(ref, policy.off)
    return await services.argocd.rollback(ref, way_back.history_id)


def requested(
    entry: CatalogApplication,
    past: Past,
    actor: Actor,
    now: datetime,
    *,
    channel: str,
    leaves: str,
    asked_last: str,
    needs_approval: bool,
    reason: str = "",
) -> DeploymentRequested:
    """The request of such a rollback. Two who ask for the same at once ask for one."""
    at_once, history_id = not past.why_not, past.entry.id
    return DeploymentRequested(
        at=now,
        id=deployment_id(f"rollback of {entry.name} after {asked_last} to history {history_id}"),
        kind="sync",
        purpose="rollback",
        actor=actor,
        environment=entry.environment,
        applications=(entry.name,),
        channel=channel,
        reason=reason,
        sync=SyncTarget(words=entry.name, applications=(entry.name,)),
        needs_approval=needs_approval and not at_once,
        way_back=WayBack(
            leaves=leaves,
            at_once=at_once,
            to_review=at_once and needs_approval,
            unsafe=past.unknown,
            history_id=history_id,
            revision=past.entry.revision,
        ),
    )


def _why_not(
    services: Services,
    entry: CatalogApplication,
    past: HistoryEntry,
    left: datetime | None,
    now: datetime,
) -> str:
    if left is not None and now - left > FRESH:
        return f"It last ran {(now - left).days} days ago; {FRESH.days} is the most."
    name = entry.environment
    if not name or not services.catalog.environment(name).needs_approval:
        return ""
    vouching = _vouching(services, entry, past)
    return "" if any(each.is_approved for each in vouching) else "It was never approved here."


def _unknown(services: Services, entry: CatalogApplication, past: HistoryEntry) -> str:
    if _vouching(services, entry, past):
        return ""
    return f"The record does not tell whether {entry.name} ran {past.revision[:7]} well."


def _vouching(
    services: Services, entry: CatalogApplication, past: HistoryEntry
) -> list[Deployment]:
    """The deployments that brought the application to this revision, and well."""
    return [
        each
        for each in islice(services.ledger.newest_of([entry.name]), _MOST)
        if is_good(each) and _ended_at(each, entry.name) == past.revision
    ]


def _ended_at(deployment: Deployment, application: str) -> str | None:
    run = deployment.runs.get(application)
    return run.ended.revision if run and run.ended else None
