"""A request on its way: asked, found, prepared, answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.access import Actor
from bot.command import Command, Reply


@dataclass(frozen=True, slots=True)
class Request:
    """One line of words from one actor. `key` is the delivery's own id; "" channel: no Slack."""

    actor: Actor
    text: str
    key: str
    channel: str = ""
    channel_name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request; `error` is what stood in the way, for doors with exit codes, and
    `reference` where the log tells more of a bug.
    """

    reply: Reply
    error: Exception | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A request whose command is known; `rest` are the words after the command's name."""

    request: Request
    command: Command[Any]
    rest: str
    began: float

    @property
    def wants_form(self) -> bool:
        """Whether the command was named and nothing more, and has a form for that."""
        form = self.command.form
        return form is not None and form.modal is not None and not self.rest


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request whose words are understood, and nothing done yet."""

    found: Found
    arguments: Any

    @property
    def is_slow(self) -> bool:
        """Whether it is acknowledged first and answered later."""
        slow: bool = self.found.command.is_slow(self.arguments)
        return slow
