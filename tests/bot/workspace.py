"""A workspace and an organisation that say who is in which group, and a clock that stands still."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from integrations.clock import SystemClock
from integrations.errors import NotFound, UpstreamError
from integrations.slack import Conversation, Person, SlackRefused


class StoppedClock(SystemClock):
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Workspace:
    """What Slack would say, and what it was asked."""

    people: dict[str, Person] = field(
        default_factory=lambda: {"U0DANA": Person("U0DANA", "Dana", "T0LINK")}
    )
    groups: dict[str, tuple[str, frozenset[str]]] = field(
        default_factory=lambda: {
            "S0DEV": ("developers", frozenset({"U0DANA"})),
            "S0FUN": ("lunch", frozenset({"U0DANA"})),
        }
    )
    shared: frozenset[str] = frozenset({"C0SHARED"})
    unseen: frozenset[str] = frozenset({"D0DANA", "C0HIDDEN", "G0HIDDEN"})
    fails: UpstreamError | None = None
    no_groups: bool = False
    asked: list[str] = field(default_factory=list)

    async def _ask(self, what: str) -> None:
        self.asked.append(what)
        await asyncio.sleep(0)  # others may ask meanwhile
        if self.fails:
            raise self.fails

    async def user(self, user_id: str) -> Person:
        await self._ask(user_id)
        if user_id not in self.people:
            raise SlackRefused("user_not_found")
        return self.people[user_id]

    async def usergroups(self) -> list[tuple[str, str]]:
        await self._ask("groups")
        if self.no_groups:
            raise SlackRefused("plan_upgrade_required")
        return [(group, handle) for group, (handle, _) in self.groups.items()]

    async def usergroup_rolls(self) -> list[tuple[str, str, frozenset[str]]]:
        await self._ask("rolls")
        return [(group, handle, members) for group, (handle, members) in self.groups.items()]

    async def usergroup_members(self, usergroup_id: str) -> frozenset[str]:
        await self._ask(usergroup_id)
        return self.groups[usergroup_id][1]

    async def conversation(self, channel_id: str) -> Conversation:
        await self._ask(channel_id)
        if channel_id in self.unseen:
            raise SlackRefused("channel_not_found")
        return Conversation(channel_id, "x", is_ext_shared=channel_id in self.shared)


@dataclass
class Organisation:
    """What GitHub would say of one team, link/platform, and what it was asked."""

    states: dict[str, Literal["active", "pending"]] = field(default_factory=dict)
    fails: UpstreamError | None = None
    asked: list[str] = field(default_factory=list)

    async def team_membership(
        self, org: str, team: str, login: str
    ) -> Literal["active", "pending", "none"]:
        self._ask(f"{org}/{team} {login}")
        return self.states.get(login, "none")

    async def team_members(self, org: str, team: str) -> frozenset[str]:
        self._ask(f"{org}/{team}")
        return frozenset(login for login, state in self.states.items() if state == "active")

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.fails:
            raise self.fails
        if not what.startswith("link/platform"):
            raise NotFound("GitHub", "there is no such thing, or our token may not see it.")
