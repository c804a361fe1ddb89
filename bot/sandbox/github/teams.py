"""The teams of the sandbox's GitHub organisation: who is in one, and who was only invited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from bot.sandbox.github.shapes_repository import Json

State = Literal["active", "pending"]


class Teams:
    """Memberships by team ("link/platform") and login. GitHub compares logins without case."""

    def __init__(self) -> None:
        self._teams: dict[str, dict[str, State]] = {
            "link/platform": {"olu-oncall": "active", "amir-approver": "active"}
        }

    def put(self, team: str, logins: Iterable[str], state: State = "active") -> None:
        """Take people in, or invite them (`state` pending), also into a new team."""
        self._teams.setdefault(team, {}).update((login.lower(), state) for login in logins)

    def remove(self, team: str, login: str) -> None:
        """Put somebody out."""
        self._teams.get(team, {}).pop(login.lower(), None)

    def state(self, team: str, login: str) -> State | None:
        """Somebody's membership, None where there is none, or no such team."""
        return self._teams.get(team, {}).get(login.lower())

    def members(self, team: str) -> list[str] | None:
        """The active members' logins, None where there is no such team."""
        found = self._teams.get(team)
        if found is None:
            return None
        return [login for login, state in found.items() if state == "active"]


def membership(base_url: str, team: str, login: str, state: State) -> Json:
    """https://docs.github.com/rest/teams/members#get-team-membership-for-a-user."""
    org, _, slug = team.partition("/")
    url = f"{base_url}/orgs/{org}/teams/{slug}/memberships/{login}"
    return {"url": url, "role": "member", "state": state}
