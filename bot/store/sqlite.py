"""The store: an append-only record, seen requests and small facts, in one SQLite file."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.errors import SettingsError
from bot.store.backup import back_up
from bot.store.chain import Chain, verify
from bot.store.event import NewEvent, Recorded
from bot.store.ledger import draft
from bot.store.lock import DatabaseLock
from bot.store.reader import Reader
from bot.store.schema import migrate
from bot.store.seen import Seen
from bot.store.writer import Append, Write, Writer
from integrations.clock import Clock

_REMEMBER = "INSERT OR REPLACE INTO seen VALUES (?, ?)"
_PUT = "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)"
_DROP = "DELETE FROM facts WHERE kind = ? AND key = ?"
_TIDY = ("DELETE FROM seen WHERE expires_at <= ?", "DELETE FROM facts WHERE expires_at <= ?")
_TIDY_EVERY = 600.0


class Store:
    """Made by `open`; one per database. Use it from one event loop.

    What `append` and `put` have answered survives a crash of process or machine.
    """

    def __init__(self, path: Path, clock: Clock, lock: DatabaseLock) -> None:
        self.path = path
        self._clock = clock
        self._lock = lock
        writing = _connect(path)
        now = clock.now().timestamp()
        self._seen = Seen(
            writing.execute("SELECT key, expires_at FROM seen WHERE expires_at > ?", (now,))
        )
        self._tidied = 0.0
        self._writing = writing
        self._reader = Reader(_connect(path, read_only=True))
        self._writer = Writer(writing, clock)
        self._closed = False

    @classmethod
    def open(cls, path: Path, clock: Clock) -> Store:
        """Lock, migrate and open the database, which is made where there is none. Blocks.

        Raises StoreLocked naming the process that holds it, or SettingsError where the path
        cannot be used or the file is no database of ours.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = DatabaseLock.take(path, clock.now())
            try:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                with closing(_connect(path)) as connection:
                    migrate(connection)
                return cls(path, clock, lock)
            except BaseException:
                lock.release()
                raise
        except (OSError, sqlite3.Error) as error:
            raise SettingsError(f"SHIPMATE_DATABASE: {path} cannot be used: {error}.") from error

    @property
    def head(self) -> tuple[int, str]:
        """Position and hash of the last event: what an outside witness should be told."""
        return self._writer.ledger.head

    @property
    def is_writing(self) -> bool:
        """Whether anything is on its way to the disk."""
        return self._writer.is_writing

    @property
    def failure(self) -> str:
        """Why the last write failed, or "" while writing works."""
        return self._writer.failure

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent]
    ) -> tuple[Recorded, ...]:
        """Add events to a stream whose last version is `expected_version` (0: it is new).

        They are on the disk when this returns. Raises VersionConflict when someone was faster,
        TypeError or ValueError when data is no JSON, sqlite3.Error when the disk refuses. An
        append that is cancelled while it waits may still happen.
        """
        self._check_open()
        stream.encode()
        drafts = [draft(event) for event in events]
        answer = asyncio.get_running_loop().create_future()
        self._writer.submit(Append(stream, expected_version, drafts, answer))
        placed: tuple[Recorded, ...] = await answer
        return placed

    async def add(self, stream: str, events: Sequence[NewEvent]) -> tuple[Recorded, ...]:
        """As `append`, at the end of the stream, for what depends on nothing before it."""
        self._check_open()
        drafts = [draft(event) for event in events]
        answer = asyncio.get_running_loop().create_future()
        self._writer.submit(Append(stream, None, drafts, answer))
        placed: tuple[Recorded, ...] = await answer
        return placed

    def add_soon(self, stream: str, events: Sequence[NewEvent]) -> None:
        """As `add`, without waiting: written within 20 ms, and before whatever is asked later."""
        self._check_open()
        drafts = [draft(event) for event in events]
        self._writer.submit_soon(Append(stream, None, drafts))

    async def read(self, stream: str) -> list[Recorded]:
        """All events of one stream, oldest first; none where there is no such stream."""
        return await self._reader.stream(stream)

    async def read_all(
        self, after: int = 0, prefix: str = "", limit: int | None = None
    ) -> list[Recorded]:
        """Events after a position, of all streams whose name begins with `prefix`."""
        return await self._reader.all(after, prefix, limit)

    def remember(self, key: str, seconds: float) -> bool:
        """Whether the key is new; it then counts as seen for `seconds`.

        Decides at once and writes soon: before any append or put that is asked for later.
        """
        self._check_open()
        now = self._clock.now().timestamp()
        if not self._seen.add(key, now, now + seconds):
            return False
        self._writer.submit_soon(Write(_REMEMBER, (key, now + seconds)))
        self._tidy(now)
        return True

    async def put(
        self, kind: str, key: str, value: object, expires_at: datetime | None = None
    ) -> None:
        """Keep a JSON value under a key, in place of what was there; durable when it returns."""
        self._check_open()
        answer = asyncio.get_running_loop().create_future()
        self._writer.submit(Write(_PUT, _fact(kind, key, value, expires_at), answer))
        await answer

    def put_soon(
        self, kind: str, key: str, value: object, expires_at: datetime | None = None
    ) -> None:
        """As `put`, without waiting: written within 20 ms, and before whatever is asked later."""
        self._check_open()
        self._writer.submit_soon(Write(_PUT, _fact(kind, key, value, expires_at)))

    async def get(self, kind: str, key: str) -> object | None:
        """The value that `put` kept, or None where there is none or its end has passed."""
        return await self._reader.fact(kind, key, self._clock.now().timestamp())

    async def facts(self, kind: str) -> dict[str, object]:
        """All values of one kind that have not expired, by key."""
        return await self._reader.facts(kind, self._clock.now().timestamp())

    async def drop(self, kind: str, key: str) -> None:
        """Forget one value; nothing happens where there is none."""
        self._check_open()
        answer = asyncio.get_running_loop().create_future()
        self._writer.submit(Write(_DROP, (kind, key), answer))
        await answer

    async def backup(self, to: Path) -> Chain:
        """Write a whole, verified copy to the file `to`, while everything goes on."""
        return await asyncio.to_thread(back_up, self.path, to)

    async def verify(self) -> Chain:
        """Recompute every hash of the record, beside the running reads and writes."""
        return await asyncio.to_thread(verify_file, self.path)

    async def close(self) -> None:
        """Write everything that was asked for, then give the database free. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        await self._reader.close()
        self._writing.close()
        self._lock.release()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("The store is closed.")

    def _tidy(self, now: float) -> None:
        if now - self._tidied >= _TIDY_EVERY:
            self._tidied = now
            for sql in _TIDY:
                self._writer.submit_soon(Write(sql, (now,)))


def verify_file(path: Path, positions: Sequence[int] = ()) -> Chain:
    """Check the record of a database file that may be in use, and tell the hashes at some
    positions. Blocks.
    """
    with closing(_connect(path, read_only=True)) as connection:
        return verify(connection, positions)


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection of one's own to a database that may be in use. Raises sqlite3.Error."""
    return _connect(path, read_only=True)


def _fact(
    kind: str, key: str, value: object, expires_at: datetime | None
) -> tuple[str, str, str, float | None]:
    (kind + key).encode()
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return kind, key, text, None if expires_at is None else expires_at.timestamp()


def _connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30
    )
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    return connection
