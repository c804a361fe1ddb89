"""What was seen of a group: its members change, and since when each of them is one (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class GroupMembersSeen(BaseModel):
    """A group's members are not those that were seen before. `first`: none were seen before.

    Members are Slack user IDs, of a GitHub team logins in lower case.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["GroupMembersSeen"] = "GroupMembersSeen"
    at: datetime
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Who is in a group, and since when: None for those who were in it when it was first seen."""

    version: int = 0
    first_seen_at: datetime | None = None
    since: Mapping[str, datetime | None] = field(default_factory=dict)


def after(group: Group, event: GroupMembersSeen) -> Group:
    """The group as the event leaves it."""
    kept = {who: at for who, at in group.since.items() if who not in event.removed}
    kept |= dict.fromkeys(event.added, None if event.first else event.at)
    return Group(group.version + 1, group.first_seen_at or event.at, kept)


def difference(group: Group, members: frozenset[str], at: datetime) -> GroupMembersSeen | None:
    """What must have happened for these to be the members; None where nothing did."""
    added, removed = members - group.since.keys(), group.since.keys() - members
    first = group.version == 0
    if not (added or removed or first):
        return None
    return GroupMembersSeen(
        at=at, added=tuple(sorted(added)), removed=tuple(sorted(removed)), first=first
    )


def read_event(stored: object) -> GroupMembersSeen:
    """An event from its stored JSON value. Raises pydantic.ValidationError on anything else."""
    return GroupMembersSeen.model_validate(stored)
