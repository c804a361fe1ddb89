"""A hotfix holds automation once, for an hour, also where the process died before it was asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.access import Actor
from bot.controls.register import Register
from bot.deployments.hotfix import HELD_FOR, HotfixWatch
from bot.deployments.ledger import Ledger
from integrations.clock import SystemClock
from integrations.errors import NotFound
from tests.bot.controls.laid import PIPELINE
from tests.bot.deployments.histories import DANA, History, asked, at
from tests.bot.deployments.pretend import Record
from tests.bot.deployments.services import services


class Wall(SystemClock):
    """Stands still."""

    def __init__(self) -> None:
        self.at = at(60)

    def now(self) -> datetime:
        return self.at


@dataclass
class GitHub:
    """Says the same of every comparison, and remembers what it was asked."""

    status: str
    asked: list[str] = field(default_factory=list)

    async def compare(self, base: str, head: str, *, limit: int) -> SimpleNamespace:
        assert limit == 1
        self.asked.append(f"{base}...{head}")
        if self.status == "404":
            raise NotFound("GitHub", "No such commit.")
        return SimpleNamespace(status=self.status)


def shipped(actor: Actor = DANA, purpose: str = "deploy") -> History:
    """A deployment of abc1234 whose commit is in Git."""
    return (
        asked(actor=actor, purpose=purpose).found().started().planned(("a",)).intended().committed()
    )


async def watched(history: History, github: GitHub, clock: Wall | None = None) -> Register:
    """The controls after a process has begun that finds this history recorded."""
    clock, record = clock or Wall(), Record()
    ledger, register = Ledger(record, clock), Register(record, clock)
    deployment = await ledger.request(history.deployment.request)
    for event in history.events[1:]:
        await ledger.record(deployment.id, lambda _, event=event: [event])  # type: ignore[misc]  # bound now
    found = services(ledger=ledger, controls=register, clock=clock, github=github)
    for _ in range(2):  # the second life asks nothing that the first has answered
        life = asyncio.create_task(HotfixWatch(found).run())
        await asyncio.sleep(0.01)
        life.cancel()
    return register


@pytest.mark.parametrize("status", ["ahead", "diverged"])
async def test_what_the_branch_lacks_holds_automation_for_an_hour_and_once(status: str) -> None:
    github = GitHub(status)
    register = await watched(shipped(), github)
    (hold,) = register.of("staging").holds.values()
    assert hold.until == at(60) + HELD_FOR
    assert hold.branch == "develop"
    assert github.asked == ["develop...abc1234"]


@pytest.mark.parametrize("status", ["behind", "identical"])
async def test_what_is_on_the_branch_holds_nobody(status: str) -> None:
    register = await watched(shipped(), GitHub(status))
    assert not register.of("staging").version


async def test_what_github_does_not_know_is_told_once_and_holds_nobody() -> None:
    github = GitHub("404")
    register = await watched(shipped(), github)
    assert register.of("staging").judged == {"d1"}
    assert not register.of("staging").holds
    assert len(github.asked) == 1


@pytest.mark.parametrize(
    "history",
    [
        shipped(PIPELINE),
        shipped(purpose="rollback"),
        shipped(purpose="promotion"),
        asked().found().started().planned(("a",)).intended().committed(changed=False),
    ],
)
async def test_what_no_person_ships_by_its_tag_is_no_hotfix(history: History) -> None:
    github = GitHub("ahead")
    await watched(history, github)
    assert github.asked == []


async def test_what_was_shipped_more_than_an_hour_ago_is_left_alone() -> None:
    clock, github = Wall(), GitHub("ahead")
    clock.at = at(60) + timedelta(hours=2)
    register = await watched(shipped(), github, clock)
    assert github.asked == []
    assert not register.of("staging").holds
