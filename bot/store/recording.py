"""How the heart's events go into the record, and which of them came to be recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from pydantic import BaseModel

from bot.store.event import NewEvent, Recorded

E = TypeVar("E", bound=BaseModel)


class EventStore(Protocol):
    """The part of the store that streams of events need."""

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent]
    ) -> tuple[Recorded, ...]:
        """Append or raise VersionConflict."""
        ...

    async def read(self, stream: str) -> list[Recorded]:
        """One stream, in order."""
        ...

    async def read_all(self, after: int = 0, prefix: str = "") -> list[Recorded]:
        """Every event after a position, in order."""
        ...


def to_store(event: BaseModel) -> NewEvent:
    """An event with a `type`, and with an `actor` where somebody did it, as the record takes it."""
    content: Mapping[str, object] = event.model_dump(mode="json", exclude_defaults=False)
    actor = getattr(event, "actor", None)
    return NewEvent(
        type=str(content["type"]),
        data=content,
        actor=actor.subject if actor else "",
        door=actor.door.value if actor else "",
    )


def as_recorded(
    events: Sequence[E],
    drafts: Sequence[NewEvent],
    placed: Sequence[Recorded],
    read: Callable[[object], E],
) -> Sequence[E]:
    """What was recorded of `events`: they themselves, unless the record took a credential out.
    Nobody is told what it does not hold.
    """
    if all(kept.data is draft.data for kept, draft in zip(placed, drafts, strict=True)):
        return events
    return [read(kept.data) for kept in placed]
