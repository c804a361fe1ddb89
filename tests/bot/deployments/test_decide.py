"""What a deployment does next, story by story."""

from __future__ import annotations

import pytest

from bot.access import Actor
from bot.deployments.actions import (
    BeginWave,
    FindBuild,
    Finish,
    HoldQueue,
    JoinQueue,
    MakePlan,
    PinScope,
    PushCommit,
    Rest,
    RunWave,
    Start,
    StopAhead,
    StopOperations,
)
from bot.deployments.decide import decide
from bot.deployments.events import AppOutcome, Outcome, ScopePinned, WayBack
from tests.bot.deployments.histories import NEW, OLD, History, asked, asked_to_sync, change


def next_of(history: History) -> object:
    return decide(history.deployment, [])


def end_of(history: History) -> Finish:
    action = next_of(history)
    assert isinstance(action, Finish), action
    return action


def committed(*waves: list[str], changed: bool = True, auto_sync: tuple[str, ...] = ()) -> History:
    history = asked(applications=[name for wave in waves for name in wave]).found().started()
    history.planned(*waves, auto_sync=auto_sync)
    return (history.intended() if changed else history).committed(changed=changed)


def test_a_deployment_finds_its_build_starts_plans_and_commits() -> None:
    history = asked()
    assert next_of(history) == FindBuild()
    assert next_of(history.found()) == Start()
    assert next_of(history.started()) == MakePlan()
    assert next_of(history.planned(["a"])) == PushCommit()
    assert next_of(history.intended()) == PushCommit()
    assert next_of(history.committed()) == BeginWave(0)


def test_a_sync_looks_for_no_build_and_commits_nothing() -> None:
    history = asked_to_sync()
    assert next_of(history) == Start()
    assert next_of(history.started()) == MakePlan()
    assert next_of(history.planned(["a"])) == BeginWave(0)


def test_the_next_wave_begins_when_all_of_this_one_came_to_a_good_end() -> None:
    history = committed(["a", "b"], ["c"]).wave()
    assert next_of(history) == RunWave(("a", "b"))
    assert next_of(history.well("a")) == RunWave(("b",))
    assert next_of(history.well("b")) == BeginWave(1)
    assert next_of(history.wave(1)) == RunWave(("c",))
    assert end_of(history.well("c")).outcome is Outcome.SUCCEEDED


def test_what_ended_rests() -> None:
    assert next_of(asked().over(Outcome.FAILED)) == Rest()


def test_a_skipped_wave_counts_as_well() -> None:
    history = asked_to_sync(applications=["a", "b"]).started().planned(["a"], ["b"]).wave()

    assert next_of(history.skipped("a")) == BeginWave(1)


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (committed(["a"]).wave().well("a"), "Every application is Synced and Healthy."),
        (committed(["a"], changed=False).wave().well("a"), "Git already had these tags"),
        (asked_to_sync().started().planned(), "nothing to sync"),
        (asked_to_sync().started().planned(["a"]).wave().skipped("a"), "already Synced"),
        (asked_to_sync(dry_run=True).started().planned(["a"]).wave().well("a"), "dry run found"),
    ],
)
def test_success_says_what_it_came_to(history: History, words: str) -> None:
    end = end_of(history)

    assert end.outcome is Outcome.SUCCEEDED
    assert words in end.message


def test_a_failed_wave_waits_for_its_others_and_stops_the_rest() -> None:
    history = committed(["a", "b"], ["c"], ["d"]).wave().syncing("a", "b")
    history.ended("a", AppOutcome.FAILED, "port is immutable")
    assert next_of(history) == RunWave(("b",))

    end = end_of(history.ended("b", AppOutcome.SUCCEEDED))

    assert end.outcome is Outcome.FAILED
    assert end.message == "a: port is immutable. Not attempted: c, d."
    assert "`/shipmate app get a`" in end.next_step
    assert f"`/deploy staging {OLD}` goes back" in end.next_step


@pytest.mark.parametrize(
    ("outcomes", "wins"),
    [
        ([AppOutcome.SUPERSEDED, AppOutcome.FAILED], Outcome.FAILED),
        ([AppOutcome.TIMED_OUT, AppOutcome.FAILED], Outcome.FAILED),
        ([AppOutcome.SUCCEEDED, AppOutcome.TIMED_OUT], Outcome.TIMED_OUT),
        ([AppOutcome.SUPERSEDED, AppOutcome.TIMED_OUT], Outcome.TIMED_OUT),
        ([AppOutcome.SUSPENDED, AppOutcome.SUPERSEDED], Outcome.SUPERSEDED),
        ([AppOutcome.SUSPENDED, AppOutcome.SUCCEEDED], Outcome.FAILED),
    ],
)
def test_the_worst_outcome_of_a_wave_decides(outcomes: list[AppOutcome], wins: Outcome) -> None:
    names = [f"app-{number}" for number in range(len(outcomes))]
    history = committed(names).wave().syncing(*names)
    for name, outcome in zip(names, outcomes, strict=True):
        history.ended(name, outcome)

    assert end_of(history).outcome is wins


def test_a_paused_rollout_is_told_apart_from_a_failure_by_its_next_step() -> None:
    history = committed(["a"]).wave().syncing("a").ended("a", AppOutcome.SUSPENDED, "paused")

    assert "Resume the rollout" in end_of(history).next_step


def test_cancelled_before_the_commit_nothing_happened() -> None:
    for history in (
        asked(),
        asked().found(),
        asked().found().started(),
        asked().found().started().planned(["a"]),
    ):
        end = end_of(history.cancelled())
        assert end.outcome is Outcome.CANCELLED
        assert end.message == "Nothing was changed."


