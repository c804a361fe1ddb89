"""How an application ends that is not simply Healthy, and what is not blamed on ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.deployments.events import AppOutcome
from bot.deployments.rollouts.readings import (
    NotOurs,
    Verdict,
    Waiting,
)
from integrations.argocd.model import (
    Application,
    Condition,
    Health,
    HistoryEntry,
    Phase,
    ResourceRef,
    ResourceResult,
    ResourceStatus,
    Sync,
)
from tests.bot.deployments.rollouts.readings_told import (
    HEALTHY,
    IMAGE,
    OTHER,
    OURS,
    at,
    expecting,
    finished,
    read,
)


def test_a_paused_rollout_is_an_end_of_its_own() -> None:
    verdict = read([(12, replace(HEALTHY, health=Health.SUSPENDED))])

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUSPENDED


def test_no_progress_within_the_limit_times_out_and_names_what_blocks() -> None:
    slow = ResourceStatus(
        ResourceRef("Deployment", "ai-svc"), Sync.SYNCED, Health.PROGRESSING, "0 of 2 updated"
    )
    app = replace(HEALTHY, health=Health.PROGRESSING, resources=(slow,))

    verdict = read([(12, app), (613, app)])

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.TIMED_OUT
    assert "Deployment/ai-svc" in verdict.message
    assert verdict.failing == ((slow.ref, "0 of 2 updated"),)


def test_progress_pushes_the_limit_back() -> None:
    app = replace(HEALTHY, health=Health.PROGRESSING)
    further = replace(app, images=(f"{IMAGE}:sha-new", f"{IMAGE}:sha-old"))

    assert isinstance(read([(12, app), (600, further), (700, further)]), Waiting)


@pytest.mark.parametrize("now", [None, replace(HEALTHY, uid="u2")])
def test_a_deleted_or_recreated_application_fails(now: Application | None) -> None:
    verdict = read([(12, HEALTHY), (13, now)])

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.FAILED
    assert "deleted" in verdict.message


def test_what_was_not_pruned_is_said_and_is_no_failure() -> None:
    left = ResourceResult(ResourceRef("ConfigMap", "old"), "PruneSkipped", "ignored")
    app = replace(HEALTHY, sync=Sync.OUT_OF_SYNC, state=finished(results=(left,)))

    verdict = read([(12, app), (17, app)])

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUCCEEDED
    assert "ConfigMap/old" in verdict.notes[0]


def test_what_was_not_pruned_excuses_nothing_else() -> None:
    left = ResourceResult(ResourceRef("ConfigMap", "old"), "PruneSkipped", "ignored")
    old = ResourceStatus(left.ref, Sync.OUT_OF_SYNC, requires_pruning=True)
    drifted = ResourceStatus(ResourceRef("Deployment", "user-svc"), Sync.OUT_OF_SYNC)
    app = replace(HEALTHY, sync=Sync.OUT_OF_SYNC, state=finished(results=(left,)))
    alone, beside = replace(app, resources=(old,)), replace(app, resources=(old, drifted))
    away = replace(app, sync=Sync.UNKNOWN, conditions=(Condition("ComparisonError", "away"),))

    good = read([(12, alone), (17, alone)])
    bad = read([(12, beside), (17, beside), (43, beside)])

    assert isinstance(good, Verdict)
    assert good.outcome is AppOutcome.SUCCEEDED
    assert isinstance(bad, Verdict)
    assert bad.outcome is AppOutcome.FAILED
    assert "Deployment/user-svc" in bad.message
    assert isinstance(read([(12, away), (17, away), (90, away)]), Waiting)


def test_a_job_that_is_kept_suspended_is_no_paused_rollout() -> None:
    job = ResourceStatus(ResourceRef("Job", "reindex", "batch"), Sync.SYNCED, Health.SUSPENDED)
    canary = ResourceStatus(ResourceRef("Rollout", "user-svc"), Sync.SYNCED, Health.SUSPENDED)
    app = replace(HEALTHY, health=Health.SUSPENDED)
    asleep, paused = (replace(app, resources=(job, *more)) for more in ((), (canary,)))

    good, ended, untold = (read([(12, one), (17, one)]) for one in (asleep, paused, app))

    assert isinstance(good, Verdict)
    assert good.outcome is AppOutcome.SUCCEEDED
    assert good.notes == ("suspended, and no rollout: Job/reindex",)
    assert isinstance(ended, Verdict)
    assert isinstance(untold, Verdict)
    assert ended.outcome is untold.outcome is AppOutcome.SUSPENDED
    assert "Rollout/user-svc" in ended.message


def test_out_of_sync_for_half_a_minute_fails_with_the_condition() -> None:
    said = Condition("ComparisonError", "cannot render")
    app = replace(HEALTHY, sync=Sync.OUT_OF_SYNC, conditions=(said,))

    assert isinstance(read([(12, app)]), Waiting)
    verdict = read([(12, app), (43, app)])

    assert isinstance(verdict, Verdict)
    assert verdict.message == "cannot render"


def test_an_argo_cd_that_cannot_compare_tells_nothing_of_our_sync() -> None:
    said = Condition("ComparisonError", "failed to generate manifest: the repository is away")
    app = replace(HEALTHY, sync=Sync.UNKNOWN, conditions=(said,))

    reading = read([(12, app), (90, app)])

    assert isinstance(reading, Waiting)
    assert "the repository is away" in reading.why
    assert isinstance(read([(12, app), (90, HEALTHY), (96, HEALTHY)]), Verdict)


def test_a_dry_run_ends_with_its_operation() -> None:
    results = (
        ResourceResult(ResourceRef("Service", "y"), "Synced", "service/y unchanged (dry run)"),
        ResourceResult(ResourceRef("Service", "x"), "Synced", "service/x configured (dry run)"),
    )
    app = replace(HEALTHY, state=finished(dry_run=True, results=results), reconciled_at=at(1))

    verdict = read([(11, app)], expecting(commit="", images={}, dry_run=True))

    assert isinstance(verdict, Verdict)
    assert verdict.notes == ("service/x configured (dry run)", "1 unchanged")


def test_self_heal_right_after_ours_does_not_undo_our_success() -> None:
    heal = replace(finished(infos={}, automated=True, end=14), started_at=at(13))
    healed = replace(HEALTHY, state=heal, reconciled_at=at(15))
    plain = expecting(commit="", images={})

    verdict = read([(12, HEALTHY), (16, healed), (21, healed)], plain)

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUCCEEDED


def test_an_operation_that_replaced_ours_unseen_is_checked_in_the_history() -> None:
    later = replace(
        finished(infos={}, revision=OTHER, initiated_by="admin", end=30), started_at=at(20)
    )
    app = replace(HEALTHY, state=later, reconciled_at=at(31))
    plain = expecting(commit="", images={})

    assert isinstance(read([(32, app)], plain), NotOurs)

    recorded = replace(app, history=(HistoryEntry(7, OURS, at(10), at(2)),))

    assert isinstance(read([(32, recorded)], plain), Waiting)


def test_a_failure_of_a_later_operation_is_not_blamed_on_ours() -> None:
    theirs = finished(Phase.FAILED, infos={}, revision=OTHER, initiated_by="admin", end=30)
    recorded = (HistoryEntry(7, OURS, at(10), at(2)),)
    app = replace(HEALTHY, state=replace(theirs, started_at=at(20)), history=recorded)
    app = replace(app, reconciled_at=at(31))
    plain = expecting(commit="", images={})

    verdict = read([(32, app), (37, app)], plain)

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUCCEEDED


def test_an_image_named_by_another_digest_than_ours_does_not_count_as_ours() -> None:
    ours, other = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
    known = expecting(digests={IMAGE: ours})

    reading = read([(12, replace(HEALTHY, images=(f"{IMAGE}:sha-new@{other}",)))], known)

    assert isinstance(reading, Waiting)
    assert f"sha-new as {other[:19]}" in reading.why
    pinned = replace(HEALTHY, images=(f"{IMAGE}:sha-new@{ours}",))
    for runs in (pinned, HEALTHY):  # without a digest in its name only the tag can be told
        verdict = read([(12, runs), (17, runs)], known)
        assert isinstance(verdict, Verdict)
        assert verdict.outcome is AppOutcome.SUCCEEDED
