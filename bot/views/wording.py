"""Small pieces of language that several views share (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.access import Actor
from bot.views.blocks import code, cut, escape

_USER_ID = re.compile(r"[UW][A-Z0-9]+", re.ASCII)


def who(actor: Actor) -> str:
    """A person as a mention, a pipeline by its name."""
    if actor.kind == "slack":
        return f"<@{actor.id}>"
    return escape(actor.name or actor.id)


def mention(user_id: str) -> str:
    """A person of the workspace by their ID; what is no ID is shown as it is."""
    return f"<@{user_id}>" if _USER_ID.fullmatch(user_id) else escape(user_id)


def elapsed(begin: datetime, end: datetime) -> str:
    """A span of time: 45 s, 3 min 20 s, 2 h 5 min."""
    seconds = max(0, int((end - begin).total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} days"


def listed(words: Sequence[str], most: int = 8) -> str:
    """Words joined by commas, cut with their count: "a, b and 3 more"."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def quoted(text: str, limit: int = 300) -> str:
    """Untrusted text between quotes, on one line; its backticks mark up nothing."""
    plain = escape(cut(" ".join(text.split()), limit)).replace("`", "'")
    return f"“{plain}”"


def capped(lines: Sequence[str], most: int) -> list[str]:
    """The first lines, and how many more there are."""
    left = len(lines) - most
    return [*lines[:most], f"… and {left} more"] if left > 0 else list(lines)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 commit", "3 commits"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def bar(done: int, total: int, width: int = 12) -> str:
    """A progress bar of `width` characters; full only when everything is done."""
    filled = 0 if total == 0 else int(width * done / total)
    return "▰" * filled + "▱" * (width - filled)


def move(before: str, after: str) -> str:
    """From one tag to another."""
    return f"{code(before)} → {code(after)}"
