"""The record's events as text that other programs read: JSON lines and CSV (pure)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bot.audit.entries import Entry

if TYPE_CHECKING:
    from bot.store import Recorded

COLUMNS = (
    *("position", "at", "stream", "version", "type", "who", "name", "login", "door"),
    *("environments", "what", "why", "outcome", "message", "deployment", "prev_hash", "hash"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 -- full width counts
"""How a cell begins that a spreadsheet would work out instead of show.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def jsonl(events: Iterable[tuple[Recorded, Entry]]) -> Iterator[str]:
    """A line for each event: the columns, and `data` as it is recorded."""
    for event, line in events:
        cells = dict(zip(COLUMNS, _cells(event, line), strict=True))
        whole = {**cells, "environments": list(line.environments), "data": event.data}
        yield json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def as_csv(events: Iterable[tuple[Recorded, Entry]]) -> Iterator[str]:
    """A header, then a line for each event; no cell is taken for a formula."""
    yield _row(COLUMNS)
    for event, line in events:
        yield _row([_shown(cell) for cell in _cells(event, line)])


def _cells(event: Recorded, line: Entry) -> tuple[str | int, ...]:
    return (
        *(event.position, event.at.isoformat(), event.stream, event.version, event.type),
        *(line.who, line.name, line.login, line.door, " ".join(line.environments)),
        *(line.what, line.why, line.outcome, line.message, line.deployment),
        *(event.prev_hash, event.hash),
    )


def _shown(cell: str | int) -> str | int:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _row(cells: Iterable[str | int]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)  # what ends lines is quoted
    return written.getvalue().removesuffix("\r\n")
