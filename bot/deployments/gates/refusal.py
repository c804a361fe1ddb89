"""What a person is told when gates keep a change from beginning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.deployments.gates.gate import Gate
from bot.deployments.gates.wording import opening, worded
from bot.errors import Conflict


class GatesClosed(Conflict):
    """Gates are closed: the message says why each is, the hint who opens it and when."""

    def __init__(self, closed: Sequence[Gate], now: datetime, changed: str = "") -> None:
        why = " ".join(worded(gate.found).why for gate in closed)
        opens = dict.fromkeys(filter(None, (opening(gate, now) for gate in closed)))
        super().__init__(f"{why} {changed}".rstrip(), hint=" ".join(opens))
        self.gates = tuple(closed)
        self.now = now
        self.changed = changed
