"""When an application counts as deployed, told as readings of Argo CD one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.deployments.events import AppOutcome
from bot.deployments.rollouts.readings import (
    OPERATION_KEY,
    AskRefresh,
    AskRevision,
    Contained,
    Expected,
    NotOurs,
    Reading,
    Seen,
    Verdict,
    Waiting,
)
from bot.deployments.rollouts.verdict import judge
from integrations.argocd.model import (
    Application,
    Condition,
    Health,
    HistoryEntry,
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


def test_healthy_twice_five_seconds_apart_is_success() -> None:
    assert isinstance(read([(12, HEALTHY)]), Waiting)
    assert isinstance(read([(12, HEALTHY), (16.9, HEALTHY)]), Waiting)

    verdict = read([(12, HEALTHY), (17, HEALTHY)])

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUCCEEDED


def test_a_blip_in_between_begins_the_settling_anew() -> None:
    blip = replace(HEALTHY, health=Health.PROGRESSING)

    assert isinstance(read([(12, HEALTHY), (14, blip), (17, HEALTHY)]), Waiting)


def test_success_of_the_operation_alone_is_not_success() -> None:
    stale = replace(HEALTHY, reconciled_at=at(9))

    assert isinstance(read([(10.2, stale), (10.9, stale)]), Waiting)
    assert isinstance(read([(12, stale)]), AskRefresh)


def test_a_comparison_of_the_same_second_is_not_fresh() -> None:
    assert isinstance(read([(12, replace(HEALTHY, reconciled_at=at(10)))]), AskRefresh)


def test_a_status_that_never_refreshes_is_never_success() -> None:
    stale = replace(HEALTHY, reconciled_at=at(9))
    story = [(12.0 + 11 * n, stale) for n in range(60)]

    verdict = read(story)

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.TIMED_OUT


def test_just_after_the_sync_was_asked_for_everything_else_is_old() -> None:
    ours = Operation(infos={OPERATION_KEY: "op-1"})

    assert isinstance(read([(1, replace(HEALTHY, operation=ours, state=None))]), Waiting)


def test_an_operation_that_does_not_start_is_said_after_half_a_minute() -> None:
    asked = replace(HEALTHY, operation=Operation(infos={OPERATION_KEY: "op-1"}), state=None)

    reading = read([(1, asked), (32, asked)])

    assert isinstance(reading, Waiting)
    assert reading.late
    assert "not started it within 30 s" in reading.why


def test_between_retries_finished_at_is_set_and_it_is_not_over() -> None:
    between = replace(finished(Phase.RUNNING, message="one or more objects failed"), retry_count=1)
    app = replace(HEALTHY, operation=Operation(infos={OPERATION_KEY: "op-1"}), state=between)

    assert isinstance(read([(12, app), (30, app)]), Waiting)


def test_a_failed_operation_names_the_objects_that_failed() -> None:
    bad = ResourceResult(ResourceRef("Service", "user-svc"), "SyncFailed", "port is immutable")
    app = replace(HEALTHY, state=finished(Phase.FAILED, message="1 of 2 failed", results=(bad,)))

    verdict = read([(12, app)])

    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.message) == (AppOutcome.FAILED, "1 of 2 failed")
    assert verdict.failing == ((bad.ref, "port is immutable"),)


def test_another_operation_that_was_there_before_ours_is_not_ours() -> None:
    app = replace(HEALTHY, state=finished(infos={}, revision=OTHER, initiated_by="admin"))
    before = expecting(contained={OTHER: Contained.BEFORE})

    reading = read([(12, app)], before)

    assert isinstance(reading, NotOurs)
    assert reading.by == "admin"


def test_auto_sync_of_our_commit_counts_as_ours() -> None:
    app = replace(HEALTHY, state=finished(infos={}, automated=True))

    verdict = read([(12, app), (17, app)])

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUCCEEDED


def test_an_unknown_revision_is_looked_up_before_anything_is_concluded() -> None:
    app = replace(HEALTHY, state=finished(infos={}, revision=OTHER, automated=True))

    assert read([(12, app)]) == AskRevision(OTHER)


def test_a_later_commit_beside_our_tags_is_as_good_as_ours() -> None:
    later = replace(HEALTHY, state=finished(revision=OTHER), sync_revisions=(OTHER,))
    known = expecting(contained={OURS: Contained.YES, OTHER: Contained.YES})

    verdict = read([(12, later), (17, later)], known)

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUCCEEDED


def test_a_later_commit_beside_our_tags_that_nobody_syncs_is_said_and_is_no_failure() -> None:
    beside = replace(HEALTHY, sync=Sync.OUT_OF_SYNC, sync_revisions=(OTHER,))
    known = expecting(contained={OURS: Contained.YES, OTHER: Contained.YES})

    verdict = read([(12, beside), (17, beside)], known)

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUCCEEDED
    assert verdict.notes == ("OutOfSync: Git has moved on to ddddddd, beside our tags",)


def test_out_of_sync_with_the_very_commit_that_was_deployed_is_a_failure() -> None:
    same = replace(HEALTHY, sync=Sync.OUT_OF_SYNC)

    verdict = read([(12, same), (43, same)])

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.FAILED


def test_a_later_commit_over_our_tags_supersedes_us() -> None:
    later = replace(HEALTHY, state=finished(revision=OTHER), sync_revisions=(OTHER,))
    known = expecting(contained={OURS: Contained.YES, OTHER: Contained.CHANGED})

    verdict = read([(12, later)], known)

    assert isinstance(verdict, Verdict)
    assert verdict.outcome is AppOutcome.SUPERSEDED


def test_old_pods_that_still_run_keep_it_waiting() -> None:
    both = replace(HEALTHY, images=(f"{IMAGE}:sha-new", f"{IMAGE}:sha-old"))

    reading = read([(12, both), (30, both)])

    assert isinstance(reading, Waiting)
    assert "user-svc:sha-old" in reading.why


def test_degraded_is_given_half_a_minute_to_recover() -> None:
    bad = replace(HEALTHY, health=Health.DEGRADED, health_message="crash loop")

    assert isinstance(read([(12, bad), (41, bad)]), Waiting)
    assert isinstance(read([(12, bad), (41, HEALTHY), (45, bad), (60, bad)]), Waiting)

    verdict = read([(12, bad), (42, bad)])

    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.message) == (AppOutcome.FAILED, "crash loop")


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
