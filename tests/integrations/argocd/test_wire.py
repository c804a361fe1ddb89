from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.argocd import wire, wire_details
from integrations.argocd.details import KubernetesEvent
from integrations.argocd.model import Health, Phase, ResourceRef, Sync
from integrations.argocd.wire_json import MalformedError, moment
from tests.integrations.argocd.samples import application, row

EMPTY: list[Any] = [None, "", {}, [], 0]
STATUS = (
    *("health", "sync", "summary", "resources", "conditions", "history"),
    *("operationState", "reconciledAt"),
)


@pytest.mark.parametrize("empty", EMPTY)
def test_missing_null_and_empty_are_the_same(empty: Any) -> None:
    bare = {"metadata": {"name": "link-app-dev"}}
    full = {
        "metadata": {"name": "link-app-dev", "labels": empty, "annotations": empty, "uid": empty},
        "spec": {"syncPolicy": empty, "source": empty, "sources": empty, "destination": empty},
        "operation": empty,
        "status": dict.fromkeys(STATUS, empty),
    }
    assert wire.application(full) == wire.application(bare)


def test_an_application_never_reconciled_is_unknown() -> None:
    app = wire.application(
        {"metadata": {"name": "a"}, "status": {"sync": {"status": ""}, "health": {}}}
    )
    assert (app.health, app.sync, app.state) == (Health.UNKNOWN, Sync.UNKNOWN, None)


@pytest.mark.parametrize(
    ("policy", "auto_sync"),
    [
        ({"automated": {}}, True),
        ({"automated": {"prune": True}}, True),
        ({"automated": {"enabled": True}}, True),
        ({"automated": {"enabled": False}}, False),
        ({"automated": None}, False),
        ({}, False),
    ],
)
def test_auto_sync_is_on_unless_it_is_said_to_be_off(
    policy: dict[str, Any],
    auto_sync: bool,  # noqa: FBT001
) -> None:
    app = wire.application({"metadata": {"name": "a"}, "spec": {"syncPolicy": policy}})
    assert app.auto_sync is auto_sync


@pytest.mark.parametrize(("text", "wave"), [("-2", -2), ("7", 7), ("soon", 0), ("1.5", 0)])
def test_a_sync_wave_is_an_integer_or_nothing(text: str, wave: int) -> None:
    metadata = {"name": "a", "annotations": {wire.SYNC_WAVE: text}}
    assert wire.application({"metadata": metadata}).sync_wave == wave


def test_a_phase_from_the_future_has_not_ended() -> None:
    app = wire.application(application(phase="Simmering"))
    assert app.state is not None
    assert app.state.phase is Phase.RUNNING


def test_a_masked_row_carries_no_operation_where_there_is_none() -> None:
    (app,) = wire.applications({"items": [row(application())]})
    assert app.operation is None
    assert not app.complete


def test_a_masked_row_carries_the_operation_there_is() -> None:
    pending = application() | {"operation": {"sync": {"revision": "c"}}}
    (app,) = wire.applications({"items": [row(pending)]})
    assert app.operation is not None
    assert app.operation.revision == "c"


def test_a_list_without_applications_is_empty() -> None:
    assert wire.applications({"metadata": {}, "items": None}) == []


@pytest.mark.parametrize("answer", [{}, [], "ok", None, {"error": "no"}])
def test_an_answer_from_elsewhere_is_no_empty_list(answer: Any) -> None:
    with pytest.raises(MalformedError):
        wire.applications(answer)


@pytest.mark.parametrize("answer", [{}, [], None, {"metadata": {}}])
def test_an_answer_from_elsewhere_is_no_application(answer: Any) -> None:
    with pytest.raises(MalformedError):
        wire.application(answer)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-01-02T10:00:00Z", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("2026-01-02T12:00:00+02:00", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("2026-01-02T10:00:00.123456789Z", datetime(2026, 1, 2, 10, 0, 0, 123456, UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_times_are_read_as_go_writes_them(written: str | None, at: datetime | None) -> None:
    assert moment({"at": written}, "at") == at


def test_a_newer_kubernetes_event_keeps_count_and_time_in_its_series() -> None:
    (event,) = wire_details.events(
        {
            "items": [
                {
                    "type": "Warning",
                    "reason": "BackOff",
                    "message": "Back-off pulling image",
                    "involvedObject": {"kind": "ReplicaSet", "name": "x", "apiVersion": "apps/v1"},
                    "firstTimestamp": None,
                    "lastTimestamp": None,
                    "eventTime": "2026-01-02T10:00:00.000001Z",
                    "series": {"count": 4, "lastObservedTime": "2026-01-02T10:01:00Z"},
                }
            ]
        }
    )
    assert event == KubernetesEvent(
        type="Warning",
        reason="BackOff",
        message="Back-off pulling image",
        count=4,
        first_at=datetime(2026, 1, 2, 10, 0, 0, 1, UTC),
        last_at=datetime(2026, 1, 2, 10, 1, tzinfo=UTC),
        about=ResourceRef("ReplicaSet", "x", "apps", version="v1"),
    )


def test_manifests_come_as_json_inside_json() -> None:
    found = wire_details.manifests({"manifests": ['{"kind": "Service"}', ""]})
    assert found == ({"kind": "Service"},)
    with pytest.raises(MalformedError):
        wire_details.manifests({"manifests": ["kind: Service"]})
