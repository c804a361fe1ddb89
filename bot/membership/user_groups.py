"""Who is in the Slack user groups that grants name, asked once a minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.directory import Directory
from bot.membership.granting import Granting
from bot.membership.history import GroupHistory
from bot.remembered import Remembered
from integrations.clock import Clock
from integrations.errors import Forbidden, Rejected

log = structlog.get_logger(__name__)

_NONE: frozenset[str] = frozenset()
_FEW = 3


@dataclass(frozen=True, slots=True)
class Roll:
    """Groups with their members, and groups by member, under the names that grants use."""

    members: Mapping[str, frozenset[str]]
    by_member: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, members: Mapping[str, frozenset[str]]) -> Roll:
        """The roll of groups with their members."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name, people in members.items():
            for person in people:
                found[person].add(name)
        return cls(members, {person: frozenset(names) for person, names in found.items()})

    def groups_of(self, user_id: str) -> frozenset[str]:
        """The groups that somebody is in."""
        return self.by_member.get(user_id, _NONE)


class UserGroups:
    """What Slack says of user groups; what it does not say is nobody's membership."""

    def __init__(
        self, directory: Directory, granting: Granting, history: GroupHistory, clock: Clock
    ) -> None:
        self._directory = directory
        self._granting = granting
        self._history = history
        self._clock = clock
        self._ids: frozenset[str] = frozenset()  # as last seen, of those that grants name
        self.forget()

    def forget(self) -> None:
        """Ask anew from here on."""
        self._roll = Remembered(self._ask, self._clock)

    @property
    def fresh(self) -> Roll | None:
        """The roll, or None where it was not asked for within the last minute."""
        return self._roll.fresh

    @property
    def stale_at(self) -> datetime | None:
        """Until when it is fresh."""
        return self._roll.stale_at

    def matters(self, group_id: str, handle: str) -> bool:
        """Whether grants name the group, now or when it was last seen."""
        return group_id in self._ids or not {group_id, handle}.isdisjoint(self._granting.groups)

    async def get(self) -> Roll:
        """The roll, at most a minute old. Raises UpstreamError where Slack does not say."""
        return await self._roll.get()

    async def _ask(self) -> Roll:
        wanted = set(self._granting.groups)
        if not wanted:
            return Roll({}, {})
        look = self._history.begin_look()
        found: dict[str, frozenset[str]] = {}
        ids: set[str] = set()
        try:
            for group_id, handle, members in await self._listed(wanted):
                if names := wanted & {group_id, handle}:
                    found.update(dict.fromkeys(names, members))
                    ids.add(group_id)
        except (Rejected, Forbidden) as error:
            # A plan without user groups, or a missing scope: then nobody is in any group.
            log.warning("user groups cannot be read", reason=error.summary)
            return Roll({}, {})
        self._ids = frozenset(ids)
        privileged = self._granting.privileged_groups
        seen = {name: members for name, members in found.items() if name in privileged}
        await self._history.saw(look, seen)
        return Roll.of(found)

    async def _listed(self, wanted: set[str]) -> Sequence[tuple[str, str, frozenset[str]]]:
        """ID, handle and members of the groups. Slack lets a group's members be asked for twenty
        times a minute: many groups are asked for all at once, with those nobody wants.
        """
        if len(wanted) > _FEW:
            return await self._directory.usergroup_rolls()
        return [
            (group_id, handle, await self._directory.usergroup_members(group_id))
            for group_id, handle in await self._directory.usergroups()
            if wanted & {group_id, handle}
        ]
