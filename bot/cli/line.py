"""Turns the words that a shell gave into the one line that the bot reads (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.command import Command
from bot.quoting import join

_OPTION = re.compile(r"(--?|[—–])([A-Za-z][\w-]*)(?:=(.*))?", re.DOTALL)  # noqa: RUF001 -- as pasted


def line(words: Iterable[str]) -> str:
    """The words as `bot.grammar.read` splits them again: options bare, their values quoted."""
    return " ".join(_word(word) for word in words)


def _word(word: str) -> str:
    option = _OPTION.fullmatch(word)
    if option is None:
        return word if word == "--" else join([word])
    dashes, name, value = option.groups()
    name = (dashes if dashes.startswith("-") else "--") + name
    return name if value is None else f"{name}={join([value])}"


def find(words: Sequence[str], commands: Iterable[Command[Any]]) -> Command[Any] | None:
    """The command that the first one or two words name."""
    by_name = {command.name: command for command in commands}
    return by_name.get(" ".join(words[:2])) or by_name.get(words[0] if words else "")
