"""JSON in the fewest characters, at a fifth of the price of the standard library's."""

from __future__ import annotations

import json

from pydantic_core import to_json


def compact(value: object) -> str:
    """The value as JSON; what JSON does not know becomes text."""
    try:
        return to_json(value, fallback=str).decode()
    except ValueError:  # half a surrogate pair, which is no UTF-8
        return json.dumps(value, separators=(",", ":"), default=str)
