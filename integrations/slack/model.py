"""What Slack knows, as values, and what it can be given to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class SlackMessage(Protocol):
    """Anything with a text and blocks. `text` is what a notification shows."""

    @property
    def text(self) -> str:
        """The message without its layout, in mrkdwn."""
        ...

    @property
    def blocks(self) -> Sequence[Mapping[str, object]]:
        """Block Kit's JSON, or nothing."""
        ...


class SlackModal(Protocol):
    """Anything that can be shown as a modal."""

    @property
    def title(self) -> str:
        """At most 24 characters."""
        ...

    @property
    def callback_id(self) -> str:
        """Comes back with the submission."""
        ...

    @property
    def blocks(self) -> Sequence[Mapping[str, object]]:
        """Block Kit's JSON."""
        ...

    @property
    def submit(self) -> str:
        """The submit button's label, or "" for a modal that only shows."""
        ...

    @property
    def close(self) -> str:
        """The close button's label."""
        ...

    @property
    def private_metadata(self) -> str:
        """Comes back with the submission; people can read it."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot token belongs to (auth.test), and its app, "" where Slack does not tell.

    `url` is the workspace's address.
    """

    team_id: str
    team: str
    bot_id: str
    bot_user_id: str
    app_id: str
    user: str
    url: str


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class Person:
    """One user. `is_guest` is a restricted user; a stranger is met through Slack Connect."""

    id: str
    name: str
    team_id: str
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    deleted: bool = False
    time_zone: str = ""  # of the tz database, "" where Slack does not tell


@dataclass(frozen=True, slots=True)
class Conversation:
    """One channel, as far as it matters who can read along."""

    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_member: bool = False
    is_ext_shared: bool = False
