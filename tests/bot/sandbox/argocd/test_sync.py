from __future__ import annotations

from tests.bot.sandbox.argocd.harness import APPLICATIONS, Argo

STAGING = "link-app-staging"
INFOS = [{"name": "shipmate-deploy-id", "value": "d-1"}]


async def test_a_sync_comes_back_before_anything_has_happened(argo: Argo) -> None:
    before = await argo.get(STAGING)
    answer = (await argo.sync(STAGING, project="link", infos=INFOS)).json()
    assert answer["operation"]["info"] == INFOS
    assert answer["operation"]["initiatedBy"] == {"username": "shipmate"}
    assert "operationState" not in answer["status"]
    for stale in ("health", "sync", "reconciledAt", "history", "resources"):
        assert answer["status"][stale] == before["status"][stale]


async def test_success_says_nothing_of_health_until_a_later_comparison(argo: Argo) -> None:
    commit = argo.gitops.deploy("staging", "sha-abcdef1")
    await argo.get(STAGING, refresh="normal")
    await argo.sync(STAGING, infos=INFOS)
    over = (await argo.ends(STAGING))["status"]
    assert over["operationState"]["phase"] == "Succeeded"
    assert over["operationState"]["syncResult"]["revision"] == commit
    assert over["operationState"]["operation"]["info"] == INFOS
    assert (over["health"]["status"], over["sync"]["status"]) == ("Healthy", "OutOfSync")
    assert over["reconciledAt"] <= over["operationState"]["finishedAt"]
    rolling = (await argo.becomes(STAGING, "Progressing"))["status"]
    assert rolling["sync"] == {**rolling["sync"], "status": "Synced", "revision": commit}
    tags = {image for image in rolling["summary"]["images"] if "user-svc" in image}
    assert tags == {f"ghcr.io/link/user-svc:{tag}" for tag in ("sha-0000002", "sha-abcdef1")}
    done = (await argo.becomes(STAGING, "Healthy"))["status"]
    assert not any("sha-0000002" in image for image in done["summary"]["images"])


async def test_a_second_operation_is_refused_while_one_is_wanted(argo: Argo) -> None:
    argo.sandbox.start_foreign_operation(STAGING, by="admin")
    refused = await argo.sync(STAGING)
    assert (refused.status_code, refused.json()["code"]) == (400, 9)
    assert refused.json()["message"] == "another operation is already in progress"
    assert [record.initiated_by for record in argo.sandbox.operations] == ["admin"]


async def test_a_finished_sync_is_remembered_and_a_rollback_is_one_more_deployment(
    argo: Argo,
) -> None:
    history = (await argo.get(STAGING))["status"]["history"]
    assert [entry["id"] for entry in history] == [0, 1]
    argo.gitops.deploy("staging", "sha-abcdef1")
    await argo.sync(STAGING)
    await argo.ends(STAGING)
    answer = await argo.client.post(f"{APPLICATIONS}/{STAGING}/rollback", json={"id": 0})
    assert answer.json()["operation"]["sync"]["syncStrategy"] == {"apply": {}}
    over = (await argo.ends(STAGING))["status"]
    assert [entry["id"] for entry in over["history"]] == [0, 1, 2, 3]
    assert over["history"][-1]["revision"] == history[0]["revision"]
    assert not any("hookType" in one for one in over["operationState"]["syncResult"]["resources"])
    later = (await argo.becomes(STAGING, "Progressing", "OutOfSync"))["status"]
    assert later["operationState"]["phase"] == "Succeeded"


async def test_rollback_is_refused_with_auto_sync_on_and_for_an_unknown_id(argo: Argo) -> None:
    path = f"{APPLICATIONS}/link-app-dev/rollback"
    refused = await argo.client.post(path, json={"id": 0})
    assert refused.json()["message"] == "rollback cannot be initiated when auto-sync is enabled"
    unknown = await argo.client.post(f"{APPLICATIONS}/{STAGING}/rollback", json={"id": 77})
    assert (unknown.status_code, unknown.json()["code"]) == (400, 3)


async def test_between_retries_the_phase_is_running_and_finished_at_is_set(argo: Argo) -> None:
    argo.sandbox.fail_next_sync(STAGING, "Deployment is invalid", times=1)
    await argo.sync(STAGING, retryStrategy={"limit": 2})
    app = argo.sandbox.application(STAGING)
    await argo.sandbox.until(lambda: app.state is not None and app.state.retry_count == 1)
    between = await argo.get(STAGING)
    state = between["status"]["operationState"]
    assert (state["phase"], state["retryCount"]) == ("Running", 1)
    assert "finishedAt" in state
    assert "Retrying attempt #1 at" in state["message"]
    assert "operation" in between
    over = (await argo.ends(STAGING))["status"]["operationState"]
    assert (over["phase"], over["retryCount"]) == ("Succeeded", 1)


