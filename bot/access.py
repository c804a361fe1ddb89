"""Who may do what: subjects, permissions and the one decision about them (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from bot.errors import NotAllowed

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


SLACK_ONLY = frozenset({Permission.APPROVE, Permission.OVERRIDE, Permission.BREAK_GLASS})
"""What no door but Slack opens: a person decides, with the facts in sight."""


class Grant(Protocol):
    """Who (`to`) a permission is given; the catalog's own Grant is one."""

    @property
    def to(self) -> Sequence[str]:
        """The subjects."""
        ...

    def covers(self, permission: Permission, scope: str) -> bool:
        """Whether this grant is about that permission in that scope."""
        ...


@dataclass(frozen=True, slots=True)
class Memberships:
    """What is known of an actor. `refusal` says why the actor may do nothing at all, or "".

    `groups` holds handles and IDs of Slack user groups, `teams` GitHub teams ("org/team").
    """

    refusal: str = ""
    full_member: bool = False
    groups: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Allowed:
    """The actor holds the permission."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The actor does not: the message names the permission, the hint who holds it."""

    message: str
    hint: str = ""
    need: Need | None = None  # what is missing, where that is a permission


def allowed(
    actor: Actor, memberships: Memberships, need: Need, grants: Sequence[Grant]
) -> Allowed | Refused:
    """Whether the actor holds what is needed. What nobody was granted, nobody may do."""
    if memberships.refusal:
        return Refused(memberships.refusal)
    if need.permission in SLACK_ONLY and actor.door is not Door.SLACK:
        return Refused(f"{_quoted(need)} is given in Slack alone.", "Ask for it there.")
    about = [grant for grant in grants if grant.covers(need.permission, need.scope)]
    if any(_is(actor, memberships, subject) for grant in about for subject in grant.to):
        return Allowed()
    holders = dict.fromkeys(subject for grant in about for subject in grant.to)
    hint = f"It is held by {_listed(holders)}." if holders else "Nobody holds it."
    return Refused(f"This needs the permission {_quoted(need)}.", hint, need)


def require(
    actor: Actor, memberships: Memberships, needs: Sequence[Need], grants: Sequence[Grant]
) -> None:
    """Raise NotAllowed, naming everything that is missing, unless the actor holds all of it."""
    answers = (allowed(actor, memberships, need, grants) for need in needs)
    refused = dict.fromkeys(each for each in answers if isinstance(each, Refused))
    if refused:
        raise _refusal(list(refused))


def _refusal(refused: Sequence[Refused]) -> NotAllowed:
    """One sentence for everything that is missing, and one for each who holds some of it."""
    missing = [(each.need, each.hint) for each in refused if each.need]
    if len(refused) == 1 or len(missing) < len(refused):
        messages = dict.fromkeys(each.message for each in refused)
        hints = dict.fromkeys(each.hint for each in refused if each.hint)
        return NotAllowed(" ".join(messages), hint=" ".join(hints))
    places: dict[str, list[str]] = {}
    holders: dict[str, list[str]] = {}
    for need, hint in missing:
        places.setdefault(need.permission, []).append(_place(need))
        holders.setdefault(hint, []).append(_quoted(need))
    said = _and([f"“{name}” for {_and(where)}" for name, where in places.items()])
    if len(holders) == 1:
        hint = next(iter(holders)).replace("It is", "They are").replace("holds it", "holds them")
    else:
        hint = " ".join(f"{_and(what)}: {hint}" for hint, what in holders.items())
    return NotAllowed(f"This needs the permissions {said}.", hint=hint)


def _is(actor: Actor, memberships: Memberships, subject: str) -> bool:
    kind, _, name = subject.partition(":")
    match kind:
        case "members":
            return actor.kind == "slack" and memberships.full_member
        case "group":
            return memberships.full_member and name in memberships.groups
        case "team":
            return memberships.full_member and name in memberships.teams
        case "slack":
            return memberships.full_member and subject == actor.subject
        case _:
            return subject == actor.subject


def _quoted(need: Need) -> str:
    return f"“{need.permission}” for {_place(need)}"


def _place(need: Need) -> str:
    return "shared applications" if need.scope == SHARED else need.scope


def _listed(subjects: Iterable[str]) -> str:
    return _and([_spoken(subject) for subject in subjects])


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _spoken(subject: str) -> str:
    kind, _, name = subject.partition(":")
    match kind:
        case "members":
            return "every full member of the workspace"
        case "group":
            return f"@{name}"
        case "team":
            return f"the GitHub team {name}"
        case "slack":
            return f"the Slack user {name}"
        case "ci":
            return f"the pipelines of {name}"
        case _:
            return "the schedule"
