"""Freezes, locks, pins and starts with the bot's own commands, over a record that outlives them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.access import Actor
from bot.command import Context
from bot.controls.events import ControlEvent, HotfixHeld
from bot.controls.keeper import Keeper
from bot.controls.register import Register
from bot.deployments.actions import Start
from bot.deployments.deployment import Deployment
from bot.deployments.events import (
    BuildFound,
    DeploymentEnded,
    DeploymentEvent,
    DeploymentRequested,
    Outcome,
    WayBack,
)
from bot.deployments.gates.entry import check_open
from bot.deployments.ledger import Ledger
from bot.deployments.plan import Build
from bot.deployments.queueing import queue_up
from bot.errors import UserError
from integrations.clock import SystemClock
from tests.bot.deployments.histories import OLU, T0
from tests.bot.deployments.pretend import Record
from tests.bot.deployments.services import CATALOG, services

APPLICATIONS = {"dev": ("link-app-dev",), "staging": ("link-app-staging", "link-frontend")}


class Wall(SystemClock):
    """Stands still until somebody moves it."""

    def __init__(self) -> None:
        self.at = T0

    def now(self) -> datetime:
        return self.at

    def passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)


class Everybody:
    """Lets anybody do anything."""

    async def authorise(self, actor: Actor, needs: object) -> None:
        """Never refuses."""


class Life:
    """One process after another over one record."""

    def __init__(self, started: Callable[[Deployment], None]) -> None:
        self.record, self.clock, self.count = Record(), Wall(), 0
        self._started = started
        self._begin()

    def _begin(self) -> None:
        self.register = Register(self.record, self.clock)
        self.ledger = Ledger(self.record, self.clock)
        self.services = services(
            controls=self.register,
            ledger=self.ledger,
            clock=self.clock,
            applications=SimpleNamespace(applications={}),
            membership=Everybody(),
        )

    async def dies_and_begins_anew(self) -> None:
        before = {controls.scope: controls for controls in self.register.all()}
        self._begin()
        await self.register.load()
        await self.ledger.load()
        assert before == {controls.scope: controls for controls in self.register.all()}

    async def says(
        self, run: Callable[[Any, Context], Awaitable[object]], arguments: object, actor: Actor
    ) -> bool:
        """Run a command as somebody; whether it was done."""
        self.count += 1
        context = Context(actor=actor, services=self.services, request_key=f"request {self.count}")
        try:
            await run(arguments, context)
        except UserError:
            return False
        return True

    async def asks(self, scope: str, actor: Actor, how: str) -> None:
        """A deployment is asked for, as the command does it, and waits for its turn."""
        self.count += 1
        request = DeploymentRequested(
            at=self.clock.now(),
            id=f"d{self.count}",
            kind="deploy",
            actor=actor,
            environment=scope,
            applications=APPLICATIONS[scope],
            channel="#deployments",
            tag="sha-abc1234",
            purpose="rollback" if how == "rollback" else "deploy",
            way_back=WayBack(at_once=True) if how == "rollback" else None,
            break_glass=how == "break-glass",
        )
        try:
            check_open(self.services, request)
        except UserError:
            return
        await self.ledger.request(request)
        found = BuildFound(at=self.clock.now(), build=Build(tag=request.tag))
        await self.ledger.record(request.id, lambda _: [found])

    async def takes_its_turn(self, which: int) -> None:
        """One that waits tries to start, as the controller has it."""
        waiting = [each for each in self.ledger.open() if not each.started_at]
        if not waiting:
            return
        key = waiting[which % len(waiting)].id
        try:
            await queue_up(self.services, key, Start())
        except UserError as refused:
            await self._ends(key, Outcome.FAILED, refused.message)
            return
        if self.ledger.get(key).started_at:
            self._started(self.ledger.get(key))

    async def ends(self, which: int) -> None:
        """One that runs comes to its end."""
        running = [each for each in self.ledger.open() if each.started_at]
        if running:
            await self._ends(running[which % len(running)].id, Outcome.SUCCEEDED, "")

    async def _ends(self, key: str, outcome: Outcome, message: str) -> None:
        ended = DeploymentEnded(at=self.clock.now(), outcome=outcome, message=message)

        def end(deployment: Deployment) -> list[DeploymentEvent]:
            return [] if deployment.ended else [ended]

        await self.ledger.record(key, end)

    async def pins(self, scope: str) -> None:
        """What a rollback leaves behind."""
        self.count += 1
        await self.register.pin(
            scope,
            applications=APPLICATIONS[scope],
            deployment=f"r{self.count}",
            actor=OLU,
            tags={},
        )

    async def holds(self, scope: str, minutes: int) -> None:
        """What a hotfix leaves behind."""
        self.count += 1
        now = self.clock.now()
        event: ControlEvent = HotfixHeld(
            at=now,
            id=f"h{self.count}",
            actor=OLU,
            commit="abc1234",
            branch="develop",
            until=now + timedelta(minutes=minutes),
        )
        await self.register.record(scope, lambda _: [event])

    async def looks_at_the_clock(self) -> None:
        await Keeper(self.services).tick()


assert set(APPLICATIONS["staging"]) == set(CATALOG.environment("staging").applications)
