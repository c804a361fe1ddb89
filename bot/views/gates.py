"""Closed gates, as a list, and with what a person can press to open them (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.deployments.gates.gate import Gate, GateName
from bot.deployments.gates.span import span
from bot.deployments.gates.wording import worded
from bot.views.blocks import (
    MESSAGE_TEXT,
    Element,
    actions,
    button,
    confirm,
    context,
    cut,
    escape,
    section,
    shortened,
    when,
)
from bot.views.message import Block, Message

_MOST = 12
_LINE = 800
_LOCKS = 3  # of whose buttons there is room


def gate_line(gate: Gate, now: datetime) -> str:
    """One closed gate: why, who opens it, and when it opens by itself in each reader's own time."""
    why, opens = (escape(said).replace("```", "'''") for said in worded(gate.found))
    parts = [f"⛔ *{escape(gate.name.value)}*: {why}", opens]
    if gate.opens_at:
        ahead = span(now, gate.opens_at)
        parts.append(f"It opens by itself {when(gate.opens_at)} (in {ahead}).")
    return " ".join(part for part in parts if part)


def refused_by(
    gates: Sequence[Gate], now: datetime, changed: str, message: str, hint: str
) -> Message:
    """A refusal by these gates: each with its reason, then what can be pressed.

    `message` and `hint` are the same in plain text, for a notification and for terminals.
    """
    lines = [shortened(gate_line(gate, now), _LINE) for gate in gates[:_MOST]]
    blocks: list[Block] = [section(line) for line in lines]
    more = len(gates) - _MOST
    blocks.append(context(escape(changed), f"… and {more} more" if more > 0 else ""))
    row = _buttons(gates)
    if row:
        blocks.append(actions(*row, block_id="gates"))
    text = escape(f"{message} {hint}".strip()).replace("```", "'''")
    return Message(text=shortened(text, MESSAGE_TEXT), blocks=blocks)


def _buttons(gates: Sequence[Gate]) -> list[Element]:
    """What opens a lock: to ask for it, or to take it; what opens a freeze has its own message."""
    locks = [gate for gate in gates if gate.name is GateName.LOCK and gate.words]
    row: list[Element] = []
    for number, gate in enumerate(locks[:_LOCKS]):
        row += lock_buttons(gate.words, worded(gate.found).why, str(number))
    return row


def lock_buttons(words: str, why: str, about: str = "") -> list[Element]:
    """Ask For Lock and Take Lock; `words` say which lock, so that a late click touches no other;
    `about` keeps the buttons of several apart.
    """
    suffix = f":{about}" if about else ""
    asked = confirm(
        "Take the lock?",
        f"{cut(why, 200)} Its owner is told that you took it.",
        "Take Lock",
        "Leave It",
        style="danger",
    )
    return [
        button("Ask For Lock", f"run:lock:ask{suffix}", f"{words} --ask"),
        button("Take Lock", f"run:lock:take{suffix}", f"{words} --take", confirm=asked),
    ]
