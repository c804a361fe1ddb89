"""What is asked of Slack about people, groups and channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Person(Protocol):
    """What Slack's users.info says of somebody."""

    @property
    def team_id(self) -> str:
        """The workspace that the account belongs to."""
        ...

    @property
    def is_bot(self) -> bool:
        """Whether it is a program."""
        ...

    @property
    def is_guest(self) -> bool:
        """Whether it is a single- or multi-channel guest."""
        ...

    @property
    def is_stranger(self) -> bool:
        """Whether it is somebody else's, seen through Slack Connect."""
        ...

    @property
    def deleted(self) -> bool:
        """Whether it was deactivated."""
        ...


class Conversation(Protocol):
    """What Slack's conversations.info says of a channel."""

    @property
    def is_ext_shared(self) -> bool:
        """Whether another organisation reads it too."""
        ...


class Directory(Protocol):
    """The questions to Slack that tell who somebody is."""

    async def user(self, user_id: str) -> Person:
        """Raises NotFound, or another UpstreamError."""
        ...

    async def usergroups(self) -> Sequence[tuple[str, str]]:
        """All user groups: (ID, handle)."""
        ...

    async def usergroup_rolls(self) -> Sequence[tuple[str, str, frozenset[str]]]:
        """All user groups with their members: (ID, handle, user IDs), in one question."""
        ...

    async def usergroup_members(self, usergroup_id: str) -> frozenset[str]:
        """The user IDs of one group."""
        ...

    async def conversation(self, channel_id: str) -> Conversation:
        """Raises Rejected where the bot cannot see the channel."""
        ...
