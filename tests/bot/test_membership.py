"""Who somebody is to Slack: asked once a minute, and unknown means no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.access import Actor, Need, Permission
from bot.catalog import Catalog, load
from bot.errors import NotAllowed
from bot.membership import GroupHistory, Membership
from bot.store import Store
from integrations.errors import Unreachable
from integrations.groups import TaskGroup
from integrations.slack import Person
from tests.bot.workspace import StoppedClock, Workspace

LINK = load("catalog.yaml")
DANA = Actor(id="U0DANA")
DEPLOY = (Need(permission=Permission.DEPLOY, scope="staging"),)


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def history(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[GroupHistory]:
    store = Store.open(tmp_path / "shipmate.db", clock)
    yield GroupHistory(store, clock)
    await store.close()


@pytest.fixture
def membership(workspace: Workspace, history: GroupHistory, clock: StoppedClock) -> Membership:
    return Membership(workspace, LINK, history, clock, frozenset({"T0LINK"}))


async def test_a_developer_may_deploy(membership: Membership) -> None:
    await membership.authorise(DANA, DEPLOY, "C0DEPLOY")


async def test_slack_is_asked_once_a_minute_and_only_for_groups_that_matter(
    membership: Membership, workspace: Workspace, clock: StoppedClock
) -> None:
    async with TaskGroup() as tasks:
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


async def test_what_changes_in_other_groups_is_no_reason_to_ask_again(
    membership: Membership, workspace: Workspace
) -> None:
    await membership.authorise(DANA, DEPLOY)
    membership.has_changed("S0FUN", "lunch")
    assert membership.known(DANA)
    for group in (("S0DEV", ""), ("S0NEW", "developers"), ("S0DEV", "renamed")):
        membership.has_changed(*group)
        assert not membership.known(DANA)
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


@pytest.mark.parametrize("channel", ["C0HIDDEN", "G0HIDDEN"])
async def test_where_slack_does_not_tell_who_reads_along_nothing_is_decided(
    membership: Membership, workspace: Workspace, channel: str
) -> None:
    workspace.people["U0AMIR"] = Person("U0AMIR", "Amir", "T0LINK")
    everybody = frozenset({"U0AMIR"})
    workspace.groups |= {"S0APP": ("approvers", everybody), "S0CALL": ("oncall", everybody)}
    amir = Actor(id="U0AMIR")
    approve = (Need(permission=Permission.APPROVE, scope="production"),)
    rollback = (Need(permission=Permission.ROLLBACK, scope="production"),)
    await membership.authorise(DANA, DEPLOY, channel)
    await membership.authorise(amir, rollback, channel)
    with pytest.raises(NotAllowed, match="cannot tell whether another organisation") as refused:
        await membership.authorise(amir, approve, channel)
    assert "Invite shipmate" in refused.value.hint
    await membership.authorise(amir, approve, "D0DANA")
    await membership.authorise(amir, approve, "C0DEPLOY")


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
    workspace: Workspace, history: GroupHistory, clock: StoppedClock
) -> None:
    membership = Membership(workspace, LINK, history, clock, frozenset())
    with pytest.raises(Unreachable):
        await membership.authorise(DANA, ())


async def test_a_pipeline_is_no_question_for_slack(
    membership: Membership, workspace: Workspace
) -> None:
    with pytest.raises(NotAllowed):
        await membership.authorise(Actor(kind="ci", id="link/app"), DEPLOY)
    assert workspace.asked == []


async def test_many_groups_are_asked_for_in_one_question(
    workspace: Workspace, history: GroupHistory, clock: StoppedClock
) -> None:
    names = [f"team-{number}" for number in range(200)]
    workspace.groups |= {f"S{name}": (name, frozenset({"U0DANA"})) for name in names}
    grant = {"to": [f"group:{name}" for name in names], "may": ["deploy"], "in": ["staging"]}
    usual = LINK.model_dump(mode="json", by_alias=True, exclude_unset=True)
    many = Catalog.model_validate({**usual, "access": [grant]})
    membership = Membership(workspace, many, history, clock, frozenset({"T0LINK"}))
    await membership.authorise(DANA, DEPLOY)
    assert sorted(workspace.asked) == ["U0DANA", "rolls"]
