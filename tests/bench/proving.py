"""How long `audit verify` takes for 100,000 events, beside hashing the same bytes in memory."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.audit.proof import prove
from bot.deployments.events import AppOutcome
from bot.store import NewEvent, Store
from bot.store.chain import COLUMNS, sealed_text
from integrations.clock import SystemClock
from tests.bot.deployments.histories import asked, change

_EVENTS = 100_000
_ROUNDS = 9
_APPLICATIONS = ("link-app-staging", "link-frontend")


@dataclass(frozen=True)
class Proving:
    """Seconds of each pair, and the bytes that were hashed."""

    verifying: list[float]
    hashing: list[float]
    megabytes: float

    @property
    def ratio(self) -> float:
        """The proof over the hashing alone: the median of pairs."""
        return median(ours / bare for ours, bare in zip(self.verifying, self.hashing, strict=True))


async def measure(folder: Path) -> Proving:
    """Fill a record with lives of deployments, then prove it and hash it in turn."""
    database = folder / "shipmate.db"
    await _fill(database)
    sealed = await asyncio.to_thread(_sealed, database)
    verifying, hashing = [], []
    for _ in range(_ROUNDS):
        began = perf_counter()
        _hash(sealed)
        hashing.append(perf_counter() - began)
        began = perf_counter()
        proof = await prove(database, {})
        verifying.append(perf_counter() - began)
        if proof.faults or proof.chain.events != _EVENTS:
            raise RuntimeError(f"The record is not whole: {proof.faults[:3]}")
    return Proving(verifying, hashing, sum(map(len, sealed)) / 1e6)


async def _fill(database: Path) -> None:
    store = Store.open(database, SystemClock())
    written = 0
    for key, events in _lives():
        some = events[: _EVENTS - written]
        await store.append(f"deployment/{key}", 0, some)
        written += len(some)
        if written == _EVENTS:
            break
    await store.close()


def _lives() -> Iterator[tuple[str, Sequence[NewEvent]]]:
    """Deployments from request to end, without end."""
    number = 0
    services = ("user-svc", "chat-svc", "ai-svc", "discovery-svc", "search-svc", "api-gateway")
    while True:
        number += 1
        history = asked(f"d{number}", applications=_APPLICATIONS, reason="The “new” search.")
        history.started().found().planned(
            _APPLICATIONS, changes=[change(each) for each in services]
        )
        history.intended().committed().wave().syncing(*_APPLICATIONS)
        for application in _APPLICATIONS:
            history.ended(application, AppOutcome.SUCCEEDED, "Synced and Healthy.")
        history.over(message="Every application is Synced and Healthy.")
        yield (
            f"d{number}",
            [
                NewEvent(
                    each.type, each.model_dump(mode="json"), actor="slack:U0DANA", door="slack"
                )
                for each in history.events
            ],
        )


def _sealed(database: Path) -> list[bytes]:
    """What each event's hash is of."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(f"SELECT {COLUMNS} FROM events ORDER BY position")
        return [sealed_text(row[:-1]) for row in rows]


def _hash(sealed: Sequence[bytes]) -> None:
    for text in sealed:
        sha256(text).hexdigest()
