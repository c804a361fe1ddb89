"""What is away is known without asking, soon after it went, and soon after it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.guarded import count_faults
from bot.reachability import Reachability
from integrations.clock import FastClock
from integrations.errors import Unreachable, UpstreamError
from integrations.groups import TaskGroup


@dataclass
class Watched:
    """Argo CD's live view."""

    problem: UpstreamError | None = None
    age_seconds: float = 1.0


@dataclass
class Git:
    """A system that can go away; `asked` is set by every question."""

    is_away: bool = False
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def probe(self) -> None:
        self.asked.set()
        if self.is_away:
            raise Unreachable("Git", "It cannot be reached.")


@dataclass
class Tripping(Git):
    """A system whose answer trips over a bug of ours, for a while."""

    is_well: bool = False

    async def probe(self) -> None:
        self.asked.set()
        if not self.is_well:
            raise KeyError("commit")


@asynccontextmanager
async def asking(reachability: Reachability) -> AsyncIterator[None]:
    async with TaskGroup() as group:
        running = group.create_task(reachability.run(), name="reachability")
        yield
        running.cancel()


async def test_a_system_is_away_until_it_answers_again() -> None:
    git = Git(is_away=True)
    reachability = Reachability(Watched(), {"Git": git.probe}, FastClock(1000))
    assert reachability.degraded == {}
    assert not await reachability.tick("Git")
    assert reachability.degraded == {"Git": "It cannot be reached."}
    git.is_away = False
    assert await reachability.tick("Git")
    assert reachability.degraded == {}


async def test_a_failure_elsewhere_has_the_system_asked_at_once() -> None:
    git = Git()
    reachability = Reachability(Watched(), {"Git": git.probe}, FastClock(100))
    async with asking(reachability), asyncio.timeout(5):
        await git.asked.wait()
        git.is_away = True
        git.asked.clear()
        reachability.heard(Unreachable("Slack", "It is nobody's probe."))
        reachability.heard(Unreachable("Git", "A fetch failed."))
        await git.asked.wait()
        assert reachability.degraded == {"Git": "It cannot be reached."}


async def test_it_is_asked_again_by_itself() -> None:
    git = Git(is_away=True)
    reachability = Reachability(Watched(), {"Git": git.probe}, FastClock(1000))
    async with asking(reachability), asyncio.timeout(5):
        for _ in range(3):
            await git.asked.wait()
            git.asked.clear()


async def test_a_probe_that_trips_is_told_as_ours_and_asked_again() -> None:
    git = Tripping()
    faults = count_faults()
    reachability = Reachability(Watched(), {"Git": git.probe}, FastClock(1000))
    async with asking(reachability), asyncio.timeout(5):
        await git.asked.wait()
        git.asked.clear()
        await git.asked.wait()
        assert "shipmate itself failed to ask it (reference " in reachability.degraded["Git"]
        git.is_well = True
        while reachability.degraded:
            git.asked.clear()
            await git.asked.wait()
    assert faults["probe Git"] >= 1


async def test_argo_cd_is_away_when_its_stream_says_so_or_nothing_comes() -> None:
    watched = Watched(problem=Unreachable("Argo CD", "The stream fell silent."))
    reachability = Reachability(watched, {}, FastClock(1))
    assert reachability.degraded == {"Argo CD": "The stream fell silent."}
    watched.problem, watched.age_seconds = None, float("inf")
    assert "Argo CD" in reachability.degraded
    watched.age_seconds = 3.0
    assert reachability.degraded == {}
