"""What a deployment expects of one of its applications (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.catalog import Catalog
from bot.deployments.deployment import Deployment
from bot.deployments.readings import Contained, Expected

_SHARED_TIMEOUT_MINUTES = 10.0


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
    return Expected(
        operation_id=run.operation_id,
        intended_at=run.intended_at or now,
        uid=run.planned.uid,
        commit=_commit(deployment),
        images=_images(deployment, application),
        contained=contained,
        dry_run=bool(sync and sync.dry_run),
        selective=bool(sync and sync.resource),
        settle=catalog.settle_seconds,
        degraded_grace=catalog.degraded_grace_seconds,
        start_timeout=catalog.start_timeout_seconds,
        progress_timeout=minutes * 60,
    )


def _commit(deployment: Deployment) -> str:
    if deployment.reverted:
        return deployment.reverted.sha
    return deployment.commit.sha if deployment.commit else ""


def _images(deployment: Deployment, application: str) -> dict[str, str]:
    if not deployment.commit or not deployment.planned:
        return {}
    return {
        change.image: change.before if deployment.reverted else change.after
        for change in deployment.planned.plan.changes
        if change.application in ("", application)
    }
