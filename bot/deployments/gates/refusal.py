"""What a person is told when gates keep a change from beginning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.deployments.gates.gate import Gate
from bot.deployments.gates.wording import opening, worded
from bot.errors import Conflict


class GatesClosed(Conflict):
    """Gates are closed: the message says why each is, the hint who opens it and when.

    Several are numbered, a line each, so that both can be read side by side.
    """

    def __init__(self, closed: Sequence[Gate], now: datetime, changed: str = "") -> None:
        whys = [worded(gate.found).why for gate in closed]
        opens = [opening(gate, now) for gate in closed]
        if len(closed) == 1:
            message, hint = f"{whys[0]} {changed}", opens[0]
        else:
            message, hint = "\n".join([*_numbered(whys), changed]), "\n".join(_numbered(opens))
        super().__init__(message.rstrip(), hint=hint)
        self.gates = tuple(closed)
        self.now = now
        self.changed = changed


def _numbered(said: Sequence[str]) -> list[str]:
    """Each under its number; what is said of several alike, once, under all of theirs."""
    numbers: dict[str, list[str]] = {}
    for number, each in enumerate(said, 1):
        if each:
            numbers.setdefault(each, []).append(str(number))
    return [f"{', '.join(those)}. {each}" for each, those in numbers.items()]
