"""Who somebody is to Slack, asked when it matters, remembered for a minute; unknown means no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from bot.access import Actor, Grant, Memberships, Need, require
from bot.directory import Directory
from bot.errors import NotAllowed
from bot.remembered import Remembered
from integrations.clock import Clock
from integrations.errors import Forbidden, NotFound, Rejected, Unreachable

log = structlog.get_logger(__name__)


class Granting(Protocol):
    """What the catalog tells of access."""

    @property
    def access(self) -> Sequence[Grant]:
        """All grants."""
        ...

    @property
    def groups(self) -> Sequence[str]:
        """The user groups that grants name, by handle or ID."""
        ...


class Membership:
    """The one choke point: every door asks it, again at the click and again at the act.

    `team_ids` are the workspaces whose people may ask. While it is empty, for Slack has not told
    yet, nobody's membership is known: that is no refusal, and passes.
    """

    def __init__(
        self, directory: Directory, granting: Granting, clock: Clock, team_ids: frozenset[str]
    ) -> None:
        self._directory = directory
        self._granting = granting
        self._clock = clock
        self.team_ids = team_ids
        self.forget()

    def forget(self) -> None:
        """Ask anew from here on: a user group or an account has changed."""
        self._people: dict[str, Remembered[str]] = {}
        self._channels: dict[str, Remembered[bool]] = {}
        self._groups = Remembered(self._ask_groups, self._clock)

    def known(self, actor: Actor, channel: str = "") -> Memberships | None:
        """What is remembered of the actor in this channel, or None where Slack must be asked."""
        if actor.kind != "slack":
            return Memberships()
        person = self._people.get(actor.id)
        why = person.fresh if person else None
        groups = self._groups.fresh
        shared = self._channels[channel].fresh if channel in self._channels else None
        if why is None or groups is None or (channel and shared is None):
            return None
        return _memberships(actor, why, groups, shared=bool(shared))

    async def of(self, actor: Actor, channel: str = "") -> Memberships:
        """What Slack says of the actor, at most a minute old.

        Raises UpstreamError where Slack does not say: then the answer is no.
        """
        known = self.known(actor, channel)
        if known is not None:
            return known
        if not self.team_ids:
            raise Unreachable("Slack", "It has not said yet whose workspace this is.")
        why = await self._person(actor.id).get()
        groups = await self._groups.get()
        shared = bool(channel) and await self._channel(channel).get()
        return _memberships(actor, why, groups, shared=shared)

    async def authorise(self, actor: Actor, needs: Sequence[Need], channel: str = "") -> None:
        """Raise NotAllowed unless the actor holds every permission; UpstreamError if unknown."""
        memberships = await self.of(actor, channel)
        if memberships.refusal:
            raise NotAllowed(memberships.refusal)
        require(actor, memberships, needs, self._granting.access)

    def _person(self, user_id: str) -> Remembered[str]:
        if user_id not in self._people:
            self._people[user_id] = Remembered(lambda: self._ask_person(user_id), self._clock)
        return self._people[user_id]

    def _channel(self, channel_id: str) -> Remembered[bool]:
        if channel_id not in self._channels:
            self._channels[channel_id] = Remembered(
                lambda: self._ask_channel(channel_id), self._clock
            )
        return self._channels[channel_id]

    async def _ask_person(self, user_id: str) -> str:
        """Why this account may do nothing at all, or ""."""
        try:
            person = await self._directory.user(user_id)
        except (NotFound, Rejected):
            return "Slack does not know this account."
        if person.is_stranger or person.team_id not in self.team_ids:
            return "This account belongs to another workspace."
        if person.is_bot:
            return "Bots may not use shipmate."
        if person.is_guest:
            return "Guests may not use shipmate."
        if person.deleted:
            return "This account is deactivated."
        return ""

    async def _ask_groups(self) -> dict[str, frozenset[str]]:
        """The members of every group that a grant names, by the name it uses."""
        wanted = set(self._granting.groups)
        if not wanted:
            return {}
        try:
            listed = await self._directory.usergroups()
            found: dict[str, frozenset[str]] = {}
            for group_id, handle in listed:
                names = wanted & {group_id, handle}
                if names:
                    members = await self._directory.usergroup_members(group_id)
                    found.update(dict.fromkeys(names, members))
        except (Rejected, Forbidden) as error:
            # A plan without user groups, or a missing scope: then nobody is in any group.
            log.warning("user groups cannot be read", reason=error.summary)
            return {}
        return found

    async def _ask_channel(self, channel_id: str) -> bool:
        """Whether another organisation reads the channel too."""
        try:
            return (await self._directory.conversation(channel_id)).is_ext_shared
        except (Rejected, NotFound, Forbidden):
            # A private channel or direct message without the bot: answers are ephemeral there.
            return False


def _memberships(
    actor: Actor, why: str, groups: dict[str, frozenset[str]], *, shared: bool
) -> Memberships:
    refusal = why
    if shared and not why:
        refusal = "This channel is shared with another organisation: ask in one of your own."
    return Memberships(
        refusal=refusal,
        full_member=not why,
        groups=frozenset(name for name, members in groups.items() if actor.id in members),
    )
