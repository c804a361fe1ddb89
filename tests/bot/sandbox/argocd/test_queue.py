from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.argocd.controllers.queue import WorkQueue
from integrations.clock import FastClock
from integrations.groups import TaskGroup


class Bench:
    """A queue whose worker notes what it gets, and can be held."""

    def __init__(self) -> None:
        self.queue = WorkQueue("test", FastClock(100), workers=2)
        self.worked: list[str] = []
        self.turn = asyncio.Event()
        self.free = asyncio.Event()
        self.free.set()

    async def tick(self, key: str) -> None:
        self.worked.append(key)
        self.turn.set()
        await self.free.wait()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.worked) < count:
                self.turn.clear()
                await self.turn.wait()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    async with TaskGroup() as tasks:
        worker = tasks.create_task(bench.queue.run(bench.tick), name="worker")
        yield bench
        worker.cancel()


async def test_what_is_due_first_comes_first_and_a_key_comes_once(bench: Bench) -> None:
    bench.queue.add("late", 6)
    bench.queue.add("soon", 2)
    bench.queue.add("soon", 4)
    bench.queue.add("late", 8)
    await bench.until(2)
    bench.queue.add("end", 4)
    await bench.until(3)
    assert bench.worked == ["soon", "late", "end"]


async def test_an_earlier_moment_wins(bench: Bench) -> None:
    bench.queue.add("a", 1000)
    bench.queue.add("b", 3)
    bench.queue.add("a", 1)
    await bench.until(2)
    assert bench.worked == ["a", "b"]


async def test_a_key_added_while_it_is_worked_on_comes_again_afterwards(bench: Bench) -> None:
    bench.free.clear()
    bench.queue.add("a")
    await bench.until(1)
    bench.queue.add("a")
    bench.queue.add("b")
    await bench.until(2)
    assert bench.worked == ["a", "b"]
    bench.free.set()
    await bench.until(3)
    assert bench.worked == ["a", "b", "a"]


async def test_no_more_workers_than_allowed_work_at_once(bench: Bench) -> None:
    bench.free.clear()
    for key in ("a", "b", "c"):
        bench.queue.add(key)
    await bench.until(2)
    await asyncio.sleep(0)
    assert len(bench.worked) == 2
    bench.free.set()
    await bench.until(3)
