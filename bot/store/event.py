"""What the record is made of: events of streams, and the conflict between two writers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened, not recorded yet. `data` is any JSON object."""

    type: str
    data: Mapping[str, object]
    actor: str = ""
    door: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of the record.

    `position` counts all events from 1 without gaps, `version` those of its stream. `hash` seals
    the event together with `prev_hash`, the hash of the event before it (chain.py).
    """

    position: int
    stream: str
    version: int
    at: datetime
    type: str
    data: Mapping[str, object]
    actor: str
    door: str
    prev_hash: str
    hash: str


class VersionConflict(Exception):
    """Someone else appended to the stream first: read it again and decide again."""

    def __init__(self, stream: str, *, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}")
        self.stream = stream
        self.expected = expected
        self.actual = actual
