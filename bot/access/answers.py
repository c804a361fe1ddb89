"""What a decision about access comes to (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.access.subjects import Need


@dataclass(frozen=True, slots=True)
class Allowed:
    """The actor holds the permission, as the `subject` of a grant."""

    subject: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The actor does not: the message names the permission, the hint who holds it."""

    message: str
    hint: str = ""
    need: Need | None = None  # what is missing, where that is a permission
    opens_at: datetime | None = None  # from when the actor holds it, where only time is missing
