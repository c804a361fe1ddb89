"""Many rows in one statement: each step of SQLite gives the GIL away, and it costs to get it back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache

VALUES = " VALUES "

_MOST = 100


def insert(
    connection: sqlite3.Connection, sql: str, rows: Sequence[Sequence[str | float | None]]
) -> None:
    """Carry out `sql`, an INSERT of one row that ends in VALUES (?, …), for all the rows."""
    for start in range(0, len(rows), _MOST):
        some = rows[start : start + _MOST]
        connection.execute(_repeated(sql, len(some)), [cell for row in some for cell in row])


@cache
def _repeated(sql: str, times: int) -> str:
    head, values, row = sql.rpartition(VALUES)
    return head + values + ", ".join([row] * times)
