"""A group that decides changes hands: it is told where it matters, once, over restarts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import Actor, Need, Permission
from bot.errors import NotAllowed
from bot.membership import GroupMembersSeen
from bot.sandbox.slack import SandboxSlack
from bot.sandbox.slack.model import SlackMessage
from bot.sandbox.world import world
from bot.store import NewEvent, Store
from tests.leaping import clock_of_this_loop
from tests.scenarios.story import HANGS_AFTER, running, story
from tests.scenarios.texts import everything_in

AMIR, OTTO = Actor(id="U0AMIR"), Actor(id="U0OTTO")
APPROVE = [Need(permission=Permission.APPROVE, scope="production")]


async def told(slack: SandboxSlack, channel: str, *words: str) -> SlackMessage:
    """The channel's post that holds all the words, once it is there."""

    def found() -> SlackMessage | None:
        posts = slack.messages(channel)
        return next((p for p in posts if all(w in everything_in(p) for w in words)), None)

    post = await slack.until(found)
    assert post is not None
    return post


async def test_a_new_approver_is_announced_and_cannot_decide_yet(tmp_path: Path) -> None:
    async with story(tmp_path) as scene:
        slack = scene.world.slack
        await slack.until(lambda: scene.services.membership.history.group("approvers").version)
        await slack.set_members("S0APP", {"U0AMIR", "U0OTTO"})

        post = await told(slack, "#production", "@approvers", "<@U0OTTO> joined")
        assert "It holds “approve” for production." in post.text
        assert "can decide from" in post.text

        await scene.services.membership.authorise(AMIR, APPROVE)
        with pytest.raises(NotAllowed, match="for long enough to decide"):
            await scene.services.membership.authorise(OTTO, APPROVE)

        await slack.set_members("S0APP", {"U0AMIR"})
        await told(slack, "#production", "@approvers", "<@U0OTTO> left")
        assert [m for m in slack.messages("#deployments") if "approvers" in m.text] == []


async def test_a_group_that_freezes_everywhere_is_told_of_in_every_channel_once(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        slack = scene.world.slack
        await slack.until(lambda: scene.services.membership.history.group("oncall").version)
        await slack.set_members("S0ONC", {"U0OLU", "U0OTTO"})

        await told(slack, "#production", "@oncall", "It holds “freeze” for production.")
        post = await told(slack, "#deployments", "@oncall")
        assert (
            "“freeze” for dev; “freeze” for staging; “freeze” for shared applications" in post.text
        )
        assert "can decide" not in post.text
        await scene.developer.types("/shipmate deployments")
        assert len([m for m in slack.messages("#deployments") if "oncall" in m.text]) == 1


async def test_a_change_that_was_recorded_and_not_told_is_told_after_the_restart(
    tmp_path: Path,
) -> None:
    clock = clock_of_this_loop()
    async with world(tmp_path, clock) as outside:
        outside.slack.hangs_after = HANGS_AFTER
        environment = outside.environment()
        store = Store.open(Path(environment["SHIPMATE_DATABASE"]), clock)
        first = GroupMembersSeen(at=clock.now(), added=("U0OTTO",), first=True)
        then = GroupMembersSeen(at=clock.now(), added=("U0AMIR", "U0VERA"), removed=("U0OTTO",))
        events = [NewEvent(each.type, each.model_dump(mode="json")) for each in (first, then)]
        await store.append("group/approvers", 0, events)
        await store.close()

        for _ in range(2):
            async with running(outside, environment) as bot:
                await told(outside.slack, "#production", "<@U0AMIR>", "<@U0OTTO> left")
                assert bot.services is not None
                await bot.services.outbox.flush(30)
        posts = [m for m in outside.slack.messages("#production") if "approvers" in m.text]
        assert len(posts) == 1


async def test_a_directory_that_changes_many_groups_at_once_makes_nobody_unknown(
    tmp_path: Path,
) -> None:
    async with story(tmp_path) as scene:
        slack = scene.world.slack
        team = slack.workspace.installation.team_id
        for number in range(120):
            changed = {"type": "subteam_members_changed", "subteam_id": f"S1{number}"}
            await slack.event({**changed, "team_id": team})
            await scene.world.clock.sleep(0.5)
        await slack.set_members("S0APP", {"U0AMIR", "U0OTTO"})

        await told(slack, "#production", "@approvers", "<@U0OTTO> joined")
        asked = [call for call in slack.calls if call.method.startswith("usergroups.")]
        assert {call.error for call in asked} == {""}
