"""The one thread that writes: whatever waits for it goes into one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from queue import Empty, SimpleQueue

import structlog

from bot.store.event import Recorded, VersionConflict
from bot.store.ledger import Draft, Ledger
from bot.store.rows import VALUES, insert
from integrations.clock import Clock

_SOON = 0.02
"""How long, in real seconds, an unhurried write waits for a hurried one to travel with."""

_AT_ONCE = 8
"""How many hurried requests wake the thread at once: where a turn of the loop brings more, the
first are committed while it works on the rest, and neither waits for the other.
"""

Answer = asyncio.Future[tuple[Recorded, ...]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Append:
    """Events for the record; the answer is a tuple of Recorded, or VersionConflict.

    `expected_version` None is the end of the stream, wherever that is; `answer` None, nobody waits.
    """

    stream: str
    expected_version: int | None
    drafts: Sequence[Draft]
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """One statement about seen requests or facts; `answer` is None where nobody waits."""

    sql: str
    values: tuple[str | float | None, ...]
    answer: Answer | None = None


Request = Append | Write
Result = tuple[Recorded, ...] | Exception


class Writer:
    """Commits requests in the order in which they were submitted.

    A request that fails, fails alone. The thread ends with `close`, after everything submitted
    before it. Submit from the event loop's thread only.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self.ledger = Ledger(connection)
        self.failure = ""
        self._connection = connection
        self._clock = clock
        self._queue: SimpleQueue[Sequence[Request] | None] = SimpleQueue()
        self._waits: list[Request] = []
        self._hurried = 0
        self._flushing = False
        self._handed_over = self._handed_back = 0
        self._timer: asyncio.TimerHandle | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def is_writing(self) -> bool:
        """Whether the thread has anything that it has not answered yet."""
        return self._handed_back < self._handed_over

    def submit(self, request: Request) -> None:
        """Write at the end of this turn of the loop, after everything submitted before.

        The requests of one turn share a transaction, or a few where they are many.
        """
        self._waits.append(request)
        self._hurried += 1
        if self._hurried == _AT_ONCE:
            self._hand_over()
        elif not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def submit_soon(self, request: Request) -> None:
        """Write with the next hurried request, or within 20 ms."""
        self._waits.append(request)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SOON, self._flush)

    async def close(self) -> None:
        """Write everything that was submitted and end the thread."""
        self._flush()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _flush(self) -> None:
        self._flushing = False
        self._hand_over()

    def _hand_over(self) -> None:
        self._hurried = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waits:
            self._handed_over += len(self._waits)
            self._queue.put(self._waits)
            self._waits = []

    def _run(self) -> None:
        closing = False
        while not closing:
            requests, closing = self._waiting()
            if requests:
                _hand_back(requests, self._commit(requests))
                self._handed_back += len(requests)

    def _waiting(self) -> tuple[list[Request], bool]:
        taken = self._queue.get()
        requests: list[Request] = []
        try:
            while taken is not None:
                requests.extend(taken)
                taken = self._queue.get_nowait()
        except Empty:
            return requests, False
        return requests, True

    def _commit(self, requests: Sequence[Request]) -> list[Result]:
        try:
            results = self._transaction(requests)
        except Exception as error:  # noqa: BLE001 - the thread must outlive every failure
            self.ledger.forget()
            if self._connection.in_transaction:
                self._connection.rollback()
            if len(requests) > 1:
                return [self._commit([request])[0] for request in requests]
            self.failure = f"{type(error).__name__}: {error}"
            _log.error("store.write_failed", error=self.failure)
            return [error]
        self.ledger.keep()
        self.failure = ""
        return results

    def _transaction(self, requests: Sequence[Request]) -> list[Result]:
        at = self._clock.now()
        results: list[Result] = []
        writes: list[Write] = []
        for request in requests:
            match request:
                case Write():
                    writes.append(request)
                    results.append(())
                case Append():
                    results.append(self._placed(request, at))
        self._connection.execute("BEGIN IMMEDIATE")
        for sql, alike in groupby(writes, key=lambda write: write.sql):
            rows = [write.values for write in alike]
            if VALUES in sql:
                insert(self._connection, sql, rows)
            else:
                self._connection.executemany(sql, rows)
        self.ledger.insert()
        self._connection.execute("COMMIT")
        return results

    def _placed(self, append: Append, at: datetime) -> Result:
        try:
            return self.ledger.place(append.stream, append.expected_version, append.drafts, at)
        except VersionConflict as conflict:
            return conflict


def _hand_back(requests: Sequence[Request], results: Sequence[Result]) -> None:
    answers: dict[asyncio.AbstractEventLoop, list[tuple[Answer, Result]]] = defaultdict(list)
    for request, result in zip(requests, results, strict=True):
        if request.answer is not None:
            answers[request.answer.get_loop()].append((request.answer, result))
    for loop, settled in answers.items():
        with suppress(RuntimeError):  # the loop is gone, and with it everyone who waited
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: Sequence[tuple[Answer, Result]]) -> None:
    for answer, result in settled:
        if answer.done():
            continue
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)
