"""Ask several systems at once where no answer needs another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from bot.errors import UserError
from integrations.errors import UpstreamError
from integrations.groups import TaskGroup

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


@asynccontextmanager
async def together() -> AsyncIterator[TaskGroup]:
    """A group of tasks, all of which have ended after it. Where one fails the others are left, and
    its error is raised as itself: an UpstreamError or UserError, never a group of them.
    """
    try:
        async with TaskGroup() as group:
            yield group
    except BaseExceptionGroup as errors:  # before 3.11.4 `except*` wraps what is raised in it
        told, others = errors.split((UpstreamError, UserError))
        if told is None or others is not None:
            raise
        error: BaseException = told
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None


async def side_by_side(
    first: Coroutine[Any, Any, A],
    second: Coroutine[Any, Any, B],
    third: Coroutine[Any, Any, C],
) -> tuple[A, B, C]:
    """What the three came to. Raises as `together` does."""
    async with together() as group:
        tasks = (
            group.create_task(first, name="first of three"),
            group.create_task(second, name="second of three"),
            group.create_task(third, name="third of three"),
        )
    return tasks[0].result(), tasks[1].result(), tasks[2].result()
