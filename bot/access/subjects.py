"""Who asks, for what, by which way in (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
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


SLACK_ONLY = frozenset({Permission.APPROVE, Permission.OVERRIDE, Permission.BREAK_GLASS})
"""What no door but Slack opens: a person decides, with the facts in sight. Who has just joined
the group that it comes from waits.
"""

PRIVILEGED = SLACK_ONLY | {Permission.FREEZE}
"""What makes a group privileged: who is in it is recorded, and a change is announced."""


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


@dataclass(frozen=True, slots=True)
class Need:
    """A permission that a request needs, in one environment or for `shared` applications.

    It is as good to hold all of `instead`, where there is any.
    """

    permission: Permission
    scope: str
    instead: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Memberships:
    """What is known of an actor. `refusal` says why the actor may do nothing at all, or "".

    `groups` holds handles and IDs of Slack user groups, `teams` GitHub teams ("org/team").
    `new` are those of them ("group:…", "team:…") that the actor joined too lately to decide as a
    member of, with the moment from which that ends. `uncounted` are teams that the actor does not
    count as a member of although that may change, with the reason in a sentence. `is_unseen`: they
    ask in a place of which Slack does not tell who else reads it.
    """

    refusal: str = ""
    full_member: bool = False
    groups: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    new: Mapping[str, datetime] = field(default_factory=dict)
    uncounted: Mapping[str, str] = field(default_factory=dict)
    is_unseen: bool = False
