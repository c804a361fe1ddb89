"""The write side of the record: places events in memory, then inserts them in one statement."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from pydantic_core import to_json

from bot.redaction import may_hold_credentials, redacted, redacted_texts
from bot.store.chain import COLUMNS, GENESIS, Row, seal
from bot.store.event import NewEvent, Recorded, VersionConflict
from bot.store.rows import insert

_INSERT = f"INSERT INTO events ({COLUMNS}) VALUES ({', '.join('?' * 10)})"  # noqa: S608 - constants

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode

Draft = tuple[NewEvent, str]
"""An event and its `data` as JSON text."""


def draft(event: NewEvent) -> Draft:
    """Turn the event's data into text, without any credential: what is recorded is never
    forgotten. Raises TypeError or ValueError where it is no JSON.
    """
    (event.type + event.actor + event.door).encode()
    text = _text(event.data)
    if not may_hold_credentials(f"{event.actor}\n{text}"):
        return event, text
    data = cast("dict[str, object]", redacted_texts(event.data))
    return replace(event, data=data, actor=redacted(event.actor)), _text(data)


def _text(data: Mapping[str, object]) -> str:
    """A third of the standard library's price, which is asked only where the quick way might give
    what is no JSON, or cannot write what is.
    """
    try:
        text = to_json(data).decode()
    except ValueError:  # nothing that JSON knows, or half a surrogate pair
        return _encode(dict(data))
    return _encode(dict(data)) if "NaN" in text or "Infinity" in text else text


class Ledger:
    """Knows every stream's version and the last hash, so a conflict never reaches the disk.

    Only one process owns the database (lock.py), so memory is the truth between two commits.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._versions: dict[str, int] = dict(
            connection.execute("SELECT stream, max(version) FROM events GROUP BY stream")
        )
        last = connection.execute(
            "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
        ).fetchone()
        self._head: tuple[int, str] = last or (0, GENESIS)
        self._kept = self._head
        self._versions_before: dict[str, int] = {}
        self._rows: list[Row] = []

    @property
    def head(self) -> tuple[int, str]:
        """Position and hash of the last committed event."""
        return self._kept

    def place(
        self, stream: str, expected_version: int | None, drafts: Sequence[Draft], at: datetime
    ) -> tuple[Recorded, ...]:
        """Give the events their places; None expects the stream wherever it ends.

        Raises VersionConflict, and then places nothing.
        """
        version = self._versions.get(stream, 0)
        if expected_version is not None and version != expected_version:
            raise VersionConflict(stream, expected=expected_version, actual=version)
        self._versions_before.setdefault(stream, version)
        moment = at.isoformat(timespec="microseconds")
        position, head = self._head
        placed = []
        for event, text in drafts:
            version, position = version + 1, position + 1
            prev_hash = head
            columns = (
                *(position, stream, version, moment, event.type),
                *(text, event.actor, event.door, prev_hash),
            )
            head = seal(columns)
            self._rows.append((*columns, head))
            placed.append(
                Recorded(
                    *(position, stream, version, at, event.type),
                    *(event.data, event.actor, event.door, prev_hash, head),
                )
            )
        self._versions[stream] = version
        self._head = (position, head)
        return tuple(placed)

    def insert(self) -> None:
        """Write what was placed, inside the caller's transaction."""
        insert(self._connection, _INSERT, self._rows)

    def keep(self) -> None:
        """The transaction was committed."""
        self._kept = self._head
        self._rows.clear()
        self._versions_before.clear()

    def forget(self) -> None:
        """The transaction was rolled back: what was placed since the last commit never was."""
        self._head = self._kept
        self._rows.clear()
        for stream, version in self._versions_before.items():
            self._versions[stream] = version
        self._versions_before.clear()
