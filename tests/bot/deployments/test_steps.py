"""Steps that meet a wish, a death or each other at the worst of moments."""

from __future__ import annotations

import asyncio

from bot.deployments.actions import (
    BeginWave,
    FindBuild,
    Finish,
    PushCommit,
    Rest,
    RunWave,
    Start,
)
from bot.deployments.deployment import State
from bot.deployments.events import AppOutcome, DeploymentEnded, Outcome
from bot.deployments.steps import perform
from integrations.groups import TaskGroup
from tests.bot.deployments.histories import NEW, OLD
from tests.bot.deployments.play import Play


async def meanwhile_cancelled(play: Play, key: str, *, revert: bool = False) -> None:
    """Its next step, with a cancellation recorded just before its own append."""

    async def wish() -> None:
        await play.cancel(key, revert=revert, in_an_append=True)

    play.record.meanwhile = wish
    await play.act(key)


async def test_told_step_by_step_it_commits_syncs_and_succeeds() -> None:
    play = Play()
    key = await play.ask("a", "b")

    deployment = await play.to_the_end(key)

    assert deployment.state is State.SUCCEEDED
    assert play.git.tag("a") == play.git.tag("b") == NEW
    assert play.git.tag("c") == OLD


async def test_a_wish_to_cancel_just_before_the_end_is_not_overtaken_by_success() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, Finish)

    await meanwhile_cancelled(play, key, revert=True)
    deployment = await play.to_the_end(key)

    assert deployment.state is State.CANCELLED
    assert play.git.tag("a") == OLD


async def test_a_wish_to_cancel_just_before_a_wave_keeps_the_wave_from_beginning() -> None:
    play = Play()
    key = await play.ask("a", "b")
    await play.until(key, BeginWave)

    await meanwhile_cancelled(play, key)
    deployment = await play.to_the_end(key)

    assert deployment.wave == -1
    assert deployment.state is State.CANCELLED


async def test_a_wish_to_cancel_just_before_the_intent_to_commit_keeps_git_as_it_is() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, PushCommit)

    await meanwhile_cancelled(play, key)
    deployment = await play.to_the_end(key)

    assert deployment.commit_intended is None
    assert deployment.state is State.CANCELLED
    assert play.git.tag("a") == OLD


async def test_a_death_before_the_push_pushes_once_in_the_next_life() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, PushCommit)
    play.git.dies = "before"

    deployment = await play.to_the_end(key)

    assert deployment.state is State.SUCCEEDED
    assert play.git.commits_of("Deploy-Id", key) == 1


async def test_a_death_after_the_push_finds_it_in_the_next_life() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, PushCommit)
    play.git.dies = "after"
    await play.act(key)
    assert play.ledger.get(key).commit is None

    deployment = await play.to_the_end(key)

    assert deployment.state is State.SUCCEEDED
    assert deployment.commit is not None
    assert deployment.commit.changed
    assert play.git.commits_of("Deploy-Id", key) == 1


async def test_cancelled_after_a_death_before_the_push_nothing_is_pushed() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, PushCommit)
    play.git.dies = "before"
    await play.act(key)

    await play.cancel(key, revert=True)
    deployment = await play.to_the_end(key)

    assert deployment.state is State.CANCELLED
    assert play.git.commits_of("Deploy-Id", key) == 0


async def test_cancelled_after_a_death_after_the_push_the_push_is_found_and_reverted() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, PushCommit)
    play.git.dies = "after"
    await play.act(key)

    await play.cancel(key, revert=True)
    deployment = await play.to_the_end(key)

    assert deployment.state is State.CANCELLED
    assert play.git.tag("a") == OLD
    assert play.git.commits_of("Reverts-Deploy-Id", key) == 1


async def test_a_death_after_the_push_of_a_revert_reverts_no_second_time() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, RunWave)
    await play.act(key)
    await play.cancel(key, revert=True)
    play.git.dies = "after"

    deployment = await play.to_the_end(key)

    assert deployment.reverted is not None
    assert play.git.commits_of("Reverts-Deploy-Id", key) == 1
    assert deployment.state is State.CANCELLED


async def test_a_revert_leaves_what_somebody_set_since() -> None:
    play = Play()
    key = await play.ask("a", "b")
    await play.until(key, RunWave)
    play.git.set_tag("b", "sha-9999999")
    await play.cancel(key, revert=True)

    await play.to_the_end(key)

    assert play.git.tag("a") == OLD
    assert play.git.tag("b") == "sha-9999999"


async def test_what_somebody_set_between_plan_and_push_supersedes() -> None:
    play = Play()
    key = await play.ask("a")
    await play.until(key, PushCommit)
    play.git.set_tag("a", "sha-9999999")

    deployment = await play.to_the_end(key)

    assert deployment.state is State.SUPERSEDED
    assert play.git.tag("a") == "sha-9999999"


async def test_tags_that_git_has_already_need_no_commit_and_are_synced_all_the_same() -> None:
    play = Play()
    key = await play.ask("a", tag=OLD)

    deployment = await play.to_the_end(key)

    assert deployment.state is State.SUCCEEDED
    assert play.git.commits_of("Deploy-Id", key) == 0
    assert deployment.runs["a"].started_at


async def test_of_two_that_would_start_at_once_one_does() -> None:
    """The build of the first turns green while the start of the second is being written."""
    play, written = Play(), asyncio.Event()
    first, second = await play.ask("a", "b", when_green=7), await play.ask("b", "c")
    await play.until(second, Start)

    async def written_slowly() -> None:
        await written.wait()

    async def turns_green() -> None:
        await play.act(first)
        written.set()
        await perform(play.services, play.ledger.get(first), Start())

    play.record.meanwhile = written_slowly
    async with TaskGroup() as group:
        group.create_task(perform(play.services, play.ledger.get(second), Start()), name="second")
        await asyncio.sleep(0)
        group.create_task(turns_green(), name="first")

    running = [d.id for d in play.ledger.open() if d.state is State.RUNNING]
    assert running == [second]


async def test_who_waited_for_a_build_queues_behind_who_started_meanwhile() -> None:
    play = Play()
    patient = await play.ask("a", when_green=7)
    quick = await play.ask("a")
    await play.until(quick, RunWave)

    await play.act(patient)
    await play.act(patient)
    assert play.next_of(patient) == Rest()
    assert play.ledger.get(patient).state is State.QUEUED

    await play.to_the_end(quick)
    assert (await play.to_the_end(patient)).state is State.SUCCEEDED


async def test_a_failure_holds_the_queue_over_a_death_too() -> None:
    play = Play()
    first, second = await play.ask("a"), await play.ask("a")
    await play.until(first, RunWave)
    await play.until(second, Rest)
    await play.to_the_end(first, AppOutcome.FAILED)
    await play.act(second)

    await play.new_life()
    assert play.next_of(second) == Rest()
    await play.resume(second)

    assert (await play.to_the_end(second)).state is State.SUCCEEDED


async def test_one_superseded_while_its_build_is_looked_for_has_ended_and_finds_none() -> None:
    play = Play()
    key = await play.ask("a")
    asked = play.ledger.get(key)
    ended = DeploymentEnded(at=play.clock.now(), outcome=Outcome.SUPERSEDED, by="d2")
    await play.ledger.record(key, lambda _: [ended])

    await perform(play.services, asked, FindBuild())

    assert play.ledger.get(key).state is State.SUPERSEDED
    assert play.ledger.get(key).found is None
