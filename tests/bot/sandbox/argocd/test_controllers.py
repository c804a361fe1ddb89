from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.argocd import Manifest, Trouble
from tests.bot.sandbox.argocd.harness import QUICK, Argo, Json, running
from tests.bot.sandbox.argocd.small_gitops import SmallGitOps

DEV, STAGING = "link-app-dev", "link-app-staging"


async def test_all_27_applications_start_deployed_and_healthy(argo: Argo) -> None:
    rows = await argo.list()
    assert len(rows) == 27
    assert {row["status"]["health"]["status"] for row in rows} == {"Healthy"}
    assert {row["status"]["sync"]["status"] for row in rows} == {"Synced"}
    waves = {row["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"] for row in rows}
    assert waves == {"-2", "-1", "0", "1", "2", "3", "4"}
    assert all(4 <= len(row["status"]["resources"]) <= 17 for row in rows)


async def test_a_push_is_unseen_until_somebody_refreshes(argo: Argo) -> None:
    before = (await argo.get(STAGING))["status"]["sync"]
    commit = argo.gitops.deploy("staging", "sha-abcdef1")
    assert (await argo.get(STAGING))["status"]["sync"] == before
    after = await argo.get(STAGING, refresh="normal", project="link")
    assert after["status"]["sync"] == {
        **after["status"]["sync"],
        "status": "OutOfSync",
        "revision": commit,
    }
    assert "argocd.argoproj.io/refresh" not in after["metadata"]["annotations"]


async def test_a_resync_sees_a_push_by_itself(gitops: SmallGitOps) -> None:
    timings = replace(QUICK, resync=20, resync_jitter=5, revision_cache=10)
    async with running(gitops, timings=timings) as argo:
        commit = gitops.deploy("staging", "sha-abcdef1")
        app = argo.sandbox.application(STAGING)
        await argo.sandbox.until(lambda: app.sync_revisions == (commit,))
        assert app.sync == "OutOfSync"


async def test_health_moves_with_the_cluster_and_reconciled_at_does_not(argo: Argo) -> None:
    before = (await argo.get(STAGING))["status"]["reconciledAt"]
    argo.sandbox.degrade(STAGING)
    after = (await argo.becomes(STAGING, "Degraded"))["status"]["reconciledAt"]
    assert after == before


async def test_auto_sync_deploys_a_new_commit_by_itself_and_once(argo: Argo) -> None:
    commit = argo.gitops.deploy("dev", "sha-abcdef1")
    await argo.get(DEV, refresh="normal")
    await argo.becomes(DEV, "Progressing", "Synced")
    state = (await argo.becomes(DEV, "Healthy"))["status"]["operationState"]
    assert state["operation"]["initiatedBy"] == {"automated": True}
    assert state["syncResult"]["revision"] == commit
    assert [record.automated for record in argo.sandbox.operations] == [True]


async def test_auto_sync_gives_up_on_a_revision_that_failed(argo: Argo) -> None:
    argo.sandbox.simulation.timings = replace(QUICK, operation=0.3, retry_backoff=0.1)
    argo.sandbox.fail_next_sync(DEV, "no", times=6)
    argo.gitops.deploy("dev", "sha-abcdef1")
    await argo.get(DEV, refresh="normal")
    app = argo.sandbox.application(DEV)
    await argo.sandbox.until(lambda: "SyncError" in app.conditions)
    conditions = (await argo.get(DEV))["status"]["conditions"]
    assert conditions[0]["message"].startswith("Failed last sync attempt to [")
    assert app.state is not None
    assert (app.state.phase, app.state.retry_count) == ("Failed", 5)
    assert len(argo.sandbox.operations) == 1


async def test_self_heal_repairs_only_what_drifted(argo: Argo) -> None:
    argo.sandbox.drift(DEV, workload="chat-svc")
    app = argo.sandbox.application(DEV)
    await argo.sandbox.until(lambda: bool(argo.sandbox.operations))
    assert app.operation is not None
    assert [key.name for key in app.operation.resources] == ["chat-svc"]
    await argo.ends(DEV)
    await argo.becomes(DEV, "Healthy", "Synced")


async def test_a_broken_tag_ends_degraded_with_pods_events_and_no_old_pods_lost(
    argo: Argo,
) -> None:
    argo.sandbox.break_tag("sha-bad0000")
    argo.gitops.deploy("staging", "sha-bad0000", ("user-svc",))
    await argo.sync(STAGING)
    await argo.becomes(STAGING, "Progressing")
    status = (await argo.becomes(STAGING, "Degraded"))["status"]
    bad = [r for r in status["resources"] if r.get("health", {}).get("status") == "Degraded"]
    assert [r["name"] for r in bad] == ["user-svc"]
    assert "exceeded its progress deadline" in bad[0]["health"]["message"]
    pods = await pods_of(argo, STAGING, "user-svc")
    reasons = [pod["info"][0]["value"] for pod in pods]
    assert sorted(reasons) == ["ImagePullBackOff", "Running", "Running"]
    failing = pods[reasons.index("ImagePullBackOff")]
    assert failing["images"][0] == "ghcr.io/link/user-svc:sha-bad0000"
    query = {"resourceName": failing["name"], "resourceUID": failing["uid"]}
    events = (await argo.client.get(f"/api/v1/applications/{STAGING}/events", params=query)).json()[
        "items"
    ]
    assert any("Failed to pull image" in event["message"] for event in events)
    assert all(event["involvedObject"]["name"] == failing["name"] for event in events)


