"""Which resources count as ready: those that our operation applied, and that are well since."""

from __future__ import annotations

from dataclasses import replace

from bot.deployments.rollouts.progress import progress_of
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
from tests.bot.deployments.histories import at

SERVER = ResourceRef(kind="Deployment", name="server", group="apps", namespace="n")
CONFIG = ResourceRef(kind="ConfigMap", name="config", namespace="n")
OURS = OperationState(
    Operation(),
    Phase.SUCCEEDED,
    started_at=at(1),
    finished_at=at(5),
    resources=(ResourceResult(SERVER, "Synced"), ResourceResult(CONFIG, "Synced")),
)
APP = Application(
    "a",
    reconciled_at=at(6),
    resources=(
        ResourceStatus(SERVER, Sync.SYNCED, Health.PROGRESSING),
        ResourceStatus(CONFIG, Sync.SYNCED),
    ),
)


def done(app: Application, ours: OperationState | None) -> tuple[int, int]:
    row = progress_of(app, "", ours)
    return row.done, row.total


def test_nothing_is_ready_before_our_operation_and_a_comparison_since() -> None:
    assert done(APP, None) == (0, 2)
    assert done(replace(APP, reconciled_at=at(5)), OURS) == (0, 2)
    assert done(APP, replace(OURS, resources=())) == (0, 2)


def test_what_was_applied_counts_once_it_is_well() -> None:
    assert done(APP, OURS) == (1, 2)
    well = tuple(replace(each, health=Health.HEALTHY) for each in APP.resources)
    assert done(replace(APP, resources=well), OURS) == (2, 2)


def test_of_one_object_only_that_one_counts() -> None:
    assert progress_of(APP, "", OURS, only=[ResourceRef("ConfigMap", "config")]).total == 1
