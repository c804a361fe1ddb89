"""Who passes which shut gate."""

from __future__ import annotations

import pytest

from bot.deployments.events import DeploymentRequested
from bot.deployments.gates.findings import NotPermitted
from bot.deployments.gates.gate import Bypass, Gate, GateName
from bot.deployments.gates.passing import still_closed
from tests.bot.deployments.histories import DANA, PIPELINE, at


def gate(name: GateName, *passed_by: Bypass) -> Gate:
    return Gate(name, NotPermitted("Shut.", ""), passed_by=frozenset(passed_by))


FREEZE = gate(GateName.FREEZE, Bypass.BREAK_GLASS, Bypass.ROLLBACK)
CI = gate(GateName.APPLICATION, Bypass.OVERRIDE)
APPROVAL = gate(GateName.APPROVAL, Bypass.BREAK_GLASS, Bypass.ROLLBACK)
REGISTRY = gate(GateName.ARGOCD)
QUEUE = gate(GateName.QUEUE)
ALL = (FREEZE, CI, APPROVAL, REGISTRY, QUEUE)


def asked(**more: object) -> DeploymentRequested:
    facts = {"environment": "production", "applications": ("app",), "channel": "#production"}
    return DeploymentRequested.model_validate(
        {"at": at(0), "id": "d1", "kind": "deploy", "actor": DANA, **facts, **more}
    )


@pytest.mark.parametrize(
    ("request_", "closed"),
    [
        (asked(), [FREEZE, CI, APPROVAL, REGISTRY]),
        (asked(needs_approval=True), [FREEZE, CI, REGISTRY]),
        (asked(needs_approval=True, override_checks=True), [FREEZE, REGISTRY]),
        (asked(break_glass=True), [CI, REGISTRY]),
        (asked(purpose="rollback", way_back={"at_once": True}), [CI, REGISTRY]),
        (asked(purpose="rollback", way_back={}, needs_approval=True), [FREEZE, CI, REGISTRY]),
        (asked(purpose="rollback"), [FREEZE, CI, APPROVAL, REGISTRY]),
        (asked(purpose="promotion", needs_approval=True), [FREEZE, CI, REGISTRY]),
    ],
)
def test_each_right_passes_only_the_gates_that_name_it(
    request_: DeploymentRequested, closed: list[Gate]
) -> None:
    assert still_closed(ALL, request_) == closed


@pytest.mark.parametrize("name", [GateName.FREEZE, GateName.LOCK, GateName.PIN, GateName.HOLD])
def test_what_people_put_over_a_scope_holds_a_rollback_that_no_person_asked_for(
    name: GateName,
) -> None:
    over = gate(name, Bypass.BREAK_GLASS, Bypass.ROLLBACK)
    shut = (over, APPROVAL)
    back = {"purpose": "rollback", "way_back": {"at_once": True}}
    by_itself = {"kind": "schedule", "id": "schedule"}

    assert still_closed(shut, asked(**back)) == []
    assert still_closed(shut, asked(**back, actor=PIPELINE)) == [over]
    assert still_closed(shut, asked(**back, actor=by_itself)) == [over]
