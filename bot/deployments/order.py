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


def is_exact(deployment: Deployment, planned: PlannedApplication) -> bool:
    """Whether the sync names the very commit that was approved."""
    return deployment.request.needs_approval and not planned.auto_sync


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
    """A revision is named only where an approval was needed and Argo CD does not sync by itself:
    then it is the approved commit, whatever the branch holds by then.
    """
    sync = deployment.request.sync
    exact = is_exact(deployment, planned)
    approved = deployment.commit.sha if deployment.commit else ""
    if exact and sync is not None and deployment.planned is not None:
        approved = deployment.planned.plan.base
    return SyncWords(
        revision=approved if exact and not deployment.reverted else "",
        prune=bool(sync and sync.prune),
        force=bool(sync and sync.force),
        dry_run=bool(sync and sync.dry_run),
        resources=selected(sync, known),
    )


def selected(sync: SyncTarget | None, known: Application | None) -> tuple[ResourceRef, ...]:
    """The one object that was named, as Argo CD spells it where it knows it; () for everything."""
    if sync is None or not sync.resource:
        return ()
    kind, _, name = sync.resource.partition("/")
    for resource in known.resources if known else ():
        if resource.ref.kind.casefold() == kind.casefold() and resource.ref.name == name:
            return (resource.ref,)
    return (ResourceRef(kind=kind, name=name),)


def needs_nothing(app: Application) -> bool:
    """Whether it is Synced and Healthy, and no operation is under way that might change that."""
    resting = app.operation is None and (app.state is None or app.state.phase.completed)
    return resting and app.sync is Sync.SYNCED and app.health is Health.HEALTHY
