"""The chain of hashes that shows whether the record was changed after the fact."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from hashlib import sha256

GENESIS = "0" * 64
"""The `prev_hash` of the very first event."""

COLUMNS = "position, stream, version, at, type, data, actor, door, prev_hash, hash"
"""The columns of an event in the order in which they are sealed; `hash` is the seal."""

Unsealed = tuple[int, str, int, str, str, str, str, str, str]
"""The columns of one event up to and with `prev_hash`, exactly as stored."""

Row = tuple[int, str, int, str, str, str, str, str, str, str]
"""All columns of one event, exactly as stored."""

_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Chain:
    """What a check of the whole record found. `broken_at` is a position, 0 where all is well."""

    events: int
    head: str
    broken_at: int = 0
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every event is as it was written, in its place."""
        return self.broken_at == 0


def seal(columns: Unsealed) -> str:
    """The hash of one event: SHA-256, in hex, of its columns as one compact ASCII JSON array.

    `data` enters as the stored text, so nothing has to be parsed to check it.
    """
    return sha256(_encode(columns).encode()).hexdigest()


def verify(connection: sqlite3.Connection) -> Chain:
    """Walk the whole record and recompute every hash; takes about 5 s per million events."""
    position, head = 0, GENESIS
    for row in connection.execute(f"SELECT {COLUMNS} FROM events ORDER BY position"):  # noqa: S608 - constant
        if why := _fault(row, position + 1, head):
            return Chain(position, head, broken_at=position + 1, why=why)
        position, head = row[0], row[-1]
    return Chain(position, head)


def _fault(row: Row, position: int, prev_hash: str) -> str:
    if row[0] != position:
        return f"the event at position {position} is missing"
    if row[-2] != prev_hash:
        return f"the event at position {position} does not follow the one before it"
    if row[-1] != seal(row[:-1]):
        return f"the event at position {position} was changed after it was written"
    return ""
