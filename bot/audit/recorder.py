"""Writes requests into the record beside everything else that is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.audit.answered import TYPE, RequestAnswered
from bot.store import NewEvent, Recorded

log = structlog.get_logger(__name__)


class Record(Protocol):
    """The part of the store that takes what depends on nothing before it."""

    async def add(self, stream: str, events: Sequence[NewEvent]) -> tuple[Recorded, ...]:
        """Add to the end of a stream; durable when it returns."""
        ...

    def add_soon(self, stream: str, events: Sequence[NewEvent]) -> None:
        """The same, without waiting for it."""
        ...


class Recorder:
    """Never raises: a disk that fails is told by the log and by /readyz, and a refusal stays one."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def note(self, answered: RequestAnswered) -> None:
        """Write it with the next transaction."""
        try:
            self._record.add_soon(answered.stream, [_event(answered)])
        except Exception as error:  # noqa: BLE001 -- whatever it is, the answer stands
            _lost(answered, error)

    async def keep(self, answered: RequestAnswered) -> None:
        """Write it, and return once it is on the disk."""
        try:
            await self._record.add(answered.stream, [_event(answered)])
        except Exception as error:  # noqa: BLE001 -- whatever it is, the answer stands
            _lost(answered, error)


def _event(answered: RequestAnswered) -> NewEvent:
    """What was left empty is left out."""
    data = answered.model_dump(mode="json", exclude_defaults=True)
    return NewEvent(TYPE, data, actor=answered.actor.subject, door=answered.actor.door.value)


def _lost(answered: RequestAnswered, error: Exception) -> None:
    """Without a trace: the store has told already what the disk said."""
    log.error("audit.lost", command=answered.command, error=repr(error))
