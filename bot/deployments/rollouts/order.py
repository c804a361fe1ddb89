"""What Argo CD is asked for, for one application of one deployment (pure)."""

from __future__ import annotations

import hashlib
from typing import TypedDict

from bot.deployments.deployment import Deployment
from bot.deployments.events import SyncTarget
from bot.deployments.plan import PlannedApplication
from integrations.argocd.model import Application, Health, ResourceRef, Sync


def operation_id(deployment: Deployment, application: str) -> str:
    """The same for every try of the same application in the same leg of a deployment."""
    leg = "revert" if deployment.reverted else "deploy"
    digest = hashlib.sha256(f"{deployment.id}/{leg}/{application}".encode()).hexdigest()
    return f"{deployment.id}-{digest[:8]}"


def is_exact(
    deployment: Deployment, planned: PlannedApplication, known: Application | None
) -> bool:
    """Whether the sync names a commit: where changes need an approval, and Argo CD does not sync
    by itself, only what this deployment is about goes there. Whether it does is told by how the
    application is known now; where it is not, by the plan.
    """
    by_itself = planned.auto_sync if known is None else known.auto_sync
    return (planned.guarded or deployment.request.needs_approval) and not by_itself


class SyncWords(TypedDict):
    """What the sync of one application is asked with."""

    revision: str
    prune: bool
    force: bool
    dry_run: bool
    resources: tuple[ResourceRef, ...]


def sync_words(
    deployment: Deployment, planned: PlannedApplication, known: Application | None
) -> SyncWords:
    """An exact sync names the deployment's own commit, that of its way back once it took that, or
    for a sync the commit that the plan was made on, whatever the branch holds by then.
    """
    sync = deployment.request.sync
    return SyncWords(
        revision=_commit(deployment) if is_exact(deployment, planned, known) else "",
        prune=bool(sync and sync.prune),
        force=bool(sync and sync.force),
        dry_run=bool(sync and sync.dry_run),
        resources=selected(sync, known),
    )


def _commit(deployment: Deployment) -> str:
    if deployment.reverted:
        return deployment.reverted.sha
    if deployment.commit:
        return deployment.commit.sha
    return deployment.planned.plan.base if deployment.planned else ""


def selected(sync: SyncTarget | None, known: Application | None) -> tuple[ResourceRef, ...]:
    """The one object that was named, as Argo CD spells it where it knows it; () for everything."""
    if sync is None or not sync.resource:
        return ()
    kind, _, name = sync.resource.partition("/")
    return (find(sync.resource, known) or ResourceRef(kind=kind, name=name),)


def find(resource: str, known: Application | None) -> ResourceRef | None:
    """The object of that kind/name, or None where the application is not known to have it."""
    kind, _, name = resource.partition("/")
    for each in known.resources if known else ():
        if each.ref.kind.casefold() == kind.casefold() and each.ref.name == name:
            return each.ref
    return None


def needs_nothing(app: Application) -> bool:
    """Whether it is Synced and Healthy, and no operation is under way that might change that."""
    resting = app.operation is None and (app.state is None or app.state.phase.completed)
    return resting and app.sync is Sync.SYNCED and app.health is Health.HEALTHY
