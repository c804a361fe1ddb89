"""Who may do what: subjects, permissions and the one decision about them (pure)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

SHARED = "shared"
"""The scope of applications that belong to no environment."""


class Permission(StrEnum):
    """Everything that can be allowed; each is granted per environment, or for `shared`."""

    VIEW = "view"
    LOGS = "logs"
    DEPLOY = "deploy"
    SYNC = "sync"
    APPROVE = "approve"
    ROLLBACK = "rollback"
    LOCK = "lock"
    FREEZE = "freeze"
    OVERRIDE = "override"
    BREAK_GLASS = "break-glass"
    OPERATE = "operate"


class Door(StrEnum):
    """By which way a request came in."""

    SLACK = "slack"
    API = "api"
    WEBHOOK = "webhook"
    SCHEDULE = "schedule"


class Actor(BaseModel):
    """Someone, or something, that asks.

    `kind` "slack" is a person (id "U…", also when asking by the API with a personal token);
    "ci" is a pipeline (id "owner/repository"); "schedule" is the bot's own clock.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["slack", "ci", "schedule"] = "slack"
    id: str
    name: str = ""
    team: str = ""
    door: Door = Door.SLACK

    @property
    def subject(self) -> str:
        """The actor's name in the record: `slack:U123`, `ci:link/app`, `schedule`."""
        return self.kind if self.kind == "schedule" else f"{self.kind}:{self.id}"


class Need(BaseModel):
    """A permission that a request needs, in one environment or for `shared` applications."""

    model_config = ConfigDict(frozen=True)

    permission: Permission
    scope: str
