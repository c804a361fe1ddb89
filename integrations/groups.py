"""`asyncio.TaskGroup` as Python has it from 3.13 on."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from types import TracebackType

if sys.version_info >= (3, 13):
    TaskGroup = asyncio.TaskGroup
else:

    class TaskGroup(asyncio.TaskGroup):
        """Leaves its task as it was where one of the group fails.

        Before 3.13 a group that fails while it is waited for never takes back its own request to
        cancel its task, so that a time limit around it (before 3.11.4 also a later one) ends the
        task instead of raising TimeoutError; and where others have asked the task to end, that
        is forgotten. See https://github.com/python/cpython/issues/116720.
        """

        async def __aexit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            trace: TracebackType | None,
        ) -> None:
            inside = cast("Any", self)  # of Pythons that change no more
            task: asyncio.Task[object] = inside._parent_task
            is_taken_back = inside._parent_cancel_requested
            try:
                await super().__aexit__(kind, error, trace)
            finally:
                if inside._parent_cancel_requested and not is_taken_back:
                    task.uncancel()
                if isinstance(sys.exception(), BaseExceptionGroup) and task.cancelling():
                    task.uncancel()
                    task.cancel()  # others want it to end: it does at its next wait
