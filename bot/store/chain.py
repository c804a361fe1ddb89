"""The chain of hashes that shows whether the record was changed after the fact."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from pydantic_core import to_json

GENESIS = "0" * 64
"""The `prev_hash` of the very first event."""

COLUMNS = "position, stream, version, at, type, data, actor, door, prev_hash, hash"
"""The columns of an event; `hash` is the seal of all others."""

Unsealed = tuple[int, str, int, str, str, str, str, str, str]
"""The columns of one event up to and with `prev_hash`, exactly as stored."""

Row = tuple[int, str, int, str, str, str, str, str, str, str]
"""All columns of one event, exactly as stored."""

_SEALED = """
    SELECT
        CAST(
            json_array(prev_hash, position, stream, version, at, type, actor, door) || data AS BLOB
        ),
        CAST(hash AS BLOB)
    FROM events ORDER BY position
"""
_PREV_HASH = len('["')
"""Where `prev_hash` begins in the sealed text."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a position, and a clause that names it again."""

    position: int
    why: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What a check of the whole record found.

    `head` is the last event's hash as stored, `hashes` those of the positions that were asked for,
    where they exist.
    """

    events: int
    head: str
    faults: tuple[Fault, ...] = ()
    hashes: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every event is as it was written, in its place."""
        return not self.faults

    @property
    def broken_at(self) -> int:
        """The position of the first fault, 0 where all is well."""
        return self.faults[0].position if self.faults else 0

    @property
    def why(self) -> str:
        """The first fault in words, "" where all is well."""
        return self.faults[0].why if self.faults else ""


def seal(columns: Unsealed) -> str:
    """The hash of one event: SHA-256, in hex, of its sealed text."""
    return sha256(sealed_text(columns)).hexdigest()


def sealed_text(columns: Unsealed) -> bytes:
    """The very bytes that are hashed: a compact JSON array of `prev_hash` and the other columns,
    and behind it `data` as it is stored, so nothing is parsed or escaped to check it; in UTF-8.
    """
    *place, data, actor, door, prev_hash = columns
    return to_json((prev_hash, *place, actor, door)) + data.encode()


def verify(connection: sqlite3.Connection, positions: Sequence[int] = ()) -> Chain:
    """Recompute every hash, in about 3 s per million events, as of one moment.

    `positions` are those whose hashes are wanted. From then on the connection gives text that is
    no UTF-8, which only a stranger wrote, as far as it can be read.
    """
    connection.text_factory = _legible
    connection.execute("BEGIN")
    try:
        events, head = _walk(connection)
        rows = "SELECT position, hash FROM events ORDER BY position"
        last, sealed = connection.execute(f"{rows} DESC LIMIT 1").fetchone() or (0, GENESIS)
        first, _ = connection.execute(f"{rows} LIMIT 1").fetchone() or (1, GENESIS)
        faults: tuple[Fault, ...] = ()
        if (events, head, first) != (last, sealed, 1):
            everything = f"SELECT {COLUMNS} FROM events ORDER BY position"  # noqa: S608 - constant
            faults = tuple(examine(connection.execute(everything)))
        return Chain(last, sealed, faults, _hashes(connection, positions))
    finally:
        connection.execute("COMMIT")


def _walk(connection: sqlite3.Connection) -> tuple[int, str]:
    """How many events fit, from the first on, and the hash of the last of them.

    SQLite puts the sealed text together, twice as fast as we. Should it ever write a character
    otherwise than we do, `examine` finds the event to be well.
    """
    events, head = 0, GENESIS.encode()
    for text, sealed in connection.execute(_SEALED):
        if sha256(text).hexdigest().encode() != sealed or not text.startswith(head, _PREV_HASH):
            break
        events += 1
        head = sealed
    return events, head.decode()


def _legible(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def examine(rows: Iterable[Row]) -> list[Fault]:
    """What is wrong with each of the events, all of them in order of position."""
    faults: list[Fault] = []
    odd: list[Row] = []
    expected, head, is_sound = 1, GENESIS, True
    for row in rows:
        position = row[0]
        if position > expected:
            faults.append(_missing(expected, position - 1))
        follows = row[-2] == head or position > expected or not is_sound
        is_sound = follows and row[-1] == seal(row[:-1])
        if not is_sound:
            what = "was changed after it was written" if follows else _NO_SUCCESSOR
            faults.append(Fault(position, f"the event at position {position} {what}"))
            odd.append(row)
        expected, head = position + 1, row[-1]
    return sorted(_with_origins(faults, odd), key=lambda fault: fault.position)


_NO_SUCCESSOR = "does not follow the one before it: one of the two was replaced"
_LOOKED_AT = 500


def _missing(first: int, last: int) -> Fault:
    if first == last:
        return Fault(first, f"the event at position {first} is missing")
    return Fault(first, f"the events at positions {first} to {last} are missing")


def _with_origins(faults: Sequence[Fault], odd: Sequence[Row]) -> list[Fault]:
    """The faults, saying of an event that was only moved where it stood."""
    places = {row[0] for row in odd[:_LOOKED_AT]}
    places |= {fault.position for fault in faults[:_LOOKED_AT]}
    places |= {place + step for place in places for step in (-1, 1)}
    origins: dict[int, int] = {}
    for row in odd[:_LOOKED_AT]:
        for place in places - {row[0]}:
            if seal((place, *row[1:-1])) == row[-1]:
                origins[row[0]] = place
    return [
        Fault(fault.position, f"the event at position {fault.position} was written at {origin}")
        if (origin := origins.get(fault.position))
        else fault
        for fault in faults
    ]


def _hashes(connection: sqlite3.Connection, positions: Sequence[int]) -> dict[int, str]:
    one = "SELECT hash FROM events WHERE position = ?"
    found = ((place, connection.execute(one, (place,)).fetchone()) for place in set(positions))
    return {place: row[0] for place, row in found if row}
