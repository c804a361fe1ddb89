"""Cursors: one page of a list at a time, as every listing method answers."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.slack.model import Json
from bot.sandbox.slack.refusal import Refusal

T = TypeVar("T")
MOST = 1000


def page(
    rows: Sequence[T], args: Json, default: int, error: str = "invalid_arguments"
) -> tuple[list[T], str]:
    """(the rows of the asked page, the next cursor or ""). `default` 0 is everything.

    Raises Refusal for a cursor that no page gave out, and Refusal(error) for an impossible limit.
    """
    limit = args.get("limit", default) or len(rows) or 1
    if not 0 < limit <= max(MOST, len(rows)):
        raise Refusal(error)
    start = _start(args.get("cursor", ""))
    if start > len(rows):
        raise Refusal("invalid_cursor")
    after = start + limit
    cursor = base64.b64encode(f"row:{after}".encode()).decode() if after < len(rows) else ""
    return list(rows[start:after]), cursor


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("row:"))
    except ValueError:
        raise Refusal("invalid_cursor") from None
