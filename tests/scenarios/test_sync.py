"""`/sync`: wave by wave, only what needs it, and with great care where objects are deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.argocd import Manifest, Timings
from tests.scenarios.story import Card, Story, platform, story

FIRST, BESIDE, LATER = "cert-manager", "ingress-nginx", "loki-stack"  # waves -2, -2 and 1


def drift(scene: Story, *applications: str) -> None:
    """Somebody edits an object of each by hand: OutOfSync."""
    for name in applications:
        scene.world.argocd.drift(name)


async def sync(scene: Story, words: str) -> Card:
    """On-call asks for a sync and means it; its card."""
    confirmed = "" if "--dry-run" in words else " --yes"
    await scene.oncall.types(f"/sync {words}{confirmed}")
    return await scene.card()


def drifted(scene: Story, application: str) -> set[str]:
    """The objects of an application that still differ from Git."""
    live = scene.world.argocd.application(application).live
    return {str(key.name) for key, one in live.items() if one.drifted}


async def test_waves_go_in_order_and_in_parallel_inside_and_skip_what_is_well(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, timings=Timings(operation=10, rollout=4)) as scene:
        drift(scene, FIRST, BESIDE, LATER)

        card = await sync(scene, "all")
        await card.ends("Succeeded")

        first, beside, later = (scene.operations(name)[0] for name in (FIRST, BESIDE, LATER))
        assert first.started is not None
        assert first.finished is not None
        assert beside.started is not None
        assert beside.finished is not None
        assert later.started is not None
        assert max(first.started, beside.started) < min(first.finished, beside.finished)
        assert later.started > max(first.finished, beside.finished)
        assert len(scene.world.argocd.operations) == 3, "what is well is left alone"
        assert "applications already Synced and Healthy: " in card.everything
        assert "Left out: `link-app-production`" in card.everything
        assert not any(drifted(scene, name) for name in (FIRST, BESIDE, LATER))


async def test_a_failed_wave_stops_the_rest_and_names_it(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        drift(scene, FIRST, BESIDE, LATER)
        scene.world.argocd.fail_next_sync(FIRST, "admission webhook denied the request")

        card = await sync(scene, "all")
        await card.ends("Failed")

        assert "admission webhook denied the request" in card.everything
        assert "Not attempted: " in card.everything
        assert f"`{LATER}`" in card.everything
        assert len(scene.operations(BESIDE)) == 1, "the rest of its wave runs to its end"
        assert not scene.operations(LATER)


async def test_when_everything_is_well_nothing_is_asked_of_argo_cd(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        card = await sync(scene, "monitoring")
        await card.ends("Succeeded")

        assert "Everything was already Synced and Healthy" in card.text
        assert not scene.world.argocd.operations


async def test_production_is_left_out_of_a_group(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        drift(scene, "link-frontend", "link-app-production")
        answer = await scene.oncall.asks("/sync applications")
        assert "Left out, for it needs an approval of its own: `link-app-production`" in str(
            answer.body
        )
        card = await scene.card()
        await card.ends("Succeeded")

        assert "Left out: `link-app-production`" in card.everything
        assert len(scene.operations("link-frontend")) == 1
        assert not scene.operations("link-app-production")


@pytest.mark.parametrize("words", ["redis-cluster-ha --force", "postgres-ha-cluster --prune"])
async def test_protected_applications_refuse_force_and_prune(tmp_path: Path, words: str) -> None:
    async with story(tmp_path) as scene:
        told = await scene.oncall.types(f"/sync {words}")

        assert "is protected" in told
        assert not scene.services.ledger.newest()


async def test_prune_names_the_objects_and_asks_for_the_applications_name(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.leave_behind(LATER, Manifest("ConfigMap", "old-dashboards"))
        known = scene.services.applications
        while not any(r.requires_pruning for r in known.applications[LATER].resources):
            await known.changed({LATER}, 5)

        await scene.oncall.types(f"/sync {LATER} --prune")
        form = await scene.oncall.form()
        assert "old-dashboards" in str(form.content)
        assert not scene.services.ledger.newest()

        wrong = await scene.oncall.submits({"confirm": "loki"})
        assert "is not the application" in str(wrong.body)
        await scene.oncall.submits({"confirm": LATER})
        card = await scene.card()
        await card.ends("Succeeded")

        live = scene.world.argocd.application(LATER).live
        assert "old-dashboards" not in {key.name for key in live}


async def test_force_names_every_object_that_it_may_replace(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.oncall.types(f"/sync {LATER} --force")
        form = await scene.oncall.form()
        assert "StatefulSet/loki" in str(form.content)
        assert "DaemonSet/promtail" in str(form.content)

        await scene.oncall.submits({"confirm": LATER})
        await (await scene.card()).ends("Succeeded")

        assert len(scene.operations(LATER)) == 1


async def test_without_prune_what_git_no_longer_has_is_said_and_stays(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.leave_behind(LATER, Manifest("ConfigMap", "old-dashboards"))
        drift(scene, LATER)

        card = await sync(scene, LATER)
        await card.ends("Succeeded")

        assert "1 no longer in Git and not pruned: ConfigMap/old-dashboards" in card.everything
        assert "old-dashboards" in {k.name for k in scene.world.argocd.application(LATER).live}


async def test_a_resource_alone_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.drift(LATER, workload="loki")
        scene.world.argocd.drift(LATER, workload="promtail")

        card = await sync(scene, f"{LATER} --resource statefulset/loki")
        await card.ends("Succeeded")

        assert "statefulset/loki of loki-stack" in card.text
        assert drifted(scene, LATER) == {"promtail"}


async def test_an_object_that_is_not_there_is_no_success(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        told = await scene.oncall.types(f"/sync {LATER} --resource statefulset/lokii")

        assert "loki-stack has no object “statefulset/lokii”" in told
        assert "Did you mean `StatefulSet/loki`" in told
        assert "/shipmate app resources loki-stack" in told
        assert not scene.services.ledger.newest()


async def test_what_is_confirmed_names_the_object_that_is_synced_alone(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.oncall.types(f"/sync {LATER} --resource statefulset/loki")

        form = await scene.oncall.form()
        assert "statefulset/loki alone" in str(form.content)


async def test_a_dry_run_shows_what_argo_cd_says_and_changes_nothing(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.argocd.drift("prometheus-stack", workload="grafana")

        told = await scene.oncall.types("/sync prometheus-stack --dry-run")
        card = await scene.card()
        await card.ends("Succeeded")

        assert "occupies each application's operation" in told
        assert "deployment.apps/grafana configured" in card.everything
        assert "7 unchanged" in card.everything
        assert drifted(scene, "prometheus-stack") == {"grafana"}
        assert [o.dry_run for o in scene.operations("prometheus-stack")] == [True]
        assert await scene.world.repository.head() == before


async def test_a_dry_run_that_would_be_refused_fails(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        drift(scene, LATER)
        scene.world.argocd.fail_next_sync(LATER, "StatefulSet.apps is invalid: spec: Forbidden")

        card = await sync(scene, f"{LATER} --dry-run")
        await card.ends("Failed")

        assert "StatefulSet.apps is invalid: spec: Forbidden" in card.everything
        assert drifted(scene, LATER)


async def test_what_environments_share_is_only_synced_once_confirmed(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        drift(scene, LATER)
        await scene.oncall.types("/sync monitoring")
        form = await scene.oncall.form()
        assert "This syncs 5 shared applications of monitoring" in str(form.content)
        assert LATER in str(form.content)
        assert not scene.services.ledger.newest()

        await scene.oncall.submits({})
        await (await scene.card()).ends("Succeeded")

        assert len(scene.operations(LATER)) == 1


async def test_the_form_of_sync_asks_the_same_question(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.oncall.types("/sync")
        await scene.oncall.form()
        await scene.oncall.submits({"application": "monitoring"})
        form = await scene.oncall.form()
        assert "Every environment uses" in str(form.content)

        await scene.oncall.submits({})
        await (await scene.card()).ends("Succeeded")


async def test_the_sixth_waiting_sync_of_one_person_is_refused(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.argocd.drift("link-frontend")
        scene.world.argocd.never_finish("link-frontend")
        card = await sync(scene, "link-frontend")
        await card.shows("syncing")
        for _ in range(5):
            await scene.oncall.types("/sync link-frontend")

        assert "5 is the most" in await scene.oncall.types("/sync link-frontend")


async def test_shared_applications_are_for_those_who_operate_them(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        told = await scene.developer.types("/sync infrastructure")

        assert "operate" in told
        assert not scene.services.ledger.newest()


async def test_somebody_elses_operation_is_waited_for_and_then_ours_runs(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        drift(scene, LATER)
        scene.world.argocd.never_finish(LATER)
        scene.world.argocd.start_foreign_operation(LATER, by="admin")

        card = await sync(scene, LATER)
        await card.shows("another operation, by admin")
        scene.world.argocd.never_finish(LATER, yes=False)
        await card.ends("Succeeded")

        assert [o.initiated_by for o in scene.operations(LATER)] == ["admin", "shipmate"]


async def test_of_several_environments_that_need_an_approval_each_is_asked_for(
    tmp_path: Path,
) -> None:
    everywhere = platform({"mode: automatic": "mode: approval"})
    async with story(tmp_path, catalog=everywhere) as scene:
        told = await scene.oncall.types("/sync applications")

        assert "need approvals of their own" in told
        assert "/sync link-app-dev" in told
        assert not scene.services.ledger.newest()
