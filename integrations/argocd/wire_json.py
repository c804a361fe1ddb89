"""Reads Argo CD's JSON, to which a field that is missing, null, empty or {} is all the same.

Go leaves structs in that it should omit, and masked lists carry explicit nulls; so every reader
here gives the same empty value for all of them, and for a value of the wrong kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

Json = Mapping[str, object]

_EMPTY: Json = {}
_ZERO_YEAR = 1  # Go writes its zero time as 0001-01-01T00:00:00Z


class MalformedError(ValueError):
    """The JSON is not what was asked for at all; the message says what was missing."""


def as_object(value: object) -> Json:
    """`value` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else _EMPTY


def child(node: Json, key: str) -> Json:
    """The object at `key`."""
    value = node.get(key)
    return value if isinstance(value, dict) else _EMPTY


def children(node: Json, key: str) -> list[Json]:
    """The objects in the array at `key`."""
    value = node.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(node: Json, key: str) -> str:
    """The string at `key`."""
    value = node.get(key)
    return value if isinstance(value, str) else ""


def texts(node: Json, key: str) -> tuple[str, ...]:
    """The strings in the array at `key`."""
    value = node.get(key)
    return tuple(i for i in value if isinstance(i, str)) if isinstance(value, list) else ()


def mapping(node: Json, key: str) -> dict[str, str]:
    """The names and strings of the object at `key`."""
    return {name: value for name, value in child(node, key).items() if isinstance(value, str)}


def pairs(node: Json, key: str) -> dict[str, str]:
    """The array of `{"name": …, "value": …}` at `key`, as a mapping."""
    return {text(item, "name"): text(item, "value") for item in children(node, key)}


def number(node: Json, key: str) -> int:
    """The integer at `key`, also where it comes as a string, as 64-bit integers may."""
    value = node.get(key)
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return 0


def flag(node: Json, key: str) -> bool:
    """Whether `key` is true."""
    return node.get(key) is True


def moment(node: Json, key: str) -> datetime | None:
    """The RFC 3339 time at `key`, aware and in UTC; Go's zero time is none at all."""
    value = node.get(key)
    if not isinstance(value, str) or not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    if at.year == _ZERO_YEAR:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
