"""The head of the record: its last event at some time, for others to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass

TRAILER = "Audit-Head"
"""The commit trailer that names the head of the record at the time of the commit."""

_HEAD = re.compile(r"([0-9]{1,15}) ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """The record's last event at some time: its position and hash, and who remembers it."""

    position: int
    hash: str
    witness: str

    @property
    def text(self) -> str:
        """As it is written down: "1234 0a1b…"."""
        return head_text(self.position, self.hash)


def head_text(position: int, seal: str) -> str:
    """A head in words that `read_head` understands."""
    return f"{position} {seal}"


def read_head(text: str, witness: str) -> Head | None:
    """The head that a text is, or None where it is none."""
    found = _HEAD.fullmatch(text.strip())
    return Head(int(found[1]), found[2], witness) if found else None
