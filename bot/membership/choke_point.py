"""The one choke point: who somebody is, asked when it matters; unknown means no."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum

from bot.access import Actor, Memberships, Need, require
from bot.directory import Directory
from bot.errors import NotAllowed
from bot.membership.granting import Granting
from bot.membership.history import GroupHistory
from bot.membership.teams import TeamDirectory, TeamMemberships, Teams
from bot.membership.user_groups import Roll, UserGroups
from bot.remembered import Remembered
from integrations.clock import Clock
from integrations.errors import Forbidden, NotFound, Rejected, Unreachable

_NOBODY = Memberships()


class Place(Enum):
    """Who else reads a channel."""

    OWN = "the own workspace alone"
    SHARED = "another organisation too"
    UNSEEN = "Slack does not tell"


class Membership:
    """Every door asks it, again at the click and again at the act.

    `team_ids` are the workspaces whose people may ask. While it is empty, for Slack has not told
    yet, nobody's membership is known: that is no refusal, and passes.
    """

    def __init__(
        self,
        directory: Directory,
        granting: Granting,
        history: GroupHistory,
        clock: Clock,
        team_ids: frozenset[str],
        *,
        github: TeamDirectory | None = None,
    ) -> None:
        self.team_ids = team_ids
        self.history = history
        self.changed = asyncio.Event()
        self._directory = directory
        self._granting = granting
        self._clock = clock
        self._groups = UserGroups(directory, granting, history, clock)
        self._teams = Teams(github, granting, history, clock)
        self._people: dict[str, Remembered[str]] = {}
        self._channels: dict[str, Remembered[Place]] = {}
        self._kept: dict[tuple[str, str], tuple[Memberships, datetime]] = {}

    def forget(self) -> None:
        """Ask anew from here on: a user group or an account has changed."""
        self._people = {}
        self._channels = {}
        self._kept = {}
        self._groups.forget()
        self._teams.forget()
        self.changed.set()

    def has_changed(self, group_id: str, handle: str) -> None:
        """Slack tells of a change in a user group, "" where it does not say its handle: that is of
        consequence for a group that grants name. A directory may change hundreds of others at once,
        and Slack lets the groups be asked for twenty times a minute.
        """
        if self._groups.matters(group_id, handle):
            self.forget()

    async def look(self) -> None:
        """See who is in the groups now, where that was not asked for within the last minute.

        Raises UpstreamError for what cannot be seen.
        """
        await self._groups.get()
        await self._teams.look()

    def is_known(self, actor: Actor, channel: str = "") -> bool:
        """Whether nobody need be asked about the actor in this channel."""
        return self.known(actor, channel) is not None

    def known(self, actor: Actor, channel: str = "") -> Memberships | None:
        """What is remembered of the actor in this channel, or None where Slack must be asked."""
        if actor.kind != "slack":
            return _NOBODY
        kept = self._kept.get((actor.id, channel))
        if kept is not None and self._clock.now() < kept[1]:
            return kept[0]
        return self._put_together(actor, channel)

    async def of(self, actor: Actor, channel: str = "") -> Memberships:
        """What Slack and GitHub say of the actor, at most a minute old.

        Raises UpstreamError where Slack does not say: then the answer is no.
        """
        known = self.known(actor, channel)
        if known is not None:
            return known
        if not self.team_ids:
            raise Unreachable("Slack", "It has not said yet whose workspace this is.")
        why = await self._person(actor.id).get()
        roll = await self._groups.get()
        teams = await self._teams.get(actor.id)
        place = await self._channel(channel).get() if channel else Place.OWN
        return self._memberships(actor, why, roll, teams, place)

    async def members(self) -> Mapping[str, frozenset[str]]:
        """The user IDs of every group that a grant names and Slack lists, by the grant's name.

        Raises UpstreamError where Slack does not say.
        """
        return (await self._groups.get()).members

    async def authorise(self, actor: Actor, needs: Sequence[Need], channel: str = "") -> None:
        """Raise NotAllowed unless the actor holds every permission; UpstreamError if unknown."""
        memberships = await self.of(actor, channel)
        if memberships.refusal:
            raise NotAllowed(memberships.refusal)
        require(actor, memberships, needs, self._granting.access)

    def _put_together(self, actor: Actor, channel: str) -> Memberships | None:
        """What is known of the actor by its parts, kept for as long as all of them are fresh."""
        person = self._people.get(actor.id)
        where = self._channels.get(channel)
        why = person.fresh if person else None
        roll, teams = self._groups.fresh, self._teams.fresh(actor.id)
        place = (where.fresh if where else None) if channel else Place.OWN
        if why is None or roll is None or teams is None or place is None:
            return None
        found = self._memberships(actor, why, roll, teams, place)
        ends = (
            person and person.stale_at,
            self._groups.stale_at,
            self._teams.stale_at(actor.id),
            where and where.stale_at,
            *found.new.values(),
        )
        self._kept[actor.id, channel] = found, min(end for end in ends if end)
        return found

    def _person(self, user_id: str) -> Remembered[str]:
        if user_id not in self._people:
            self._people[user_id] = Remembered(lambda: self._ask_person(user_id), self._clock)
        return self._people[user_id]

    def _channel(self, channel_id: str) -> Remembered[Place]:
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

    async def _ask_channel(self, channel_id: str) -> Place:
        try:
            found = await self._directory.conversation(channel_id)
        except (Rejected, NotFound, Forbidden):
            # Without the bot, Slack tells nothing of private channels. A direct message of two is
            # read by no organisation but theirs, and strangers are refused as such.
            return Place.OWN if channel_id.startswith("D") else Place.UNSEEN
        return Place.SHARED if found.is_ext_shared else Place.OWN

    def _memberships(
        self, actor: Actor, why: str, roll: Roll, teams: TeamMemberships, place: Place
    ) -> Memberships:
        refusal = why
        if place is Place.SHARED and not why:
            refusal = "This channel is shared with another organisation: ask in one of your own."
        groups = roll.groups_of(actor.id)
        return Memberships(
            refusal=refusal,
            full_member=not why,
            groups=groups,
            teams=teams.teams,
            new=self._new(actor.id, groups, teams.teams),
            uncounted=teams.uncounted,
            is_unseen=place is Place.UNSEEN,
        )

    def _new(
        self, user_id: str, groups: frozenset[str], teams: frozenset[str]
    ) -> dict[str, datetime]:
        """The privileged groups and teams that somebody joined too lately to decide by.

        Whom the history does not know in one has joined just now.
        """
        privileged = self._granting.privileged_groups
        if groups.isdisjoint(privileged) and teams.isdisjoint(privileged):
            return {}
        now = self._clock.now()
        joined: dict[str, datetime | None] = {}
        for name in groups & privileged:
            joined[f"group:{name}"] = self.history.group(name).since.get(user_id, now)
        for team in teams & privileged:
            login = self._granting.github_logins.get(user_id, "").lower()
            joined[f"team:{team}"] = self.history.group(team).since.get(login, now)
        wait = timedelta(hours=self._granting.decides_after_hours)
        return {name: at + wait for name, at in joined.items() if at and at + wait > now}
