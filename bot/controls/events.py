"""What can happen to the freezes, the lock, the pins and the holds of one scope.

A scope is an environment, `shared`, or `all`. Where `actor` is None the bot did it, because the
time was up.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.access import Actor


class Happened(BaseModel):
    """Something that happened, at a time (UTC)."""

    model_config = ConfigDict(frozen=True)

    at: datetime


class FreezeBegun(Happened):
    """Nothing is to start from now on. Each freeze counts: all must end before the scope thaws."""

    type: Literal["FreezeBegun"] = "FreezeBegun"
    id: str
    actor: Actor
    reason: str
    until: datetime | None = None  # None: until a person ends it
    including_rollbacks: bool = False

    def is_over(self, now: datetime) -> bool:
        """Whether its time is up."""
        return self.until is not None and self.until <= now


class FreezeEnded(Happened):
    """One freeze is over."""

    type: Literal["FreezeEnded"] = "FreezeEnded"
    id: str
    actor: Actor | None = None


class LockTaken(Happened):
    """A person has the scope for themselves; by its owner again: until another time."""

    type: Literal["LockTaken"] = "LockTaken"
    actor: Actor
    until: datetime
    reason: str = ""


class LockAsked(Happened):
    """Somebody asks for the lock. Who may hold it waits, and they get it in this order; who may
    not is told once it is released.
    """

    type: Literal["LockAsked"] = "LockAsked"
    actor: Actor
    may_hold: bool = True


class LockHandedOver(Happened):
    """The lock has a new owner, by the will of the old one or because the time was up."""

    type: Literal["LockHandedOver"] = "LockHandedOver"
    actor: Actor | None = None
    to: Actor
    until: datetime


class LockStolen(Happened):
    """Somebody took the lock from its owner, who is told."""

    type: Literal["LockStolen"] = "LockStolen"
    actor: Actor
    until: datetime
    reason: str = ""


class LockReminded(Happened):
    """The owner was told that it ends soon."""

    type: Literal["LockReminded"] = "LockReminded"


class LockReleased(Happened):
    """Nobody has the lock any more."""

    type: Literal["LockReleased"] = "LockReleased"
    actor: Actor | None = None


class HotfixHeld(Happened):
    """A person deployed what is not on the environment's branch: automation waits for a while."""

    type: Literal["HotfixHeld"] = "HotfixHeld"
    id: str  # the deployment's
    actor: Actor
    commit: str
    branch: str
    until: datetime


class HotfixUnknown(Happened):
    """It could not be told whether the commit is on the branch: nothing is held."""

    type: Literal["HotfixUnknown"] = "HotfixUnknown"
    id: str  # the deployment's
    commit: str
    branch: str


class HotfixReleased(Happened):
    """Automation may go on."""

    type: Literal["HotfixReleased"] = "HotfixReleased"
    id: str
    actor: Actor | None = None


class Pinned(Happened):
    """A rollback holds these applications where they are: automation is refused, people warned."""

    type: Literal["Pinned"] = "Pinned"
    id: str  # the rollback's
    actor: Actor
    applications: tuple[str, ...]
    tags: dict[str, str] = Field(default_factory=dict)  # service -> the tag it is held at
    candidate: str = ""  # what would be deployed next: a tag
    reason: str = ""


class PinNagged(Happened):
    """People were told that the pin is still there."""

    type: Literal["PinNagged"] = "PinNagged"
    id: str


class PinResumed(Happened):
    """A person let automation go on."""

    type: Literal["PinResumed"] = "PinResumed"
    id: str
    actor: Actor


ControlEvent = Annotated[
    FreezeBegun
    | FreezeEnded
    | LockTaken
    | LockAsked
    | LockHandedOver
    | LockStolen
    | LockReminded
    | LockReleased
    | HotfixHeld
    | HotfixUnknown
    | HotfixReleased
    | Pinned
    | PinNagged
    | PinResumed,
    Field(discriminator="type"),
]

_ADAPTER: TypeAdapter[ControlEvent] = TypeAdapter(ControlEvent)


def read_event(stored: object) -> ControlEvent:
    """An event from its stored JSON value. Raises pydantic.ValidationError on anything else."""
    return _ADAPTER.validate_python(stored)