def test_cancelled_while_the_commit_may_be_on_its_way_looks_for_it_and_pushes_no_other() -> None:
    history = asked().found().started().planned(["a"]).intended().cancelled(revert=True)

    assert next_of(history) == PushCommit(look_only=True)


def test_stop_and_revert_stops_operations_reverts_and_syncs_the_earlier_tags() -> None:
    history = committed(["a"], ["b"]).wave().syncing("a").cancelled(revert=True)
    assert next_of(history) == StopOperations(revert=True)

    assert next_of(history.reverted("a")) == BeginWave(0)
    assert next_of(history.wave()) == RunWave(("a",))
    end = end_of(history.well("a"))

    assert end.outcome is Outcome.CANCELLED
    assert "earlier tags are back in Git and running" in end.message


def test_a_revert_that_does_not_take_fails_and_says_that_git_is_as_before() -> None:
    history = committed(["a"]).wave().syncing("a").cancelled(revert=True).reverted("a").wave()
    history.syncing("a").ended("a", AppOutcome.FAILED, "no")

    end = end_of(history)

    assert end.outcome is Outcome.FAILED
    assert end.message.startswith("The earlier tags are back in Git")


def test_a_revert_that_touches_no_application_is_over_with_the_push() -> None:
    history = committed(["a"]).cancelled(revert=True).reverted().wave()

    assert end_of(history).outcome is Outcome.CANCELLED


def test_stop_waiting_stops_operations_and_says_what_runs_the_new_tags() -> None:
    history = committed(["a"], ["b"]).wave().syncing("a").cancelled()
    assert next_of(history) == StopOperations(revert=False)

    end = end_of(history.ended("a", AppOutcome.CANCELLED))

    assert end.outcome is Outcome.CANCELLED
    assert "The new tags stay in Git; a runs them or may be about to." in end.message


def test_stop_waiting_before_any_sync_says_that_the_tags_stay_in_git() -> None:
    end = end_of(committed(["a"]).cancelled())

    assert "The new tags stay in Git; no application was asked" in end.message


def test_stop_waiting_names_what_syncs_by_itself() -> None:
    end = end_of(committed(["a", "b"], auto_sync=("b",)).cancelled())

    assert "b runs them or may be about to" in end.message


def test_with_nothing_committed_there_is_nothing_to_revert() -> None:
    history = committed(["a"], changed=False).wave().syncing("a").cancelled(revert=True)
    assert next_of(history) == StopOperations(revert=False)

    end = end_of(history.ended("a", AppOutcome.CANCELLED))

    assert "Git was not changed. Asked to sync before that: a." in end.message


def test_a_cancelled_sync_says_what_it_had_asked_for() -> None:
    history = asked_to_sync(applications=["a", "b"]).started().planned(["a"], ["b"]).wave()
    history.well("a").cancelled()

    assert "Synced before that: a." in end_of(history).message


def test_cancelled_after_all_was_well_is_still_cancelled() -> None:
    history = committed(["a"]).wave().well("a").cancelled()

    assert end_of(history).outcome is Outcome.CANCELLED


def test_a_deployment_of_no_change_still_syncs_and_is_judged() -> None:
    same = change("user-svc", NEW, NEW)
    history = asked().found().started().planned(["a"], changes=[same]).committed(changed=False)

    assert next_of(history) == BeginWave(0)


def rollback(key: str = "r1", *, at_once: bool = True, **facts: object) -> History:
    """A rollback whose tag is known, asked for after everything else."""
    way_back = WayBack(at_once=at_once)
    return asked(key, begins=50, purpose="rollback", way_back=way_back, **facts).found()  # type: ignore[arg-type] # as asked() takes them


def test_a_rollback_stops_what_runs_and_begins_once_it_has_ended() -> None:
    running = asked("d1").found().started()
    assert decide(rollback().deployment, [running.deployment]) == StopAhead(("d1",))

    stopping = running.cancelled()
    assert decide(rollback().deployment, [stopping.deployment]) == Rest()
    over = stopping.over(Outcome.CANCELLED)
    assert decide(rollback().deployment, [over.deployment]) == Start()


def test_a_rollback_passes_all_that_wait_and_whatever_holds_them() -> None:
    waiting = asked("d1").found().queued("d0").held("d0")
    assert decide(rollback().deployment, [waiting.deployment]) == Start()


def test_a_rollback_that_needs_more_waits_like_everything_else() -> None:
    running = asked("d1").found().started()
    story = rollback(at_once=False)
    assert decide(story.deployment, [running.deployment]) == JoinQueue(("d1",), ("a",))


def test_by_itself_the_bot_stops_nobody() -> None:
    running = asked("d1").found().started()
    story = rollback(actor=Actor(kind="schedule", id="schedule"))
    assert decide(story.deployment, [running.deployment]) == Rest()


def test_a_rollback_pins_between_its_commit_and_its_first_wave() -> None:
    story = rollback().started().planned(["a"]).intended().committed()
    assert next_of(story) == PinScope()
    assert next_of(story.then(ScopePinned)) == BeginWave(0)


def test_what_waits_behind_a_rollback_is_held_though_it_went_well() -> None:
    went = rollback().started().planned(["a"]).intended().committed().then(ScopePinned)
    went.wave().well("a").over()
    waiting = asked("d2", begins=60).found().queued("r1")
    assert decide(waiting.deployment, [went.deployment]) == HoldQueue("r1", "Succeeded")
    assert decide(waiting.held("r1").resumed().deployment, [went.deployment]) == Start()
