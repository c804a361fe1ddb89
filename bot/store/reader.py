"""Reading the record beside the writer: a connection and a thread of its own."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from bot.store.chain import COLUMNS, Row
from bot.store.event import Recorded

T = TypeVar("T")

_LAST = "\U0010ffff"
"""Sorts after every text that a stream's name can go on with."""


class Reader:
    """Sees every commit that was acknowledged before it was asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-reader")

    async def stream(self, stream: str) -> list[Recorded]:
        """All events of one stream, oldest first."""
        return await self._ask(
            lambda connection: list(events(connection, "stream = ? ORDER BY version", (stream,)))
        )

    async def all(self, after: int, prefix: str, limit: int | None) -> list[Recorded]:
        """Events of all streams whose name begins with `prefix`, in order of position."""
        where = "position > ? AND stream >= ? AND stream < ? ORDER BY position LIMIT ?"
        values = (after, prefix, prefix + _LAST, -1 if limit is None else limit)
        return await self._ask(lambda connection: list(events(connection, where, values)))

    async def facts(self, kind: str, now: float) -> dict[str, object]:
        """All facts of one kind that have not expired."""
        rows = await self._ask(
            lambda connection: connection.execute(
                "SELECT key, value FROM facts WHERE kind = ?"
                " AND (expires_at IS NULL OR expires_at > ?)",
                (kind, now),
            ).fetchall()
        )
        return {key: json.loads(value) for key, value in rows}

    async def fact(self, kind: str, key: str, now: float) -> object | None:
        """One fact, or None where it is not known or has expired."""
        row = await self._ask(
            lambda connection: connection.execute(
                "SELECT value FROM facts WHERE kind = ? AND key = ?"
                " AND (expires_at IS NULL OR expires_at > ?)",
                (kind, key, now),
            ).fetchone()
        )
        fact: object | None = json.loads(row[0]) if row else None
        return fact

    async def close(self) -> None:
        """Let running reads end, then end the thread and its connection."""
        await asyncio.to_thread(self._thread.shutdown)
        self._connection.close()

    async def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, question, self._connection)


def events(
    connection: sqlite3.Connection, where: str, values: tuple[str | int, ...] = ()
) -> Iterator[Recorded]:
    """The events that a condition of our own finds, as they are read."""
    for row in connection.execute(f"SELECT {COLUMNS} FROM events WHERE {where}", values):  # noqa: S608 - constants
        yield _recorded(row)


def _recorded(row: Row) -> Recorded:
    position, stream, version, at, kind, data, actor, door, prev_hash, sealed = row
    moment = datetime.fromisoformat(at)
    facts = json.loads(data)
    return Recorded(position, stream, version, moment, kind, facts, actor, door, prev_hash, sealed)
