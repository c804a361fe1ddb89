"""Who there is: a Slack workspace with its groups, and the authors that GitHub knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace

from integrations.clock import Clock
from integrations.github import Commit, Comparison
from tests.proofs.repository import AUTHORS
from tests.proofs.timing import Line


class GitHub:
    """Every commit is its tag's last part, and has one author."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.name = "link/app"

    async def commit(self, sha: str) -> Commit:
        return await self._line.through(lambda: Commit(sha, login=AUTHORS.get(sha, "")))

    async def compare(self, base: str, head: str, **_: object) -> Comparison:
        del base
        commit = Commit(head, login=AUTHORS.get(head, ""), author=AUTHORS.get(head, ""))
        return await self._line.through(lambda: Comparison("ahead", 1, (commit,)))

    async def pulls(self, *_: object) -> list[object]:
        return await self._line.through(list)

    async def runs(self, *_: object, **__: object) -> list[object]:
        return await self._line.through(list)


class Slack:
    """A workspace. `since` holds who joined a group when, None for ever; `left` until when."""

    def __init__(self, line: Line, clock: Clock, groups: Mapping[str, Sequence[str]]) -> None:
        self._line, self._clock = line, clock
        self.guests: set[str] = set()
        self.since: dict[tuple[str, str], datetime | None] = {
            (group, who): None for group, members in groups.items() for who in members
        }
        self.left: dict[tuple[str, str], datetime] = {}
        self._groups = tuple(groups)

    def joins(self, group: str, who: str) -> None:
        """Somebody is put into a group."""
        self.since.setdefault((group, who), self._clock.now())

    def leaves(self, group: str, who: str) -> None:
        """Somebody is taken out of it."""
        if self.since.pop((group, who), "never") != "never":
            self.left[group, who] = self._clock.now()

    async def user(self, user_id: str) -> SimpleNamespace:
        return await self._line.through(
            lambda: SimpleNamespace(
                id=user_id,
                name=user_id,
                team_id="T1",
                is_bot=False,
                is_guest=user_id in self.guests,
                is_stranger=False,
                deleted=False,
            )
        )

    async def usergroups(self) -> list[tuple[str, str]]:
        return await self._line.through(lambda: [(f"S-{name}", name) for name in self._groups])

    async def usergroup_rolls(self) -> list[tuple[str, str, frozenset[str]]]:
        return await self._line.through(
            lambda: [(f"S-{name}", name, self._members(name)) for name in self._groups]
        )

    async def usergroup_members(self, usergroup_id: str) -> frozenset[str]:
        return await self._line.through(lambda: self._members(usergroup_id.removeprefix("S-")))

    def _members(self, name: str) -> frozenset[str]:
        return frozenset(who for group, who in self.since if group == name)

    async def conversation(self, channel_id: str) -> SimpleNamespace:
        return await self._line.through(lambda: SimpleNamespace(is_ext_shared=not channel_id))
