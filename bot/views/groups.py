"""What is told of a change in a group that decides or freezes (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.access import SLACK_ONLY, Permission
from bot.access.wording import place, spoken
from bot.views.blocks import MESSAGE_TEXT, context, escape, section, shortened, when
from bot.views.message import Message
from bot.views.wording import listed

_ICON = "👥"
_MOST = 10


def changed(
    subject: str,
    added: Sequence[str],
    removed: Sequence[str],
    rights: Mapping[str, Sequence[Permission]],
    decides_at: datetime,
) -> Message:
    """Who joined and left a group, what it may do where, and what to do about it.

    `subject` is the group as grants name it; members are mentions or names, escaped by the
    caller; `decides_at` is when those who joined can decide.
    """
    name = escape(spoken(subject))
    moves = [
        f"{listed(who, _MOST)} {verb}"
        for who, verb in ((added, "joined"), (removed, "left"))
        if who
    ]
    said = f"{_ICON} *{name[:1].upper()}{name[1:]}* has changed: {' and '.join(moves)}."
    may = "; ".join(
        f"{listed([f'“{each.value}”' for each in what])} for {escape(place(scope))}"
        for scope, what in rights.items()
    )
    small = [f"It holds {may}."]
    decides = any(not SLACK_ONLY.isdisjoint(what) for what in rights.values())
    if added and decides:
        small.append(f"Who joined can decide from {when(decides_at)}.")
    small.append("Not expected? Ask whoever manages the group to undo it.")
    text = shortened(" ".join([said, *small]), MESSAGE_TEXT)
    return Message(text=text, blocks=[section(said), context(" ".join(small))])
