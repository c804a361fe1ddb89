"""The arguments of one Web API call: read from the request, held against the method."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.slack.model import Json
from bot.sandbox.slack.refusal import Refusal, invalid

_TRUE, _FALSE = {"true", "1"}, {"false", "0", ""}
_FORMAT_ERRORS = {
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
    "attachments": "invalid_attachments",
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a method takes. All names in `required` are in one of the others too."""

    required: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()  # arrays and objects; as JSON text in a form

    @property
    def names(self) -> frozenset[str]:
        """Every name that is accepted, besides the token."""
        return frozenset((*self.strings, *self.booleans, *self.numbers, *self.structures))


@dataclass(frozen=True, slots=True)
class Request:
    """One call as it came in."""

    method: str
    token: str
    given: Json = field(default_factory=dict)


async def read(method: str, request: web.Request, *, takes_json: bool) -> Request:
    """The call in an HTTP request. Raises Refusal where Slack cannot read it.

    A JSON body that the method does not take is not read at all, as in Slack.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given: Json = dict(request.query)
    if request.method == "POST" and request.content_type == "application/json":
        found = await _json_body(request)
        given |= found if takes_json else {}
    elif request.method == "POST" and request.can_read_body:
        given |= dict(await request.post())
    inline = str(given.pop("token", ""))
    return Request(method, token if scheme.lower() == "bearer" else inline, given)


async def _json_body(request: web.Request) -> Json:
    try:
        found: Any = json.loads(await request.text() or "{}")
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(found, dict):
        raise Refusal("json_not_object")
    return found


def check(given: Mapping[str, Any], wanted: Arguments) -> Json:
    """The arguments with their types, absent and null ones left out. Raises Refusal."""
    problems = [f"unknown argument: {name}" for name in given if name not in wanted.names]
    typed: Json = {}
    for name, value in given.items():
        if name in wanted.names and value is not None:
            typed[name] = _typed(name, value, wanted, problems)
    empty = [name for name in wanted.required if typed.get(name) in (None, "")]
    problems += [f"missing required field: {name}" for name in empty]
    if problems:
        raise invalid("invalid_arguments", problems)
    return typed


def _typed(name: str, value: Any, wanted: Arguments, problems: list[str]) -> Any:
    if name in wanted.booleans:
        return _boolean(name, value, problems)
    if name in wanted.numbers:
        return _number(name, value, problems)
    if name in wanted.structures:
        return _structure(name, value)
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    problems.append(f"must provide a string [json-pointer:/{name}]")
    return ""


def _boolean(name: str, value: Any, problems: list[str]) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in _TRUE | _FALSE:
        problems.append(f"must provide a boolean [json-pointer:/{name}]")
    return word in _TRUE


def _number(name: str, value: Any, problems: list[str]) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        problems.append(f"must provide a number [json-pointer:/{name}]")
        return 0


def _structure(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refusal(_FORMAT_ERRORS.get(name, "invalid_arguments")) from None