async def test_a_failed_sync_names_the_object_and_leaves_health_alone(argo: Argo) -> None:
    argo.sandbox.fail_next_sync(STAGING, "admission webhook denied the request")
    await argo.sync(STAGING)
    status = (await argo.ends(STAGING))["status"]
    state = status["operationState"]
    assert state["phase"] == "Failed"
    assert "admission webhook denied" in state["message"]
    failed = [r for r in state["syncResult"]["resources"] if r.get("status") == "SyncFailed"]
    assert [(r["kind"], r["name"]) for r in failed] == [("Deployment", "api-gateway")]
    assert status["health"]["status"] == "Healthy"
    assert len(status["history"]) == 2


async def test_a_wrong_full_sha_is_accepted_and_fails_later_as_an_error(argo: Argo) -> None:
    answer = await argo.sync(STAGING, revision="f" * 40)
    assert answer.status_code == 200
    assert (await argo.ends(STAGING))["status"]["operationState"]["phase"] == "Error"
    refused = await argo.sync(STAGING, revision="no-such-branch")
    assert (refused.status_code, refused.json()["code"]) == (400, 9)
    assert "unable to resolve 'no-such-branch' to a commit SHA" in refused.json()["message"]


async def test_auto_sync_refuses_another_revision(argo: Argo) -> None:
    refused = await argo.sync("link-app-dev", revision="f" * 40)
    assert refused.json()["message"].endswith("auto-sync currently set to main")


async def test_a_dry_run_occupies_the_operation_and_changes_nothing(argo: Argo) -> None:
    argo.gitops.deploy("staging", "sha-abcdef1")
    await argo.sync(STAGING, dryRun=True)
    assert (await argo.sync(STAGING)).status_code == 400
    status = (await argo.ends(STAGING))["status"]
    messages = [r["message"] for r in status["operationState"]["syncResult"]["resources"]]
    assert "deployment.apps/user-svc configured (dry run)" in messages
    assert len(status["history"]) == 2
    assert argo.sandbox.operations[0].dry_run
    running = argo.sandbox.application(STAGING).live.values()
    assert not any("sha-abcdef1" in live.image for live in running)


async def test_what_fails_to_apply_is_what_would_have_changed(argo: Argo) -> None:
    argo.gitops.deploy("staging", "sha-abcdef1", services=("user-svc",))
    argo.sandbox.fail_next_sync(STAGING)
    await argo.sync(STAGING)
    status = (await argo.ends(STAGING))["status"]
    results = status["operationState"]["syncResult"]["resources"]
    failed = [r for r in results if r.get("status") == "SyncFailed"]
    assert [r["name"] for r in failed] == ["user-svc"]
    assert failed[0]["message"].startswith('Deployment.apps "user-svc" is invalid: ')
    assert failed[0]["message"] in status["operationState"]["message"]
    running = argo.sandbox.application(STAGING).live.values()
    assert not any("sha-abcdef1" in live.image for live in running)


async def test_a_partial_sync_runs_no_hooks_and_writes_no_history(argo: Argo) -> None:
    argo.gitops.deploy("staging", "sha-abcdef1")
    resources = [{"group": "apps", "kind": "Deployment", "name": "user-svc"}]
    await argo.sync(STAGING, resources=resources)
    status = (await argo.ends(STAGING))["status"]
    results = status["operationState"]["syncResult"]["resources"]
    assert [(r["kind"], r["name"]) for r in results] == [("Deployment", "user-svc")]
    assert len(status["history"]) == 2


async def test_an_operation_is_terminated_by_its_worker_and_not_before_it_began(
    argo: Argo,
) -> None:
    argo.sandbox.pause_operations()
    await argo.sync(STAGING)
    headers = {"Content-Type": "application/json"}
    path = f"{APPLICATIONS}/{STAGING}/operation"
    early = await argo.client.delete(path, headers=headers)
    assert (early.status_code, early.json()["code"]) == (400, 3)
    argo.sandbox.pause_operations(yes=False)
    argo.sandbox.never_finish(STAGING)
    app = argo.sandbox.application(STAGING)
    await argo.sandbox.until(lambda: app.state is not None)
    assert (await argo.client.delete(path, headers=headers)).json() == {}
    state = (await argo.ends(STAGING))["status"]["operationState"]
    assert (state["phase"], state["message"]) == ("Failed", "Operation terminated")


async def test_a_sync_window_blocks_with_a_403_of_its_own(argo: Argo) -> None:
    argo.sandbox.sync_window("deny")
    refused = await argo.sync(STAGING)
    assert (refused.status_code, refused.json()["code"]) == (403, 7)
    assert refused.json()["message"] == "cannot sync: blocked by sync window"
    windows = (await argo.client.get(f"{APPLICATIONS}/{STAGING}/syncwindows")).json()
    assert "canSync" not in windows
    assert windows["activeWindows"][0]["kind"] == "deny"
    argo.sandbox.sync_window("")
    assert (await argo.sync(STAGING)).status_code == 200
