"""Who somebody is to Slack: asked once a minute, and unknown means no."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.access import Actor, Need, Permission
from bot.catalog import load
from bot.errors import NotAllowed
from bot.membership import Membership
from integrations.clock import SystemClock
from integrations.errors import Unreachable, UpstreamError
from integrations.slack import Conversation, Person, SlackRefused

LINK = load("catalog.yaml")
DANA = Actor(id="U0DANA")
DEPLOY = (Need(permission=Permission.DEPLOY, scope="staging"),)


class StoppedClock(SystemClock):
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Workspace:
    """What Slack would say, and what it was asked."""

    people: dict[str, Person] = field(
        default_factory=lambda: {"U0DANA": Person("U0DANA", "Dana", "T0LINK")}
    )
    groups: dict[str, tuple[str, frozenset[str]]] = field(
        default_factory=lambda: {
            "S0DEV": ("developers", frozenset({"U0DANA"})),
            "S0FUN": ("lunch", frozenset({"U0DANA"})),
        }
    )
    shared: frozenset[str] = frozenset({"C0SHARED"})
    unseen: frozenset[str] = frozenset({"D0DANA"})
    fails: UpstreamError | None = None
    no_groups: bool = False
    asked: list[str] = field(default_factory=list)

    async def _ask(self, what: str) -> None:
        self.asked.append(what)
        await asyncio.sleep(0)  # others may ask meanwhile
        if self.fails:
            raise self.fails

    async def user(self, user_id: str) -> Person:
        await self._ask(user_id)
        if user_id not in self.people:
            raise SlackRefused("user_not_found")
        return self.people[user_id]

    async def usergroups(self) -> list[tuple[str, str]]:
        await self._ask("groups")
        if self.no_groups:
            raise SlackRefused("plan_upgrade_required")
        return [(group, handle) for group, (handle, _) in self.groups.items()]

    async def usergroup_members(self, usergroup_id: str) -> frozenset[str]:
        await self._ask(usergroup_id)
        return self.groups[usergroup_id][1]

    async def conversation(self, channel_id: str) -> Conversation:
        await self._ask(channel_id)
        if channel_id in self.unseen:
            raise SlackRefused("channel_not_found")
        return Conversation(channel_id, "x", is_ext_shared=channel_id in self.shared)


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def membership(workspace: Workspace, clock: StoppedClock) -> Membership:
    return Membership(workspace, LINK, clock, frozenset({"T0LINK"}))


async def test_a_developer_may_deploy(membership: Membership) -> None:
    await membership.authorise(DANA, DEPLOY, "C0DEPLOY")


async def test_slack_is_asked_once_a_minute_and_only_for_groups_that_matter(
    membership: Membership, workspace: Workspace, clock: StoppedClock
) -> None:
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(membership.authorise(DANA, DEPLOY, "C0DEPLOY"))
    assert sorted(workspace.asked) == ["C0DEPLOY", "S0DEV", "U0DANA", "groups"]
    clock.passes(59)
    assert membership.known(DANA, "C0DEPLOY")
    clock.passes(2)
    assert not membership.known(DANA, "C0DEPLOY")
    await membership.authorise(DANA, DEPLOY, "C0DEPLOY")
    assert len(workspace.asked) == 8


async def test_who_leaves_a_group_is_refused_at_once_when_slack_says_so(
    membership: Membership, workspace: Workspace
) -> None:
    await membership.authorise(DANA, DEPLOY)
    workspace.groups["S0DEV"] = ("developers", frozenset())
    await membership.authorise(DANA, DEPLOY)
    membership.forget()
    with pytest.raises(NotAllowed, match="“deploy” for staging"):
        await membership.authorise(DANA, DEPLOY)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_guest": True}, "Guests"),
        ({"is_bot": True}, "Bots"),
        ({"deleted": True}, "deactivated"),
        ({"team_id": "T0OTHER"}, "another workspace"),
        ({"is_stranger": True}, "another workspace"),
    ],
)
async def test_whoever_is_no_full_member_is_refused(
    membership: Membership, workspace: Workspace, change: dict[str, object], why: str
) -> None:
    workspace.people["U0DANA"] = replace(workspace.people["U0DANA"], **change)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed, match=why):
        await membership.authorise(DANA, ())


async def test_an_account_slack_does_not_know_is_refused(membership: Membership) -> None:
    with pytest.raises(NotAllowed, match="does not know"):
        await membership.authorise(Actor(id="U0NOBODY"), ())


async def test_a_channel_that_others_read_is_refused(membership: Membership) -> None:
    with pytest.raises(NotAllowed, match="shared with another organisation"):
        await membership.authorise(DANA, DEPLOY, "C0SHARED")


async def test_a_direct_message_that_the_bot_cannot_see_is_fine(membership: Membership) -> None:
    await membership.authorise(DANA, DEPLOY, "D0DANA")


async def test_unknown_means_no(
    membership: Membership, workspace: Workspace, clock: StoppedClock
) -> None:
    await membership.authorise(DANA, DEPLOY)
    workspace.fails = Unreachable("Slack", "users.info was not answered in time.")
    await membership.authorise(DANA, DEPLOY)
    clock.passes(61)
    with pytest.raises(Unreachable):
        await membership.authorise(DANA, DEPLOY)
    workspace.fails = None
    await membership.authorise(DANA, DEPLOY)


async def test_without_user_groups_nobody_is_in_any(
    membership: Membership, workspace: Workspace
) -> None:
    workspace.no_groups = True
    await membership.authorise(DANA, (Need(permission=Permission.VIEW, scope="dev"),))
    with pytest.raises(NotAllowed):
        await membership.authorise(DANA, DEPLOY)


async def test_before_the_own_workspace_is_known_nobody_may_ask_and_nobody_is_refused(
    workspace: Workspace,
) -> None:
    membership = Membership(workspace, LINK, StoppedClock(), frozenset())
    with pytest.raises(Unreachable):
        await membership.authorise(DANA, ())


async def test_a_pipeline_is_no_question_for_slack(
    membership: Membership, workspace: Workspace
) -> None:
    with pytest.raises(NotAllowed):
        await membership.authorise(Actor(kind="ci", id="link/app"), DEPLOY)
    assert workspace.asked == []
