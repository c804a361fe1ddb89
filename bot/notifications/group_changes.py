"""Tells the channels of the environments concerned when a privileged group's members change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.access import PRIVILEGED, SHARED
from bot.membership.history import PREFIX
from bot.membership.seen import GroupMembersSeen, read_event
from bot.notifications.outbox import Owed
from bot.views import groups
from bot.views.wording import mention

if TYPE_CHECKING:
    from bot.services import Services

_TOLD_AGAIN = timedelta(days=30)
"""For how long a change is owed again at a start; the outbox remembers its posts for longer."""


class GroupChanges:
    """Owes one post per change and channel, under a key of the change's own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        services.membership.history.listeners.append(self._hear)

    async def restore(self) -> None:
        """Owe again what an earlier life may have recorded and not told."""
        horizon = self._services.clock.now() - _TOLD_AGAIN
        for recorded in await self._services.store.read_all(prefix=PREFIX):
            if recorded.at > horizon:
                name = recorded.stream.removeprefix(PREFIX)
                self._hear(name, recorded.version, read_event(recorded.data))

    def _hear(self, name: str, version: int, event: GroupMembersSeen) -> None:
        catalog = self._services.catalog
        is_team = name in catalog.teams
        subject = f"team:{name}" if is_team else f"group:{name}"
        rights = catalog.access.rights_of(subject, PRIVILEGED, catalog.scopes)
        if event.first or not rights:
            return
        decides_at = event.at + timedelta(hours=catalog.decides_after_hours)
        by_channel: dict[str, list[str]] = {}
        for scope in rights:
            by_channel.setdefault(self._channel(scope), []).append(scope)
        for channel, scopes in by_channel.items():
            message = groups.changed(
                subject,
                self._people(event.added, logins=is_team),
                self._people(event.removed, logins=is_team),
                {scope: rights[scope] for scope in scopes},
                decides_at,
            )
            key = f"{PREFIX}{name}:{version}:{channel}"
            self._services.outbox.owe(Owed(key=key, channel=channel, message=message, once=True))

    def _channel(self, scope: str) -> str:
        catalog = self._services.catalog
        return catalog.default_channel if scope == SHARED else catalog.environment(scope).channel

    def _people(self, members: Sequence[str], *, logins: bool) -> list[str]:
        """Members as mentions; `logins` of GitHub as such, where the catalog does not know them."""
        known = {login.lower(): who for who, login in self._services.catalog.github_logins.items()}
        ids = (known.get(member, "") if logins else member for member in members)
        return [mention(user_id or member) for user_id, member in zip(ids, members, strict=True)]
