"""Heads of the chain that others have kept, and what they say of the record (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import Chain, Fault

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


def contradictions(chain: Chain, heads: Sequence[Head]) -> list[Fault]:
    """Where the record is not the one that the witnesses saw: cut short, or written anew.

    `chain` holds the hashes at the heads' positions.
    """
    faults = []
    beyond = [head for head in heads if head.position > chain.events]
    if beyond:
        furthest = max(beyond, key=lambda head: head.position)
        lost = furthest.position - chain.events
        faults.append(
            Fault(
                chain.events + 1,
                f"the record ends at position {chain.events}, but {furthest.witness} names position "
                f"{furthest.position}: at least {lost} event{'s' * (lost > 1)} at its end "
                f"{'are' if lost > 1 else 'is'} missing",
            )
        )
    for head in sorted(heads, key=lambda head: head.position):
        if 0 < head.position <= chain.events and chain.hashes.get(head.position) != head.hash:
            why = f"the event at position {head.position} is not the one that {head.witness} names"
            faults.append(Fault(head.position, why))
    return faults
