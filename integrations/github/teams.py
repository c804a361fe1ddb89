"""What GitHub tells of teams: who is in one, and in which state."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from integrations.errors import BadAnswer, NotFound
from integrations.github.rest import Rest
from integrations.github.wire import WireMembership, WireUser, parse

TeamState = Literal["active", "pending", "none"]

_PAGE = 100


class Teams:
    """The calls about an organisation's teams, by its login and the team's slug; the base of
    GitHub in client.py. Our token needs `read:org`.
    """

    rest: Rest

    async def team_membership(self, org: str, team: str, login: str) -> TeamState:
        """Whether somebody is in the team, also by a team below it. Whoever was invited and has
        not accepted is "pending", and no member; a team that we may not see has "none".

        https://docs.github.com/rest/teams/members#get-team-membership-for-a-user
        """
        path = f"{_path(org, team)}/memberships/{quote(login, safe='')}"
        try:
            state = parse(WireMembership, await self.rest.get(path)).state
        except NotFound:
            return "none"
        match state:
            case "active":
                return "active"
            case "pending":
                return "pending"
            case _:
                raise BadAnswer("GitHub", "its answer says neither active nor pending.")

    async def team_members(self, org: str, team: str) -> frozenset[str]:
        """The logins of all active members, also of the teams below it.

        Raises NotFound where there is no such team, or we may not see it.
        https://docs.github.com/rest/teams/members#list-team-members
        """
        logins: list[str] = []
        page = 1
        while len(logins) == _PAGE * (page - 1):
            query = {"per_page": _PAGE, "page": page}
            rows = await self.rest.get(f"{_path(org, team)}/members", query)
            if not isinstance(rows, list):
                raise BadAnswer("GitHub", "its answer is not a list of members.")
            logins += [parse(WireUser, row).login for row in rows]
            page += 1
        return frozenset(login for login in logins if login)


def _path(org: str, team: str) -> str:
    return f"orgs/{quote(org, safe='')}/teams/{quote(team, safe='')}"