async def test_a_crashing_workload_leaves_logs_that_say_why(argo: Argo) -> None:
    argo.sandbox.degrade(STAGING, workload="chat-svc")
    await argo.becomes(STAGING, "Degraded")
    query = {"kind": "Deployment", "resourceName": "chat-svc", "container": "chat-svc"}
    text = (await argo.client.get(f"/api/v1/applications/{STAGING}/logs", params=query)).text
    assert "panic: cannot connect to postgres" in text
    pods = await pods_of(argo, STAGING, "chat-svc")
    assert {pod["info"][0]["value"] for pod in pods} == {"CrashLoopBackOff"}
    argo.sandbox.heal(STAGING)
    await argo.becomes(STAGING, "Healthy")


async def test_stuck_stays_progressing_past_any_deadline_and_suspended_is_its_own(
    argo: Argo,
) -> None:
    argo.sandbox.simulation.timings = replace(QUICK, progress_deadline=1)
    argo.sandbox.stuck(STAGING)
    await argo.becomes(STAGING, "Progressing")
    await argo.get(STAGING, refresh="normal")
    await argo.sandbox.simulation.clock.sleep(3)
    status = (await argo.get(STAGING, refresh="normal"))["status"]
    assert status["health"]["status"] == "Progressing"
    argo.sandbox.suspend("link-frontend")
    await argo.becomes("link-frontend", "Suspended")


async def test_what_git_lost_wants_pruning_and_is_only_mentioned(argo: Argo) -> None:
    argo.sandbox.leave_behind(STAGING, Manifest("ConfigMap", "old-config"))
    await argo.becomes(STAGING, "Healthy", "OutOfSync")
    await argo.sync(STAGING)
    state = (await argo.ends(STAGING))["status"]["operationState"]
    results = state["syncResult"]["resources"]
    skipped = [r for r in results if r.get("status") == "PruneSkipped"]
    assert [r["name"] for r in skipped] == ["old-config"]
    assert state["phase"] == "Succeeded"
    await argo.sync(STAGING, prune=True)
    await argo.ends(STAGING)
    await argo.becomes(STAGING, "Healthy", "Synced")


async def test_a_repository_that_is_away_leaves_the_old_status_until_somebody_asks(
    argo: Argo,
) -> None:
    argo.sandbox.target.forget()
    before = (await argo.get(STAGING))["status"]
    away = argo.gitops.path.rename(argo.gitops.path.with_suffix(".away"))
    argo.sandbox.resync([STAGING])
    app = argo.sandbox.application(STAGING)
    await argo.sandbox.until(lambda: app.repository_failed_at is not None)
    now = (await argo.get(STAGING))["status"]
    assert (now["sync"], now["reconciledAt"]) == (before["sync"], before["reconciledAt"])
    asked = (await argo.get(STAGING, refresh="normal"))["status"]
    assert asked["sync"]["status"] == "Unknown"
    assert [c["type"] for c in asked["conditions"]] == ["ComparisonError"]
    away.rename(argo.gitops.path)
    healed = (await argo.get(STAGING, refresh="normal"))["status"]
    assert healed["sync"]["status"] == "Synced"
    assert "conditions" not in healed


async def test_deleting_and_recreating_changes_the_uid(argo: Argo) -> None:
    before = await argo.get("alert-rules")
    argo.sandbox.recreate("alert-rules")
    after = await argo.get("alert-rules")
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert (await argo.becomes("alert-rules", "Missing"))["status"]["sync"]["status"] == "OutOfSync"


@pytest.mark.parametrize("trouble", [Trouble.IMAGE_PULL, Trouble.CRASH])
async def test_a_mended_tag_rolls_out_after_all(argo: Argo, trouble: Trouble) -> None:
    argo.sandbox.break_tag("sha-bad0000", trouble)
    argo.gitops.deploy("staging", "sha-bad0000", ("user-svc",))
    await argo.sync(STAGING)
    await argo.becomes(STAGING, "Progressing")
    argo.sandbox.mend_tag("sha-bad0000")
    await argo.becomes(STAGING, "Healthy", "Synced")


async def pods_of(argo: Argo, name: str, workload: str) -> list[Json]:
    tree = (await argo.client.get(f"/api/v1/applications/{name}/resource-tree")).json()
    sets = [
        node["uid"]
        for node in tree["nodes"]
        if node["kind"] == "ReplicaSet" and node["parentRefs"][0]["name"] == workload
    ]
    return [
        node
        for node in tree["nodes"]
        if node["kind"] == "Pod" and node["parentRefs"][0]["uid"] in sets
    ]


@pytest.mark.parametrize("break_it", ["degrade", "stuck"])
async def test_a_trouble_meets_later_rollouts_too_until_it_is_healed(
    argo: Argo, break_it: str
) -> None:
    getattr(argo.sandbox, break_it)(STAGING)
    argo.gitops.deploy("staging", "sha-abcdef1")
    await argo.get(STAGING, refresh="normal")
    await argo.sync(STAGING)
    await argo.becomes(STAGING, "Degraded" if break_it == "degrade" else "Progressing", "Synced")
    await argo.sandbox.simulation.clock.sleep(2 * QUICK.rollout)
    assert (await argo.get(STAGING))["status"]["health"]["status"] != "Healthy"
    argo.sandbox.heal(STAGING)
    await argo.becomes(STAGING, "Healthy", "Synced")
