"""Readings of one application, as the verdict is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.deployments.rollouts.readings import (
    OPERATION_KEY,
    Contained,
    Expected,
    Reading,
    Seen,
)
from bot.deployments.rollouts.verdict import judge
from integrations.argocd.model import (
    Application,
    Health,
    Operation,
    OperationState,
    Phase,
    ResourceRef,
    ResourceResult,
    ResourceStatus,
    Sync,
)

T0 = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
OURS, OTHER = "c" * 40, "d" * 40
IMAGE = "ghcr.io/link/user-svc"


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def expecting(**changes: object) -> Expected:
    base = Expected(
        operation_id="op-1",
        since=at(0.5),
        uid="u1",
        commit=OURS,
        images={IMAGE: "sha-new"},
        contained={OURS: Contained.YES},
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # any field, by its name


def finished(
    phase: Phase = Phase.SUCCEEDED,
    *,
    infos: dict[str, str] | None = None,
    revision: str = OURS,
    end: float = 10,
    message: str = "",
    results: tuple[ResourceResult, ...] = (),
    **operation: object,
) -> OperationState:
    infos = {OPERATION_KEY: "op-1"} if infos is None else infos
    asked = Operation(infos=infos, **operation)  # type: ignore[arg-type]  # its own fields
    return OperationState(
        asked, phase, message, at(1), at(end), revisions=(revision,), resources=results
    )


HEALTHY = Application(
    name="link-app-staging",
    uid="u1",
    health=Health.HEALTHY,
    sync=Sync.SYNCED,
    sync_revisions=(OURS,),
    state=finished(),
    reconciled_at=at(11),
    images=(f"{IMAGE}:sha-new",),
    resources=(ResourceStatus(ResourceRef("Deployment", "user-svc"), Sync.SYNCED, Health.HEALTHY),),
)


def read(
    story: Sequence[tuple[float, Application | None]], expected: Expected | None = None
) -> Reading:
    """The last reading of a story of (second, application)."""
    seen, reading = Seen(), None
    for second, app in story:
        reading, seen = judge(app, expected or expecting(), seen, at(second))
    assert reading is not None
    return reading
