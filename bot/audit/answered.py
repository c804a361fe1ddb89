"""One request and what came of it, as the record keeps it (pure)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.access import Actor

REQUESTS = "request/"
"""How the streams begin that hold requests: one for each day (UTC)."""

TYPE = "RequestAnswered"


class Result(StrEnum):
    """What came of a request."""

    OK = "ok"
    FORM = "form"  # a form was opened in its place
    FAILED = "failed"  # it was carried out, and what it looked at is not well
    USAGE = "usage"  # the words were wrong, or named what is not there
    REFUSED = "refused"  # a permission is missing
    CONFLICT = "conflict"  # a gate or the state of things does not allow it
    UPSTREAM = "upstream"  # a system outside failed
    BUG = "bug"


class RequestAnswered(BaseModel):
    """Who asked for what, where, why and by which door, and the answer.

    `message` names the missing permission, the closed gate or the system that failed.
    `environments` are the scopes that it was about, `permissions` what it needed there, beyond
    what its own work asks; `deployment` is the one that it named.
    """

    model_config = ConfigDict(frozen=True)

    at: datetime
    actor: Actor
    login: str = ""  # at GitHub, where the catalog's map knew it then
    command: str = ""
    words: str = ""
    channel: str = ""
    environments: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    reason: str = ""
    result: Result = Result.OK
    message: str = ""
    reference: str = ""  # of a bug, in the log
    deployment: str = ""

    @property
    def stream(self) -> str:
        """Where it belongs."""
        return f"{REQUESTS}{self.at:%Y-%m-%d}"
