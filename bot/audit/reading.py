"""Reads the record for auditors, from the file itself and beside everything that goes on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.audit.answered import REQUESTS
from bot.audit.entries import DEPLOYMENTS, Entry, entry, lines
from bot.store import Recorded, events, open_to_read

ALL = "all"
"""The scope of what concerns every environment."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of the record; "" and None leave a part open.

    `user` is a Slack ID, a subject, a name or a GitHub login. `looks` asks for what only looked,
    too.
    """

    user: str = ""
    environment: str = ""
    since: datetime | None = None
    deployment: str = ""
    looks: bool = False
    logins: Mapping[str, str] = field(default_factory=dict)

    def is_about(self, line: Entry) -> bool:
        """Whether the line is an answer."""
        wanted = self.user.casefold()
        names = {line.who, line.who.partition(":")[2], line.name, line.login}
        return (
            (not wanted or wanted in {name.casefold() for name in names if name})
            and (not self.environment or bool({self.environment, ALL} & {*line.environments}))
            and (not self.deployment or line.deployment == self.deployment)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """The newest entries that answer, newest first; whether there are more."""

    entries: tuple[Entry, ...]
    has_more: bool = False


def newest(database: Path, question: Question, limit: int) -> Page:
    """At most so many lines of what was asked, refused, decided and done. Blocks."""
    with closing(open_to_read(database)) as connection:
        begun = _Begun(connection)
        known = (
            entry(event, begun.of(event), question.logins)
            for event in _newest(connection, question)
        )
        found = []
        for line in lines(known):
            if question.is_about(line) and (question.looks or not line.is_look):
                found.append(line)
            if len(found) > limit + 20:  # lines that are told a little late are put in their place
                break
    found.sort(key=lambda line: line.position, reverse=True)
    return Page(tuple(found[:limit]), len(found) > limit)


def everything(database: Path, question: Question) -> list[tuple[Recorded, Entry]]:
    """Every event that answers, oldest first, with its line. Blocks."""
    found = []
    with closing(open_to_read(database)) as connection:
        begun = _Begun(connection)
        for event in _newest(connection, question):
            line = entry(event, begun.of(event), question.logins)
            if question.is_about(line):
                found.append((event, line))
    found.reverse()
    return found


class _Begun:
    """What each deployment was asked for with, looked up once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, Mapping[str, Any]] = {}

    def of(self, event: Recorded) -> Mapping[str, Any]:
        """The request of the deployment that an event is about, {} for none."""
        stream = event.stream
        if not stream.startswith(DEPLOYMENTS):
            named = event.data.get("deployment")
            if not isinstance(named, str) or not named:
                return {}
            stream = DEPLOYMENTS + named
        if stream not in self._known:
            first = "SELECT data FROM events WHERE stream = ? AND version = 1"
            row = self._connection.execute(first, (stream,)).fetchone()
            self._known[stream] = json.loads(row[0]) if row else {}
        return self._known[stream]


def _newest(connection: sqlite3.Connection, question: Question) -> Iterator[Recorded]:
    since = question.since.isoformat(timespec="microseconds") if question.since else ""
    where = "position > 0"
    values: tuple[str, ...] = ()
    if question.deployment:
        where = "(stream = ? OR stream GLOB ?)"
        values = (DEPLOYMENTS + question.deployment, f"{REQUESTS}*")
    for event in events(connection, f"{where} ORDER BY position DESC", values):
        if event.at.isoformat(timespec="microseconds") < since:
            return  # time goes forward in the record
        yield event
