"""Whether Slack would take these blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def check_message(blocks: Sequence[Any], text: str = "") -> list[str]:
    """What is wrong with a message's blocks, each with its JSON pointer; [] for nothing."""
    return []


def check_view(view: Any) -> list[str]:
    """What is wrong with a view, each with its JSON pointer; [] for nothing."""
    return []


def too_long(blocks: Sequence[Any]) -> bool:
    """Whether all text of the blocks together is more than Slack takes in one message."""
    return False
