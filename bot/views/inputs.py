"""The fields of forms, each named as the word it stands for (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Element, plain
from bot.views.message import Block

_MOST = 100


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


def text(longest: int, *, lines: bool = False) -> Element:
    """One line of text, or several `lines`."""
    element: Element = {"type": "plain_text_input", "max_length": longest}
    return {**element, "multiline": True} if lines else element


def menu(options: Sequence[tuple[str, str]], *, first: bool = False) -> Element:
    """One of these (shown, value); `first` is chosen beforehand."""
    shown = [option(label, value) for label, value in options[:_MOST]]
    element: Element = {"type": "static_select", "options": shown}
    return {**element, "initial_option": shown[0]} if first else element


def menu_of(words: Sequence[str], *, many: bool = False, first: bool = False) -> Element:
    """One of these words, or as many of them as are wanted."""
    element = menu([(each, each) for each in words], first=first)
    return {**element, "type": "multi_static_select"} if many else element


def checkbox(label: str, value: str, description: str = "") -> Element:
    """One box, empty at first."""
    return {"type": "checkboxes", "options": [option(label, value, description)]}


def radio(options: Sequence[Element]) -> Element:
    """One of these, the first beforehand."""
    return {"type": "radio_buttons", "options": list(options), "initial_option": options[0]}


def person() -> Element:
    """Somebody of the workspace."""
    return {"type": "users_select"}


def option(label: str, value: str, description: str = "") -> Element:
    """One choice."""
    shown: Element = {"text": plain(label, 75), "value": value}
    return {**shown, "description": plain(description, 75)} if description else shown
