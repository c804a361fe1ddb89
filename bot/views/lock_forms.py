"""The form that hands a lock over (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.inputs import input_block, menu_of, person
from bot.views.message import Modal


def hand_over(scopes: Sequence[str]) -> Modal:
    """Which of one's locks, and to whom."""
    blocks = [
        input_block("environment", "Lock of", menu_of(scopes, first=True)),
        input_block("to", "New owner", person()),
    ]
    return Modal("Hand over", "form:lock hand-over", blocks, submit="Hand Over", close="Keep It")
