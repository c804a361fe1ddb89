"""The form that hands a lock over (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import plain
from bot.views.message import Modal


def hand_over(scopes: Sequence[str]) -> Modal:
    """Which of one's locks, and to whom."""
    options = [{"text": plain(each, 75), "value": each} for each in scopes[:100]]
    blocks = [
        {
            "type": "input",
            "block_id": "environment",
            "label": plain("Lock of"),
            "element": {
                "type": "static_select",
                "action_id": "environment",
                "options": options,
                "initial_option": options[0],
            },
        },
        {
            "type": "input",
            "block_id": "to",
            "label": plain("New owner"),
            "element": {"type": "users_select", "action_id": "to"},
        },
    ]
    return Modal("Hand over", "form:lock hand-over", blocks, submit="Hand Over", close="Keep It")
