"""A plan that waits for approvers is looked at now and then; no look stands in a person's way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bot.deployments.approvals.approval import plan_digest
from bot.deployments.approvals.approving import attend
from bot.deployments.deployment import Deployment, State
from bot.deployments.events import ApprovalRequested, CancelRequested, DeploymentEvent, Rejected
from bot.deployments.ledger import Ledger
from bot.deployments.plan import Commits, Plan
from bot.deployments.planning import Planned
from bot.deployments.rollouts.progress import ProgressBoard
from bot.errors import Conflict
from integrations.clock import FastClock
from integrations.groups import TaskGroup
from tests.bot.controls.laid import AMIR
from tests.bot.deployments.histories import DANA, asked, change
from tests.bot.deployments.pretend import Record
from tests.bot.deployments.services import services

HOUR = 3600
PLAN = Plan(changes=(change("user-svc"),))


@dataclass
class Desk:
    """One request before its approvers, in a clock whose half minutes pass at once."""

    clock: FastClock = field(default_factory=lambda: FastClock(1000))
    progress: ProgressBoard = field(default_factory=ProgressBoard)

    def __post_init__(self) -> None:
        self.ledger = Ledger(Record(), self.clock)
        self.services = services(
            ledger=self.ledger, clock=self.clock, progress=self.progress,
            applications=SimpleNamespace(applications={}),
        )  # fmt: skip

    async def asks(self, plan: Plan = PLAN) -> Deployment:
        story = asked(needs_approval=True, environment="production").found()
        await self.ledger.request(story.deployment.request)
        await self.happens(story.events[1])
        return await self.asks_for(plan)

    async def asks_for(self, plan: Plan) -> Deployment:
        now = self.clock.now().timestamp()
        facts = {"remind_at": now + HOUR, "expires_at": now + 2 * HOUR}
        event = ApprovalRequested.model_validate(
            {"at": self.clock.now(), "plan": plan, "digest": plan_digest(plan), **facts}
        )
        await self.happens(event)
        return self.now

    async def happens(self, event: DeploymentEvent) -> None:
        await self.ledger.record("d1", lambda _: [event])

    async def attends(self, plan: Callable[[], Awaitable[Planned]]) -> None:
        await attend(self.services, self.now, plan)

    @property
    def now(self) -> Deployment:
        return self.ledger.get("d1")

    @property
    def note(self) -> str:
        row = self.progress.of("d1").get("")
        return row.why if row else ""


async def as_approved() -> Planned:
    return Planned(PLAN, (), {})


@pytest.mark.parametrize("decision", ["cancel", "no"])
async def test_what_is_decided_during_a_look_does_not_wait_for_a_slow_system(decision: str) -> None:
    desk, looking, left = Desk(), asyncio.Event(), asyncio.Event()
    await desk.asks()

    async def never() -> Planned:
        looking.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()
        raise AssertionError

    async with asyncio.timeout(10), TaskGroup() as group:
        group.create_task(desk.attends(never))
        await looking.wait()
        at = desk.clock.now()
        no = Rejected(at=at, actor=AMIR, reason="Not before the fair")
        cancelled = CancelRequested(at=at, actor=DANA, revert=False)
        await desk.happens(cancelled if decision == "cancel" else no)

    assert left.is_set()
    assert desk.now.state is State.WAITING  # the next step ends it, at once


async def test_a_file_that_says_nothing_sensible_for_a_while_ends_no_request() -> None:
    desk = Desk()
    asked_for = await desk.asks()

    async def torn() -> Planned:
        raise Conflict("The file has no entry for user-svc.")

    async with asyncio.timeout(10):
        await desk.attends(torn)
        assert desk.note == "The file has no entry for user-svc."
        await desk.attends(as_approved)

    assert desk.note == ""
    assert desk.now == asked_for


async def test_what_is_recorded_beside_the_look_has_it_look_at_the_new_state() -> None:
    desk = Desk()
    await desk.asks()
    record = desk.ledger._store
    assert isinstance(record, Record)
    other = Ledger(record, desk.clock)
    await other.load()

    async def moved() -> Planned:
        no = Rejected(at=desk.clock.now(), actor=AMIR, reason="No")
        await other.record("d1", lambda _: [no])
        return Planned(Plan(changes=(change("user-svc", after="sha-fffffff"),)), (), {})

    async with asyncio.timeout(10):
        await desk.attends(moved)

    assert desk.now.approval is not None
    assert desk.now.approval.rejected is not None  # a no that came first is not asked anew
    assert desk.now.lapsed is None


async def test_a_github_that_comes_and_goes_has_approvers_asked_anew_once() -> None:
    desk = Desk()
    unknown = PLAN.model_copy(update={"commits": Commits(status="unknown")})
    told = PLAN.model_copy(update={"commits": Commits(status="ahead")})

    async def as_told() -> Planned:
        return Planned(told, (), {})

    await desk.asks(unknown)
    async with asyncio.timeout(10):
        await desk.attends(as_told)
        assert desk.now.approval is None
        await desk.asks_for(unknown)
        await desk.attends(as_told)

    assert desk.now.approval is not None
