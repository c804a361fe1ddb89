"""What the heads that others have kept say of the record (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store import Chain, Fault, Head


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
