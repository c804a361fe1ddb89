"""A deployment is the fold of its events, and only of events that can have happened."""

from __future__ import annotations

import pytest

from bot.deployments.deployment import Stage, State
from bot.deployments.events import (
    ApplicationEnded,
    AppOutcome,
    AutoSyncRestored,
    AutoSyncSwitchedOff,
    DeploymentCorrected,
    DeploymentEnded,
    DeploymentStarted,
    Outcome,
    SyncBlocked,
    SyncStarted,
    read_event,
)
from bot.deployments.folding import after, fold
from tests.bot.deployments.histories import NEW, OLD, History, asked, asked_to_sync, at


def running() -> History:
    return asked().found().started().planned(["a", "b"], ["c"]).intended().committed().wave()


def test_it_is_queued_until_it_starts_and_then_runs_until_it_ends() -> None:
    history = asked()
    assert history.deployment.state is State.QUEUED
    assert history.found().started().deployment.state is State.RUNNING
    assert history.over(Outcome.FAILED).deployment.state is State.FAILED


def test_the_version_counts_the_events_so_that_an_append_can_name_it() -> None:
    history = running()

    assert history.deployment.version == len(history.events)


def test_the_tag_is_what_was_asked_for_until_a_build_is_found() -> None:
    assert asked(tag=OLD).deployment.tag == OLD
    assert not asked().deployment.tag
    assert asked().found(NEW).deployment.tag == NEW


def test_an_application_goes_from_pending_to_its_end() -> None:
    history = running()
    assert history.deployment.runs["a"].stage is Stage.PENDING
    assert history.asked_to_sync("a").deployment.runs["a"].stage is Stage.INTENDED
    busy = history.then(SyncBlocked, application="a", by="admin").deployment.runs["a"]
    assert busy.blocked_by == "admin"
    going = history.then(SyncStarted, application="a", adopted="auto-sync").deployment.runs["a"]
    assert (going.stage, going.adopted, going.blocked_by) == (Stage.SYNCING, "auto-sync", "")
    done = history.ended("a", AppOutcome.SUCCEEDED).deployment.runs["a"]
    assert (done.stage, done.outcome) == (Stage.ENDED, AppOutcome.SUCCEEDED)


def test_what_was_skipped_counts_as_succeeded() -> None:
    run = asked_to_sync().started().planned(["a"]).wave().skipped("a").deployment.runs["a"]

    assert run.outcome is AppOutcome.SUCCEEDED


def test_after_a_revert_its_applications_begin_anew_in_one_wave() -> None:
    history = running().well("a").syncing("b").cancelled(revert=True).reverted("a", "b")

    deployment = history.deployment

    assert [[app.name for app in wave] for wave in deployment.waves] == [["a", "b"]]
    assert deployment.wave == -1
    assert deployment.runs["a"].stage is Stage.PENDING


def test_going_on_clears_what_held_it_and_remembers_when() -> None:
    deployment = asked().found().queued("d0").held("d0").resumed().deployment

    assert deployment.held is None
    assert deployment.resumed_at == at(4)


def test_the_tags_of_the_moment_it_was_first_queued_are_kept() -> None:
    history = asked().found().queued("d0", tags={"user-svc": OLD}).queued("d0", "d00")

    assert history.started().deployment.tags_when_queued == {"user-svc": OLD}


def test_an_end_leaves_nothing_held() -> None:
    history = asked().found().queued("d0").held("d0").cancelled().over(Outcome.CANCELLED)

    assert history.deployment.held is None


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMED_OUT, Outcome.CANCELLED])
def test_only_what_may_have_changed_something_and_ended_badly_holds_those_behind(
    outcome: Outcome,
) -> None:
    def planned() -> History:
        return asked().found().started().planned(["a"])

    assert planned().intended().over(outcome).deployment.holds_queue
    assert planned().asked_to_sync("a").over(outcome).deployment.holds_queue
    assert not planned().intended().over(Outcome.SUPERSEDED).deployment.holds_queue
    assert not planned().over(outcome).deployment.holds_queue  # a gate was closed, say
    assert not asked().over(outcome).deployment.holds_queue


def test_nothing_happens_before_the_request() -> None:
    with pytest.raises(ValueError, match="before DeploymentRequested"):
        after(None, DeploymentStarted(at=at(0)))
    with pytest.raises(ValueError, match="begins with"):
        fold([])


def test_nothing_is_asked_for_twice() -> None:
    requested = asked().events[0]
    with pytest.raises(ValueError, match="already"):
        fold([requested, requested])


def test_nothing_happens_after_the_end_but_a_correction() -> None:
    ended = running().over(Outcome.TIMED_OUT)
    corrected = DeploymentCorrected(at=at(99), message="Healthy after all.", healthy=True)

    assert after(ended.deployment, corrected).state is State.TIMED_OUT
    with pytest.raises(ValueError, match="after the end"):
        after(ended.deployment, DeploymentEnded(at=at(99), outcome=Outcome.SUCCEEDED))
    with pytest.raises(ValueError, match="before the end"):
        after(running().deployment, corrected)


@pytest.mark.parametrize("name", ["a", "elsewhere"])
def test_nothing_happens_to_an_application_that_ended_or_is_not_planned(name: str) -> None:
    deployment = running().well("a").deployment
    event = ApplicationEnded(at=at(99), application=name, outcome=AppOutcome.FAILED)

    with pytest.raises(ValueError, match=r"has ended|is not planned"):
        after(deployment, event)


def test_every_event_comes_back_from_the_record_as_it_was() -> None:
    history = running().well("a").syncing("b").cancelled(revert=True).reverted("a", "b").over()

    again = [read_event(event.model_dump(mode="json")) for event in history.events]

    assert again == history.events
    assert fold(again) == history.deployment


def test_an_auto_sync_is_owed_until_it_was_given_back_before_or_after_the_end() -> None:
    story = asked(kind="sync", purpose="rollback").started().planned(["a"])
    story.then(AutoSyncSwitchedOff, application="a", self_heal=True)
    assert [off.application for off in story.deployment.owes_auto_sync] == ["a"]

    early = History([*story.events]).then(AutoSyncRestored, application="a")
    late = story.over(Outcome.FAILED).then(AutoSyncRestored, application="a")
    assert early.deployment.owes_auto_sync == late.deployment.owes_auto_sync == ()
    with pytest.raises(ValueError, match="after the end"):
        late.then(AutoSyncSwitchedOff, application="a").deployment  # noqa: B018 - it folds


def test_what_was_refused_holds_no_queue_although_it_had_meant_to_push() -> None:
    meant_to = asked().found().started().planned(["a"]).intended()
    assert meant_to.then(
        DeploymentEnded, outcome=Outcome.FAILED, message="Git is away."
    ).deployment.holds_queue
    refused = asked().found().started().planned(["a"]).intended()
    refused.then(DeploymentEnded, outcome=Outcome.FAILED, message="It is frozen.", refused=True)
    assert not refused.deployment.holds_queue
