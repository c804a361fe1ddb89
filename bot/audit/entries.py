"""The record's events as an auditor reads them: who did what, where, why, and with what outcome (pure).

Reads events of every kind, also of those that are yet to come, by the names that they share:
`actor`, `environment`, `reason`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.audit.answered import TYPE as ANSWERED
from bot.audit.answered import Result
from bot.grammar import join

if TYPE_CHECKING:
    from bot.store import Recorded

DEPLOYMENTS = "deployment/"
_SAME_ACT = timedelta(seconds=10)
_LOOKS = frozenset({"view", "logs"})
_TELLING = frozenset({"login"})
"""What is shown although nothing else tells of it and no permission was needed."""
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit.

    `who` is the subject ("slack:U…", "ci:…", "schedule"), "" for the bot itself; `what` the words
    that were typed, or what happened; `outcome` one of Result's words, a deployment's outcome, or
    "" where the event is its own outcome; `message` says why.
    """

    position: int
    at: datetime
    kind: str
    who: str
    name: str
    login: str
    door: str
    environments: tuple[str, ...]
    what: str
    why: str = ""
    outcome: str = ""
    message: str = ""
    deployment: str = ""
    is_look: bool = False


def entry(
    event: Recorded, begun: Mapping[str, Any] | None = None, logins: Mapping[str, str] | None = None
) -> Entry:
    """One event as a line. `begun` is what its deployment was asked for with, if it has one;
    `logins` the catalog's map from Slack IDs to GitHub logins.
    """
    data = event.data
    actor = _mapping(data.get("actor"))
    kind, _, key = event.stream.partition("/")
    deployment = key if kind == "deployment" else _text(data.get("deployment"))
    line = Entry(
        position=event.position,
        at=event.at,
        kind=event.type,
        who=event.actor,
        name=_text(actor.get("name")),
        login=_text(data.get("login")) or (logins or {}).get(_text(actor.get("id")), ""),
        door=event.door,
        environments=_environments(event, begun or {}),
        what=_CAPITAL.sub(" ", event.type).lower(),
        why=_text(data.get("reason")) or _text(data.get("override")),
        message=_text(data.get("message")) or _text(data.get("why")) or _text(data.get("note")),
        outcome=_text(data.get("outcome")),
        deployment=deployment,
    )
    if event.type == ANSWERED:
        return _answered(line, data)
    if event.type == "DeploymentRequested":
        return replace(line, what=command_line(data))
    return line


def _answered(line: Entry, data: Mapping[str, Any]) -> Entry:
    result = _text(data.get("result")) or Result.OK.value
    needed = {_text(each) for each in _items(data.get("permissions"))}
    quiet = result in (Result.OK, Result.FORM, Result.FAILED) and needed <= _LOOKS
    return replace(
        line,
        what=_text(data.get("words")),
        outcome=result,
        message=line.message or _reference(data),
        is_look=quiet and _text(data.get("command")) not in _TELLING,
    )


def _reference(data: Mapping[str, Any]) -> str:
    return f"reference {data['reference']}" if data.get("reference") else ""


def lines(newest_first: Iterable[Entry]) -> Iterator[Entry]:
    """Everything that was asked, refused, decided or done, newest first; what only looked is_look.

    A request that was carried out and the event that it led to are one line: the event, with the
    words that were typed. A deployment's own steps are told by its outcome.
    """
    ends: dict[str, Entry] = {}
    waiting: list[Entry] = []
    for line in newest_first:
        yield from _settled(waiting, line)
        if line.kind == ANSWERED and line.outcome in (Result.OK, Result.FORM):
            waiting.append(line)
        elif line.kind == "DeploymentEnded":
            ends.setdefault(line.deployment, line)
        elif line.kind == "DeploymentRequested":
            end = ends.get(line.deployment)
            yield replace(line, outcome=end.outcome, message=end.message) if end else line
        elif line.kind == ANSWERED:
            yield line
        elif line.who:
            yield _with_words(line, waiting)
    yield from waiting


def _settled(waiting: list[Entry], line: Entry) -> Iterator[Entry]:
    """The requests that no event is going to speak for any more."""
    while waiting and waiting[0].at - line.at > _SAME_ACT:
        yield waiting.pop(0)


def _with_words(line: Entry, waiting: list[Entry]) -> Entry:
    """The event with the words of the request that led to it, which then needs no line of its own."""
    for request in reversed(waiting):
        about = {request.deployment, ""}
        if request.who == line.who and line.deployment in about:
            waiting.remove(request)
            return replace(line, message=line.message or f"“{request.what}”")
    return line


def command_line(request: Mapping[str, Any]) -> str:
    """What a deployment was asked for, as it would be typed."""
    sync = _mapping(request.get("sync"))
    if sync:
        switches = [f"--{name.replace('_', '-')}" for name in _SWITCHES if sync.get(name)]
        about = ["--resource", _text(sync["resource"])] if sync.get("resource") else []
        return " ".join(["sync", join([_text(sync.get("words"))]), *about, *switches])
    services = [_text(each) for each in _items(request.get("services"))]
    environment, tag = _text(request.get("environment")), _text(request.get("tag"))
    switches = [f"--{name.replace('_', '-')}" for name in _PASSES if request.get(name)]
    match request.get("purpose"):
        case "promotion":
            words = ["promote", _text(request.get("source")), environment, *services]
        case "rollback":
            words = ["rollback", environment, tag]
        case _:
            words = ["deploy", environment, tag, *services]
    return " ".join([join(word for word in words if word), *switches])


_SWITCHES = ("force", "prune", "dry_run")
_PASSES = ("override_checks", "break_glass")


def _environments(event: Recorded, begun: Mapping[str, Any]) -> tuple[str, ...]:
    data = event.data
    named = [_text(each) for each in _items(data.get("environments"))]
    single = _text(data.get("environment")) or _text(begun.get("environment"))
    kind, _, key = event.stream.partition("/")
    scope = key if kind == "controls" else ""
    return tuple(dict.fromkeys(each for each in (*named, single, scope) if each))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
