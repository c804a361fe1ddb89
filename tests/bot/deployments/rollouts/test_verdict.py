"""When an application counts as deployed, told as readings of Argo CD one after the other."""

from __future__ import annotations

from dataclasses import replace

from bot.deployments.events import AppOutcome
from bot.deployments.rollouts.readings import (
    OPERATION_KEY,
    AskRefresh,
    AskRevision,
    Contained,
    NotOurs,
    Verdict,
    Waiting,
)
from integrations.argocd.model import (
    Health,
    Operation,
    Phase,
    ResourceRef,
    ResourceResult,
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


def test_of_several_sources_those_of_our_repository_count() -> None:
    chart, values = "1.2.3", "e" * 40
    told = {OURS: Contained.YES, chart: Contained.ELSEWHERE, values: Contained.ELSEWHERE}
    state = replace(finished(infos={}), revisions=(chart, OURS, values))
    app = replace(HEALTHY, state=state, sync_revisions=state.revisions)
    early = replace(state, revisions=(chart, OTHER, values))

    assert read([(12, app)], expecting(contained={OURS: Contained.YES})) == AskRevision(chart)
    verdict = read([(12, app), (17, app)], expecting(contained=told))
    before = read(
        [(12, replace(app, state=replace(early, operation=finished().operation)))],
        expecting(contained={**told, OTHER: Contained.BEFORE}),
    )

    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.revision) == (AppOutcome.SUCCEEDED, OURS)
    assert isinstance(before, Waiting)


def test_a_revision_of_no_repository_of_ours_alone_is_never_ours() -> None:
    app = replace(HEALTHY, state=replace(finished(), revisions=(OTHER,)), sync_revisions=(OTHER,))
    told = {OURS: Contained.YES, OTHER: Contained.ELSEWHERE}

    assert isinstance(read([(12, app), (17, app)], expecting(contained=told)), Waiting)
