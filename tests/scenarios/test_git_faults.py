"""Git refuses, moves, hides and forgets: one commit, never over somebody else's."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.deployments.events import (
    CommitIntended,
    Committed,
    DeploymentEvent,
    DeploymentPlanned,
    SyncStarted,
)
from bot.sandbox.argocd import Timings
from tests.scenarios.staging import newest_tag
from tests.scenarios.story import story

SLOW = Timings(operation=30.0, rollout=10.0)


async def test_a_refused_push_says_what_the_remote_said(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.repository.reject_pushes(1, "GH013: Changes must be made through a merge")

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")
        assert "GH013: Changes must be made through a merge" in card.everything
        assert "Nothing was changed." in card.everything
        assert "Not attempted" in card.everything
        assert await scene.world.repository.head() == before
        assert not scene.operations("link-app-staging")

        await scene.developer.clicks(card, "Retry")
        await (await scene.card(2)).ends("Succeeded")
        assert len(await scene.commits(before)) == 1


@pytest.mark.parametrize("moment", [DeploymentPlanned, Committed, SyncStarted])
async def test_a_remote_that_is_gone_for_a_while_only_takes_time(
    tmp_path: Path, moment: type[DeploymentEvent]
) -> None:
    async with story(tmp_path) as scene:
        repository, before = scene.world.repository, await scene.world.repository.head()
        gone = scene.once(moment, repository.take_away)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await gone.wait()
        await scene.world.clock.sleep(20)
        repository.bring_back()
        await card.ends("Succeeded")

        assert await scene.commits(before) == [f"Deploy {newest_tag(scene)} to staging"]
        assert len(scene.operations("link-app-staging")) == 1


async def test_while_the_remote_is_gone_the_card_says_so(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        scene.world.repository.take_away()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("Git cannot be reached; trying again")
        scene.world.repository.bring_back()
        await card.ends("Succeeded")


async def test_a_branch_that_moves_under_the_push_gets_both_commits(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.repository.move_branch_on_next_push()

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        ours = f"Deploy {newest_tag(scene)} to staging"
        assert await scene.commits(before) == [ours, "Note the on-call rota"]


async def test_tags_that_somebody_sets_first_are_not_overwritten(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        repository, before = scene.world.repository, await scene.world.repository.head()
        repository.slow_pushes(1.0)
        pushing = scene.once(CommitIntended)

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await pushing.wait()
        await repository.commit_inside("staging", "chat-svc", "sha-0000000")
        await card.ends("Superseded")

        assert "Somebody set chat-svc to sha-0000000" in card.everything
        assert "Nothing was written" in card.everything
        assert await scene.commits(before) == ["Set chat-svc to sha-0000000 in staging"]
        assert not scene.operations("link-app-staging")


async def test_a_later_commit_over_our_tags_supersedes_us(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        repository, before = scene.world.repository, await scene.world.repository.head()
        pushed = scene.once(Committed, lambda: scene.world.argocd.delay_answers(40))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await pushed.wait()
        await repository.commit_inside("staging", "chat-svc", "sha-0000000")
        scene.world.argocd.delay_answers(0)
        await card.ends("Superseded")

        assert "A later commit changed our image tags" in card.everything
        assert "The newer change decides" in card.everything
        assert len(await scene.commits(before)) == 2
        assert (await repository.tags("staging"))["chat-svc"] == "sha-0000000"


async def test_a_later_commit_beside_our_tags_changes_nothing_for_us(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        repository = scene.world.repository
        pushed = scene.once(Committed, lambda: scene.world.argocd.delay_answers(40))

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await pushed.wait()
        beside = await repository.commit_beside()
        scene.world.argocd.delay_answers(0)
        await card.ends("Succeeded")

        assert scene.operations("link-app-staging")[0].revisions == (beside,)


async def test_a_lost_answer_to_the_push_makes_no_second_commit(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        before = await scene.world.repository.head()
        scene.world.repository.lose_answer_of_next_push()

        await scene.developer.types("/deploy staging")
        await (await scene.card()).ends("Succeeded")

        assert await scene.commits(before) == [f"Deploy {newest_tag(scene)} to staging"]


async def test_lock_files_of_a_process_that_died_are_cleared_away(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy dev")
        await (await scene.card()).ends("Succeeded")
        clone = tmp_path / "shipmate.db.gitops.git"
        locks = [clone / name for name in ("index.lock", "config.lock", "packed-refs.lock")]
        locks += [ref.with_name(f"{ref.name}.lock") for ref in (clone / "refs").rglob("main")]
        for lock in locks:
            lock.touch()
            os.utime(lock, (0, 0))

        await scene.developer.types("/deploy staging")
        await (await scene.card(2)).ends("Succeeded")


async def test_a_revert_leaves_what_somebody_else_set_meanwhile(tmp_path: Path) -> None:
    async with story(tmp_path, timings=SLOW) as scene:
        repository = scene.world.repository
        earlier = await repository.tags("staging")
        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.shows("syncing", "link-app-staging")
        await repository.commit_inside("staging", "chat-svc", "sha-0000000")

        await scene.developer.clicks(card, "Cancel")
        await scene.developer.submits({"how": "revert"})
        await card.is_followed_by("The earlier tags are back in Git")

        now = await repository.tags("staging")
        assert now.pop("chat-svc") == "sha-0000000"
        assert all(now[service] == earlier[service] for service in now)


async def test_a_file_that_nobody_can_edit_safely_is_named_with_its_line(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        path = "environments/staging/kustomization.yaml"
        text = await scene.world.repository.text(path)
        twice = text + "  - name: ghcr.io/link/chat-svc\n    newTag: sha-0000000\n"
        await scene.world.repository.write({path: twice}, "Add chat-svc once more")
        before = await scene.world.repository.head()

        await scene.developer.types("/deploy staging")
        card = await scene.card()
        await card.ends("Failed")

        assert path in card.everything
        assert "chat-svc" in card.everything
        assert "shipmate itself failed" not in card.everything
        assert await asyncio.wait_for(scene.world.repository.head(), 5) == before
