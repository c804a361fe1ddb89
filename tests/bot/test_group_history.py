"""Who was seen in a privileged group since when, and who has been in it for too short to decide."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.access import Actor, Need, Permission
from bot.catalog import load
from bot.errors import NotAllowed
from bot.membership import GroupHistory, GroupMembersSeen, Membership, MembershipWatch
from bot.store import Store
from integrations.errors import Unreachable
from integrations.slack import Person
from tests.bot.workspace import StoppedClock, Workspace

LINK = load("catalog.yaml")
AMIR, OTTO = Actor(id="U0AMIR"), Actor(id="U0OTTO")
APPROVE = (Need(permission=Permission.APPROVE, scope="production"),)
DAY = 24 * 3600


class Life:
    """One life of the bot in a workspace that goes on."""

    def __init__(self, store: Store, workspace: Workspace, clock: StoppedClock) -> None:
        self.store = store
        self.history = GroupHistory(store, clock)
        self.membership = Membership(workspace, LINK, self.history, clock, frozenset({"T0LINK"}))
        self.watch = MembershipWatch(self.membership, clock)
        self.told: list[tuple[str, int, GroupMembersSeen]] = []
        self.history.listeners.append(lambda *change: self.told.append(change))

    async def may_approve(self, actor: Actor) -> bool:
        try:
            await self.membership.authorise(actor, APPROVE)
        except NotAllowed:
            return False
        return True

    async def refusal(self, actor: Actor) -> NotAllowed:
        with pytest.raises(NotAllowed) as caught:
            await self.membership.authorise(actor, APPROVE)
        return caught.value


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def workspace() -> Workspace:
    names = ("U0DANA", "U0AMIR", "U0OTTO")
    return Workspace(
        people={name: Person(name, name, "T0LINK") for name in names},
        groups={"S0APP": ("approvers", frozenset({"U0AMIR"}))},
    )


@pytest.fixture
async def store(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Store]:
    opened = Store.open(tmp_path / "shipmate.db", clock)
    yield opened
    await opened.close()


@pytest.fixture
def life(store: Store, workspace: Workspace, clock: StoppedClock) -> Life:
    return Life(store, workspace, clock)


def approvers(workspace: Workspace, *people: str) -> None:
    workspace.groups["S0APP"] = ("approvers", frozenset(people))


async def test_who_was_there_when_the_group_was_first_seen_decides_at_once(life: Life) -> None:
    assert await life.may_approve(AMIR)
    assert [change.first for _, _, change in life.told] == [True]


async def test_who_joins_later_decides_a_day_later(
    life: Life, workspace: Workspace, clock: StoppedClock
) -> None:
    await life.watch.tick()
    approvers(workspace, "U0AMIR", "U0OTTO")
    life.membership.forget()

    refused = await life.refusal(OTTO)
    assert refused.message == (
        "“approve” for production opens for you on 2026-11-24 at 00:00 UTC: you have not been in "
        "@approvers for long enough to decide."
    )
    assert await life.may_approve(AMIR)
    clock.passes(DAY - 1)
    assert not await life.may_approve(OTTO)
    clock.passes(1)
    assert await life.may_approve(OTTO)


async def test_the_waiting_time_holds_for_decisions_alone(life: Life, workspace: Workspace) -> None:
    await life.watch.tick()
    workspace.groups["S0ONC"] = ("oncall", frozenset())
    life.membership.forget()
    await life.watch.tick()
    workspace.groups["S0ONC"] = ("oncall", frozenset({"U0OTTO"}))
    life.membership.forget()
    needs = [Need(permission=Permission.FREEZE, scope="production")]
    await life.membership.authorise(OTTO, needs)


async def test_a_restart_forgets_nobodys_waiting_time(
    life: Life, store: Store, workspace: Workspace, clock: StoppedClock
) -> None:
    await life.watch.tick()
    approvers(workspace, "U0AMIR", "U0OTTO")
    life.membership.forget()
    await life.watch.tick()

    clock.passes(3600)
    again = Life(store, workspace, clock)
    await again.history.load()
    assert not await again.may_approve(OTTO)
    assert await again.may_approve(AMIR)
    assert again.told == []


async def test_who_joined_while_nobody_looked_counts_from_when_it_was_seen(
    life: Life, store: Store, workspace: Workspace, clock: StoppedClock
) -> None:
    await life.watch.tick()
    approvers(workspace, "U0AMIR", "U0OTTO")
    clock.passes(3 * DAY)
    again = Life(store, workspace, clock)
    await again.history.load()
    assert not await again.may_approve(OTTO)
    clock.passes(DAY)
    assert await again.may_approve(OTTO)


async def test_who_leaves_and_comes_back_waits_anew(
    life: Life, workspace: Workspace, clock: StoppedClock
) -> None:
    await life.watch.tick()
    for people in ((), ("U0AMIR",)):
        approvers(workspace, *people)
        life.membership.forget()
        await life.watch.tick()
    assert not await life.may_approve(AMIR)
    assert [(e.added, e.removed) for _, _, e in life.told[1:]] == [
        ((), ("U0AMIR",)),
        (("U0AMIR",), ()),
    ]


async def test_a_group_that_slack_does_not_list_for_a_while_has_not_changed(
    life: Life, workspace: Workspace
) -> None:
    await life.watch.tick()
    held = workspace.groups.pop("S0APP")
    life.membership.forget()
    assert not await life.may_approve(AMIR)
    workspace.groups["S0APP"] = held
    life.membership.forget()
    assert await life.may_approve(AMIR)


async def test_an_older_answer_does_not_undo_a_newer_one(life: Life) -> None:
    older, newer = life.history.begin_look(), life.history.begin_look()
    await life.history.saw(newer, {"approvers": frozenset({"U0AMIR"})})
    await life.history.saw(older, {"approvers": frozenset({"U0AMIR", "U0OTTO"})})
    assert life.history.group("approvers").since.keys() == {"U0AMIR"}


async def test_while_slack_is_away_the_watch_goes_on_and_nothing_changes(
    life: Life, workspace: Workspace
) -> None:
    assert await life.watch.tick()
    workspace.fails = Unreachable("Slack", "it did not answer.")
    life.membership.forget()
    assert not await life.watch.tick()
    workspace.fails = None
    assert await life.watch.tick()
    assert len(life.told) == 1


async def test_only_privileged_groups_are_recorded(
    life: Life, workspace: Workspace, store: Store
) -> None:
    workspace.groups["S0DEV"] = ("developers", frozenset({"U0DANA"}))
    await life.watch.tick()
    assert {each.stream for each in await store.read_all(prefix="group/")} == {"group/approvers"}


async def test_what_cannot_be_recorded_is_not_decided_by(life: Life, workspace: Workspace) -> None:
    await life.watch.tick()
    await life.store.close()
    approvers(workspace, "U0AMIR", "U0OTTO")
    life.membership.forget()
    with pytest.raises(RuntimeError):
        await life.membership.authorise(OTTO, APPROVE)
    assert not await life.watch.tick()


def test_a_day_is_what_the_catalog_says() -> None:
    assert timedelta(hours=LINK.decides_after_hours) == timedelta(days=1)
