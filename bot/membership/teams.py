"""Who is in the GitHub teams that grants name, asked once a minute; unknown means no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

import structlog

from bot.membership.granting import Granting
from bot.membership.history import GroupHistory
from bot.remembered import Remembered
from integrations.clock import Clock
from integrations.errors import UpstreamError
from integrations.groups import TaskGroup

log = structlog.get_logger(__name__)

_PATIENCE = 15.0
"""Seconds that a person waits for GitHub at most."""


class TeamDirectory(Protocol):
    """The questions to GitHub that tell who is in a team."""

    async def team_membership(
        self, org: str, team: str, login: str
    ) -> Literal["active", "pending", "none"]:
        """Whether somebody is in the team. Raises UpstreamError where GitHub does not say."""
        ...

    async def team_members(self, org: str, team: str) -> frozenset[str]:
        """The logins of all active members."""
        ...


@dataclass(frozen=True, slots=True)
class TeamMemberships:
    """The teams that somebody counts as a member of, and why others do not count them."""

    teams: frozenset[str] = frozenset()
    uncounted: Mapping[str, str] = field(default_factory=dict)


_NOWHERE = TeamMemberships()


class Teams:
    """What GitHub says of teams. `directory` is None where no GitHub is configured."""

    def __init__(
        self,
        directory: TeamDirectory | None,
        granting: Granting,
        history: GroupHistory,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._granting = granting
        self._history = history
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Ask anew from here on."""
        self._people: dict[str, Remembered[TeamMemberships]] = {}
        self._rolls: dict[str, Remembered[frozenset[str]]] = {}

    def fresh(self, user_id: str) -> TeamMemberships | None:
        """Somebody's teams, or None where GitHub must be asked."""
        if not self._granting.teams:
            return _NOWHERE
        person = self._people.get(user_id)
        return person.fresh if person else None

    def stale_at(self, user_id: str) -> datetime | None:
        """Until when that is fresh, None for ever."""
        person = self._people.get(user_id)
        return person.stale_at if person else None

    async def get(self, user_id: str) -> TeamMemberships:
        """Somebody's teams, at most a minute old. Never raises for GitHub: that is no membership,
        and `uncounted` says so.
        """
        if not self._granting.teams:
            return _NOWHERE
        if user_id not in self._people:
            self._people[user_id] = Remembered(lambda: self._ask(user_id), self._clock)
        return await self._people[user_id].get()

    async def look(self) -> None:
        """Note who is in the privileged teams now. Raises UpstreamError for what cannot be seen,
        after the others.
        """
        failed: UpstreamError | None = None
        for team in self._granting.teams:
            if team in self._granting.privileged_groups:
                try:
                    await self._roll(team)
                except UpstreamError as error:
                    failed = error
        if failed is not None:
            raise failed

    async def _ask(self, user_id: str) -> TeamMemberships:
        login = self._granting.github_logins.get(user_id, "").lower()
        async with TaskGroup() as group:
            asked = {
                team: group.create_task(self._why_not(team, login), name=f"team {team}")
                for team in self._granting.teams
            }
        answers = {team: task.result() for team, task in asked.items()}
        return TeamMemberships(
            teams=frozenset(team for team, why in answers.items() if why == ""),
            uncounted={team: why for team, why in answers.items() if why},
        )

    async def _why_not(self, team: str, login: str) -> str | None:
        """Why the login does not count, for now; "" where it does, None where it is no member."""
        if not login:
            return "The catalog knows no GitHub login for this account (github_logins)."
        if self._directory is None:
            return f"No GitHub is configured that could tell who is in {team}."
        org, _, slug = team.partition("/")
        try:
            async with self._clock.timeout(_PATIENCE):
                state = await self._directory.team_membership(org, slug, login)
                if state == "active" and not await self._is_listed(team, login):
                    return f"GitHub does not list {login} among the members of {team} yet."
        except UpstreamError as error:
            log.warning("team.unknown", team=team, reason=error.summary)
            return f"GitHub does not say now who is in {team}: {error.summary}"
        except TimeoutError:
            return f"GitHub does not say now who is in {team}: it did not answer in time."
        if state == "pending":
            return f"The invitation to {team} on GitHub is not accepted yet."
        return "" if state == "active" else None

    async def _is_listed(self, team: str, login: str) -> bool:
        """Whether the history knows since when an active member is one, where that matters."""
        if team not in self._granting.privileged_groups:
            return True
        if login not in await self._roll(team):
            self._rolls.pop(team, None)  # they may have joined since
        return login in await self._roll(team)

    async def _roll(self, team: str) -> frozenset[str]:
        if team not in self._rolls:
            self._rolls[team] = Remembered(lambda: self._ask_roll(team), self._clock)
        return await self._rolls[team].get()

    async def _ask_roll(self, team: str) -> frozenset[str]:
        if self._directory is None:
            return frozenset()
        look = self._history.begin_look()
        org, _, slug = team.partition("/")
        members = await self._directory.team_members(org, slug)
        found = frozenset(login.lower() for login in members)
        await self._history.saw(look, {team: found})
        return found
