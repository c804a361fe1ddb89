"""The fields of forms, each named as the word it stands for (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Element, plain
from bot.views.message import Block


def input_block(name: str, label: str, element: Element, hint: str = "") -> Block:
    """One field that must be filled in."""
    block: dict[str, object] = {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "element": {**element, "action_id": name},
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    return block


def optional(block: Block) -> Block:
    """The same field, which may stay empty."""
    return {**block, "optional": True}


def text(longest: int) -> Element:
    """One line of text."""
    return {"type": "plain_text_input", "max_length": longest}


def menu(options: Sequence[tuple[str, str]], *, first: bool = False) -> Element:
    """One of these (shown, value); `first` is chosen beforehand."""
    shown = [{"text": plain(label, 75), "value": value} for label, value in options[:100]]
    element: Element = {"type": "static_select", "options": shown}
    return {**element, "initial_option": shown[0]} if first else element
