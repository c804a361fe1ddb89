"""What lives in a workspace: people, groups, channels, messages and views, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
"""A JSON object as Slack sends or takes it."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One app installed in one workspace: who it is and what it may do."""

    app_id: str
    team_id: str
    team: str
    domain: str
    bot_token: str
    app_token: str
    signing_secret: str
    bot_id: str = "B0SHIPMATE"
    bot_user_id: str = "U0SHIPMATE"
    bot_name: str = "shipmate"
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class User:
    """One member. `persona` is True for the people whom the page lets you be."""

    id: str
    name: str
    real_name: str
    team_id: str
    title: str = ""
    role: str = ""
    color: str = "4a5a6a"
    email: str = ""
    persona: bool = False
    is_bot: bool = False
    is_guest: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One user group ("subteam")."""

    id: str
    handle: str
    name: str
    members: frozenset[str] = frozenset()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Channel:
    """One conversation; `name` is empty in a direct message."""

    id: str
    name: str
    topic: str = ""
    members: frozenset[str] = frozenset()
    is_private: bool = False
    is_im: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    is_general: bool = False


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """One message as it stands. A draft has no `ts` yet; an ephemeral one has `ephemeral_to`."""

    channel: str
    user: str
    text: str
    ts: str = ""
    blocks: tuple[Json, ...] = ()
    bot_id: str = ""
    username: str = ""
    thread_ts: str = ""
    broadcast: bool = False
    metadata: Mapping[str, Any] | None = None
    edited_ts: str = ""
    ephemeral_to: str = ""
    is_tombstone: bool = False
    reply_count: int = 0
    reply_users: tuple[str, ...] = ()
    latest_reply: str = ""
    reactions: tuple[tuple[str, str], ...] = ()  # (name, user)
    files: tuple[tuple[str, str, int], ...] = ()  # (id, name, bytes)

    @property
    def is_reply(self) -> bool:
        """Whether it lives in another message's thread."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass(frozen=True, slots=True)
class View:
    """One modal or home tab of one person. `content` is what the app gave, ids filled in."""

    id: str
    user: str
    type: str
    content: Json
    hash: str
    root_view_id: str
    previous_view_id: str = ""
    values: Json = field(default_factory=dict)  # state.values: block_id -> action_id -> value
