"""Whatever is laid over environments, in whatever order: nothing starts that must not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.access import Actor
from bot.deployments.deployment import Deployment
from commands.freeze import FreezeArguments
from commands.freeze import run as freeze
from commands.lock import LockArguments
from commands.lock import run as lock
from commands.resume import ResumeArguments
from commands.resume import run as resume
from commands.unfreeze import UnfreezeArguments
from commands.unfreeze import run as unfreeze
from commands.unlock import UnlockArguments
from commands.unlock import run as unlock
from tests.bot.controls.laid import AMIR, PIPELINE
from tests.bot.controls.lives import APPLICATIONS, Life
from tests.bot.deployments.histories import DANA, OLU

pytestmark = pytest.mark.timeout(300)

PEOPLE = st.sampled_from([DANA, OLU, AMIR])
ENVIRONMENTS = st.sampled_from(["staging", "staging", "dev"])
SCOPES = st.sampled_from(["staging", "all", "dev", "shared"])
MINUTES = st.sampled_from([1, 5, 30, 120, 600])
ANY = st.integers(0, 5)


@dataclass
class Laid:
    """A freeze or a pin or a hold, as the machine itself remembers it."""

    scope: str
    until: datetime | None
    rollbacks: bool = False

    def lies_over(self, scope: str, now: datetime) -> bool:
        return self.scope in (scope, "all") and (self.until is None or now < self.until)


class Days(RuleBasedStateMachine):
    """People freeze, lock, pin and ask; time passes; the process dies."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.life = Life(self.has_started)
        self.freezes: list[Laid] = []
        self.automation: list[Laid] = []
        self.owners: dict[str, tuple[Actor, datetime]] = {}

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(doing)

    def teardown(self) -> None:
        self.loop.close()

    @property
    def now(self) -> datetime:
        return self.life.clock.now()

    def has_started(self, deployment: Deployment) -> None:
        """The promise: by what the machine remembers, not by what the bot does."""
        request, scope = deployment.request, deployment.request.environment
        if request.break_glass:
            return
        frozen = [each for each in self.freezes if each.lies_over(scope, self.now)]
        if request.goes_back_at_once:
            assert not any(each.rollbacks for each in frozen), "a freeze that includes rollbacks"
            return
        assert not frozen, "frozen"
        owner = self.owners.get(scope)
        if owner is not None and self.now < owner[1]:
            assert request.actor == owner[0], "locked by somebody else"
        if request.actor.kind != "slack":
            over = [each for each in self.automation if each.lies_over(scope, self.now)]
            assert not over, "pinned or held"

    def frozen(self) -> list[Laid]:
        return [each for each in self.freezes if each.until is None or self.now < each.until]

    @precondition(lambda self: len(self.frozen()) < 2)
    @rule(scope=SCOPES, minutes=st.none() | MINUTES, rollbacks=st.booleans(), stop=st.booleans())
    def somebody_freezes(
        self, scope: str, minutes: int | None, *, rollbacks: bool, stop: bool
    ) -> None:
        arguments = FreezeArguments(
            scope=scope,
            reason="x",
            until=f"{minutes}m" if minutes else "",
            including_rollbacks=rollbacks,
            stop=stop,
            yes=True,
        )
        assert self.run(self.life.says(freeze, arguments, OLU))
        until = self.now + timedelta(minutes=minutes) if minutes else None
        self.freezes.append(Laid(scope, until, rollbacks))

    @rule(scope=SCOPES, which=ANY, everything=st.booleans())
    def somebody_unfreezes(self, scope: str, which: int, *, everything: bool) -> None:
        known = list(self.life.register.of(scope).freezes.values())
        chosen = known[which % len(known)] if known and not everything else None
        arguments = UnfreezeArguments(scope=scope, id=chosen.id if chosen else "")
        done = self.run(self.life.says(unfreeze, arguments, OLU))
        assert done is bool(known)
        over = known if chosen is None else [chosen]
        for freeze_ in over:
            same = [
                each
                for each in self.freezes
                if (each.scope, each.until, each.rollbacks)
                == (scope, freeze_.until, freeze_.including_rollbacks)
            ]
            self.freezes.remove(same[0])

    @rule(
        scope=ENVIRONMENTS, actor=PEOPLE, minutes=MINUTES, how=st.sampled_from(["", "ask", "take"])
    )
    def somebody_wants_the_lock(self, scope: str, actor: Actor, minutes: int, how: str) -> None:
        arguments = LockArguments(
            scope=scope, lasts=timedelta(minutes=minutes), ask=how == "ask", take=how == "take"
        )
        owner = self.owners.get(scope)
        is_free = owner is None or self.now >= owner[1] or owner[0] == actor
        done = self.run(self.life.says(lock, arguments, actor))
        if how == "ask":
            assert done is not is_free
            return
        assert done is (is_free or how == "take"), "two have the lock"
        if done:
            self.owners[scope] = (actor, self.now + timedelta(minutes=minutes))

    @rule(scope=ENVIRONMENTS, actor=PEOPLE)
    def somebody_unlocks(self, scope: str, actor: Actor) -> None:
        owner = self.owners.get(scope)
        mine = owner is not None and owner[0] == actor and self.now < owner[1]
        waiting = self.life.register.of(scope).asked
        assert self.run(self.life.says(unlock, UnlockArguments(scope=scope), actor)) is mine
        if mine:
            self.owners.pop(scope)
            if waiting:
                self.owners[scope] = (waiting[0], self.now + timedelta(hours=2))

    @rule(scope=ENVIRONMENTS, minutes=MINUTES)
    def a_hotfix_goes_out(self, scope: str, minutes: int) -> None:
        self.run(self.life.holds(scope, minutes))
        self.automation.append(Laid(scope, self.now + timedelta(minutes=minutes)))

    @rule(scope=ENVIRONMENTS)
    def a_rollback_pins(self, scope: str) -> None:
        self.run(self.life.pins(scope))
        self.automation.append(Laid(scope, None))

    @rule(scope=ENVIRONMENTS)
    def somebody_resumes(self, scope: str) -> None:
        self.run(self.life.says(resume, ResumeArguments(scope=scope), OLU))
        self.automation = [each for each in self.automation if each.scope != scope]

    @rule(
        scope=ENVIRONMENTS,
        actor=st.sampled_from([DANA, OLU, PIPELINE]),
        how=st.sampled_from(["", "", "rollback", "break-glass"]),
        at_once=st.booleans(),
    )
    def somebody_asks_for_a_deployment(
        self, scope: str, actor: Actor, how: str, *, at_once: bool
    ) -> None:
        self.run(self.life.asks(scope, actor, how))
        if at_once:
            self.run(self.life.takes_its_turn(-1))

    @rule(which=ANY, ended=st.booleans())
    def one_takes_its_turn(self, which: int, *, ended: bool) -> None:
        if ended:
            self.run(self.life.ends(which))
        self.run(self.life.takes_its_turn(which))

    @rule(minutes=MINUTES, looks=st.booleans())
    def time_passes(self, minutes: int, *, looks: bool) -> None:
        self.life.clock.passes(minutes)
        if not looks:
            return
        for scope in APPLICATIONS:
            controls = self.life.register.of(scope)
            if controls.lock is not None and controls.lock.until <= self.now:
                self.owners.pop(scope, None)
                if controls.asked:
                    self.owners[scope] = (controls.asked[0], self.now + timedelta(hours=2))
        self.run(self.life.looks_at_the_clock())

    @rule()
    def the_process_dies(self) -> None:
        self.run(self.life.dies_and_begins_anew())

    @invariant()
    def every_freeze_is_counted(self) -> None:
        for scope in ("all", "shared", *APPLICATIONS):
            mine = [each for each in self.freezes if each.scope == scope]
            going = [each for each in mine if each.until is None or self.now < each.until]
            assert len(self.life.register.of(scope).freezes_at(self.now)) == len(going)

    @invariant()
    def nobody_waits_for_their_own_lock(self) -> None:
        for controls in self.life.register.all():
            if controls.lock is not None:
                assert not controls.is_waiting(controls.lock.owner.subject)


TestDays = Days.TestCase
TestDays.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
