"""A group of tasks that fails leaves the task around it as it was."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from integrations.clock import SystemClock
from integrations.groups import TaskGroup

CLOCK = SystemClock()
BOTH = pytest.mark.parametrize("early", [True, False])


async def fail() -> None:
    raise ValueError("a fault")


async def a_group_fails(*, early: bool) -> None:
    """While the group is waited for, or while its block still runs."""
    try:
        async with TaskGroup() as group:
            group.create_task(fail())
            if early:
                await asyncio.Event().wait()
    except* ValueError:
        pass


async def for_ever(*, early: bool) -> None:
    await a_group_fails(early=early)
    await asyncio.Event().wait()


@BOTH
async def test_a_limit_of_time_is_kept_after_it(*, early: bool) -> None:
    for _ in range(2):
        await a_group_fails(early=early)
        with pytest.raises(TimeoutError):
            async with CLOCK.timeout(0.01):
                await asyncio.Event().wait()


@BOTH
async def test_a_limit_of_time_is_kept_around_it(*, early: bool) -> None:
    with pytest.raises(TimeoutError):
        async with CLOCK.timeout(0.01):
            await for_ever(early=early)


@BOTH
async def test_nobody_is_left_asked_to_end(*, early: bool) -> None:
    await a_group_fails(early=early)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)


async def test_whoever_asks_for_the_end_while_it_fails_is_obeyed_at_the_next_wait() -> None:
    ending, waiting = asyncio.Event(), asyncio.Event()
    went_on = False

    async def ends_slowly() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            waiting.set()
            await ending.wait()

    async def work() -> None:
        nonlocal went_on
        with suppress(ExceptionGroup):
            async with TaskGroup() as group:
                group.create_task(ends_slowly())
                group.create_task(fail())
        went_on = True
        await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await waiting.wait()
    task.cancel()
    ending.set()
    with pytest.raises(asyncio.CancelledError):
        async with CLOCK.timeout(30):
            await task
    assert went_on


async def test_a_group_that_is_cancelled_ends_as_cancelled() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        async with TaskGroup() as group:
            group.create_task(asyncio.Event().wait())
            begun.set()

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
