"""What a deployment expects of one of its applications (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.catalog import Catalog
from bot.deployments.deployment import Deployment
from bot.deployments.rollouts.readings import Contained, Expected

_SHARED_TIMEOUT_MINUTES = 10.0
TIMEOUT = 300.0
"""Seconds within which a rollback by Argo CD must show progress: the platform's `--timeout 300`."""
_EVER = datetime.min.replace(tzinfo=UTC)


def expected(
    catalog: Catalog,
    deployment: Deployment,
    application: str,
    contained: Mapping[str, Contained],
    now: datetime,
) -> Expected:
    """The expectation that verdicts are judged by; after a revert, that of the earlier tags."""
    run = deployment.runs[application]
    sync = deployment.request.sync
    environment = run.planned.environment
    minutes = (
        catalog.environment(environment).timeout_minutes if environment else _SHARED_TIMEOUT_MINUTES
    )
    way_back = deployment.request.way_back
    by_argo = way_back is not None and way_back.history_id is not None
    return Expected(
        operation_id=run.operation_id,
        since=_EVER if _is_new(deployment) else run.intended_at or now,
        uid=run.planned.uid,
        commit=_commit(deployment),
        rollback_to=way_back.revision if way_back and by_argo else "",
        images=images_of(deployment, application),
        digests=digests_of(deployment, application),
        contained=contained,
        dry_run=bool(sync and sync.dry_run),
        selective=bool(sync and sync.resource) or by_argo,  # OutOfSync is where it ends
        settle=catalog.settle_seconds,
        degraded_grace=catalog.degraded_grace_seconds,
        start_timeout=catalog.start_timeout_seconds,
        progress_timeout=TIMEOUT if by_argo else minutes * 60,
    )


def _commit(deployment: Deployment) -> str:
    if deployment.reverted:
        return deployment.reverted.sha
    return deployment.commit.sha if deployment.commit else ""


def _is_new(deployment: Deployment) -> bool:
    """Whether the commit is of our making: then whatever contains it began after it, by any clock.

    Where Git already had our tags, only what began after the sync was intended counts.
    """
    made = deployment.commit is not None and deployment.commit.changed
    return made or deployment.reverted is not None


def images_of(deployment: Deployment, application: str) -> dict[str, str]:
    """Image name -> the tag that the deployment wants it to run there."""
    if not deployment.commit or not deployment.planned:
        return {}
    return {
        change.image: change.before if deployment.reverted else change.after
        for change in deployment.planned.plan.changes
        if change.application in ("", application)
    }


def digests_of(deployment: Deployment, application: str) -> dict[str, str]:
    """Image name -> the digest that it is to run there, of the images whose digest is known."""
    if not deployment.commit or not deployment.planned:
        return {}
    wanted = {
        change.image: change.pin_before if deployment.reverted else change.digest
        for change in deployment.planned.plan.changes
        if change.application in ("", application)
    }
    return {image: digest for image, digest in wanted.items() if digest}
