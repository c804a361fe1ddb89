"""What can go wrong inside the bot, as far as a person can mend it.

UserError             the person's request cannot be carried out; the hint says what to do
├── UsageError        the words are wrong
│   └── SeveralMistakes   more than one field of a form is wrong; all are shown at once
├── NotAllowed        the permission is missing
├── NotKnown          there is no such thing; near names are offered
└── Conflict          the state does not allow it (any more)

UpstreamError (integrations/errors.py) is the other half: a system outside failed. Anything else
is a bug: the person sees a short reference, the log has it with the trace.
"""

from __future__ import annotations

from collections.abc import Sequence


class UserError(Exception):
    """The request cannot be carried out, and the person can do something about it.

    `message` and `hint` are full sentences in plain text (escaped where they are rendered).
    `field` names the form field that is at fault, where there is one.
    """

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field


class UsageError(UserError):
    """The words are wrong. `usage` is the command's usage line, filled in by dispatch."""

    usage: str = ""


class SeveralMistakes(UsageError):
    """More than one thing is wrong; `mistakes` name their fields, and a form shows them all."""

    def __init__(self, mistakes: Sequence[UserError]) -> None:
        super().__init__(" ".join(each.message for each in mistakes))
        self.mistakes = tuple(mistakes)


class NotAllowed(UserError):
    """The person lacks a permission; the message names it, the hint who holds it."""


class NotKnown(UserError):
    """There is no such thing; `near` holds the nearest valid names."""

    def __init__(
        self, message: str, *, near: tuple[str, ...] = (), hint: str = "", field: str = ""
    ) -> None:
        super().__init__(message, hint=hint, field=field)
        self.near = near


class Conflict(UserError):
    """The state of things does not allow it, or no longer does."""


class SettingsError(Exception):
    """Settings or catalog are wrong: the start stops with this one message."""
