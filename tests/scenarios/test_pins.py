"""What stops automation alone: pins after a rollback, and an hour after a hotfix."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.command import Context
from bot.deployments.events import CommitIntended
from bot.errors import NotAllowed
from commands import queue, resume
from tests.scenarios.asking import hears
from tests.scenarios.story import Story, platform, story
from tests.scenarios.test_quiet import CATALOG, PIPELINE, end_of, pipeline_deploys

APPS = ("link-app-staging", "link-frontend")


async def pin(scene: Story) -> None:
    """What a rollback of staging leaves behind."""
    olu = PIPELINE.model_copy(update={"kind": "slack", "id": "U0OLU", "name": "olu"})
    await scene.services.controls.pin(
        "staging",
        applications=APPS,
        deployment="droll",
        actor=olu,
        tags={"user-svc": "sha-0f0f0f0"},
        candidate="sha-abc1234",
        reason="It leaked",
    )


def hotfix(scene: Story) -> str:
    """A commit beside develop, built; its tag."""
    github = scene.world.github
    github.add_branch("hotfix", github.history.line(github.newest().sha)[1])
    commit = github.add_commit("Stop the leak", branch="hotfix")
    github.add_run(commit, branch="hotfix")
    return f"sha-{commit.sha[:7]}"


async def test_a_pin_refuses_automation_and_warns_people_until_somebody_resumes(
    tmp_path: Path,
) -> None:
    async with story(tmp_path, catalog=platform(CATALOG)) as scene:
        await pin(scene)
        note = await scene.card()
        await note.shows("pinned at", "sha-0f0f0f0", "<@U0OLU>", "It leaked")
        await note.shows("Next: see that `sha-abc1234` is mended; then Resume")

        key = await pipeline_deploys(scene, "staging")
        refused = await end_of(scene, key)
        assert refused.state == "Failed"
        assert refused.ended
        assert "are pinned since olu rolled back" in refused.ended.message

        for line in ("/deploy staging --dry-run", "/where staging"):
            assert "are pinned since olu" in await hears(scene.developer, line)
        await scene.developer.types("/deploy staging user-svc")
        card = await scene.card(3)
        await card.ends("Succeeded")
        assert "pinned since" not in card.everything

        await scene.developer.clicks(note, "Resume")
        await scene.developer.is_told("“rollback” for staging")
        await scene.oncall.clicks(note, "Resume")
        await scene.oncall.is_told("`sha-abc1234` was rolled back from")
        await note.shows("resumed by <@U0OLU>")
        assert note.buttons == []
        assert "neither pinned nor held" in await hears(scene.oncall, "/shipmate resume staging")


async def test_no_pipeline_lets_automation_or_a_held_queue_go_on(tmp_path: Path) -> None:
    granted = {'to: ["group:oncall"]': 'to: ["group:oncall", "ci:link/app"]'}
    async with story(tmp_path, catalog=platform(granted)) as scene:
        await pin(scene)
        asked = Context(PIPELINE, scene.services, "a delivery")
        with pytest.raises(NotAllowed, match="takes a person's word"):
            await resume.run(resume.ResumeArguments(scope="staging"), asked)
        assert [*scene.services.controls.of("staging").pins] == ["droll"]
        with pytest.raises(NotAllowed, match="takes a person's word"):
            await queue.run(queue.ResumeArguments(), asked)


async def test_a_hotfix_holds_automation_for_an_hour_and_says_so(tmp_path: Path) -> None:
    async with story(tmp_path, catalog=platform(CATALOG)) as scene:
        await scene.developer.types(f"/deploy staging {hotfix(scene)}")
        card = await scene.card()
        await card.ends("Succeeded")
        await card.is_followed_by("is not on `develop`", "automation is held in staging")

        refused = await end_of(scene, await pipeline_deploys(scene, "staging"))
        assert refused.ended
        assert "Automation is held in staging" in refused.ended.message
        assert "It opens by itself" in refused.ended.next_step
        await hears(scene.oncall, "/shipmate resume staging")
        assert not scene.services.controls.of("staging").holds


async def test_what_is_on_the_branch_holds_nobody(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        await scene.developer.types("/deploy staging user-svc")
        await (await scene.card()).ends("Succeeded")
        assert not scene.services.controls.of("staging").holds


async def test_where_github_does_not_tell_nothing_is_held_and_the_card_says_so(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        branches = scene.world.github.history.branches
        scene.once(CommitIntended, lambda: branches.pop("develop"))
        await scene.developer.types(f"/deploy staging {hotfix(scene)}")
        card = await scene.card()
        await card.ends("Succeeded")
        await card.is_followed_by("GitHub did not tell", "automation is not held")
        assert not scene.services.controls.of("staging").holds
