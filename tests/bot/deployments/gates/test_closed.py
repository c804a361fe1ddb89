"""Every closed gate is listed, with who opens it or when it opens by itself."""

from __future__ import annotations

from bot.deployments.gates.closed import Facts, GateName, gates, judged
from bot.deployments.gates.wording import worded
from bot.deployments.plan import Plan
from bot.deployments.releases.checks import Checks, Light
from bot.deployments.releases.release import Release
from integrations.argocd.details import SyncWindow, SyncWindows
from tests.bot.deployments.histories import at, change, planned_application

NOW = at(0)
PLAN = Plan(waves=((planned_application("a"), planned_application("b")),))
SHUT = SyncWindows(can_sync=False, active=(SyncWindow("deny", "0 18 * * 5", "60h"),))


def test_with_nothing_in_the_way_no_gate_is_closed() -> None:
    facts = Facts(windows={"a": SyncWindows(can_sync=True)}, may_sync={"a": True, "b": True})

    assert gates(PLAN, facts, NOW) == ()


def test_all_closed_gates_are_listed_at_once_in_the_order_one_meets_them() -> None:
    facts = Facts(
        refused="This needs the permission “deploy” for staging.",
        holders="It is held by @developers.",
        windows={"b": SHUT},
        may_sync={"a": False},
        missing=("c",),
        ahead=("d7",),
        needs_approval=("production",),
    )

    closed = gates(PLAN, facts, NOW)

    assert [gate.name for gate in closed] == [
        GateName.PERMISSION,
        GateName.APPLICATION,
        GateName.ARGOCD,
        GateName.SYNC_WINDOW,
        GateName.APPROVAL,
        GateName.QUEUE,
    ]
    assert all(worded(gate.found).why and worded(gate.found).opens for gate in closed)


def test_a_missing_permission_says_who_holds_it() -> None:
    (gate,) = gates(PLAN, Facts(refused="No.", holders="It is held by @developers."), NOW)

    assert worded(gate.found).opens == "It is held by @developers."


def test_a_sync_window_names_its_schedule_and_the_application_it_shuts() -> None:
    (gate,) = gates(PLAN, Facts(windows={"b": SHUT}), NOW)

    assert worded(gate.found).why == (
        "A sync window of project link keeps b shut (deny 0 18 * * 5 for 60h)."
    )  # fmt: skip
    assert "by itself" in worded(gate.found).opens


def test_a_window_that_only_keeps_open_elsewhere_still_says_that_it_is_shut() -> None:
    (gate,) = gates(PLAN, Facts(windows={"a": SyncWindows(can_sync=False)}), NOW)

    assert worded(gate.found).why == "A sync window of project link keeps a shut."


def test_a_right_that_argo_cd_denies_names_the_grant_to_ask_for() -> None:
    (gate,) = gates(PLAN, Facts(may_sync={"a": False, "b": True}), NOW)

    assert "`applications, sync, link/a`" in worded(gate.found).opens


def test_what_was_not_looked_up_closes_nothing() -> None:
    assert gates(PLAN, Facts(), NOW) == ()


def test_only_what_was_asked_counts_as_judged() -> None:
    always = (GateName.PERMISSION, GateName.FREEZE, GateName.LOCK)
    ships = PLAN.model_copy(update={"changes": (change("user-svc"),)})
    assert judged(ships, Facts()) == always
    assert GateName.REGISTRY not in judged(PLAN, Facts(), asks_registry=True)
    assert GateName.REGISTRY in judged(ships, Facts(), asks_registry=True)
    checked = Facts(release=Release(checks=(Checks("abc1234", Light.GREEN),)), windows={"b": SHUT})
    assert {GateName.CI, GateName.SYNC_WINDOW} == {*judged(ships, checked)} - {*always}
