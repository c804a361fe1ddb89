"""Channel names to IDs, remembered."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from integrations.clock import Clock
from integrations.slack import wire
from integrations.slack.errors import SlackRefused
from integrations.slack.transport import Transport

_LISTED_AT_MOST_EVERY = timedelta(seconds=60)


class Channels:
    """All channels that the bot can see. conversations.list allows 20 calls a minute."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._ids: dict[str, str] = {}
        self._listed_at: datetime | None = None
        self._listed_to = ""  # where a list that Slack broke off goes on
        self._listing = asyncio.Lock()

    async def id_of(self, name: str) -> str:
        """The ID of "#name"; an ID stays itself. Raises SlackRefused("channel_not_found")."""
        if not name.startswith("#"):
            return name
        wanted = name[1:]
        if wanted not in self._ids:
            async with self._listing:
                if wanted not in self._ids and self._may_list():
                    await self._list()
        if wanted not in self._ids:
            raise SlackRefused("channel_not_found", f"there is no channel {name} that I can see.")
        return self._ids[wanted]

    def forget(self, name: str) -> None:
        """Slack says that the channel behind the name is not there any more, or is archived."""
        self._ids.pop(name.removeprefix("#"), None)

    def _may_list(self) -> bool:
        since = self._listed_at
        return since is None or self._clock.now() - since >= _LISTED_AT_MOST_EVERY

    async def _list(self) -> None:
        """All of them, a thousand at a time. A workspace may have more than Slack lists in a minute:
        then the next try goes on where this one ended.
        """
        pages = self._transport.pages(
            "conversations.list",
            cursor=self._listed_to,
            types="public_channel,private_channel",
            exclude_archived="true",
            limit=1000,
        )
        try:
            async for page in pages:
                for channel in wire.read("conversations.list", page, lambda body: body["channels"]):
                    found = wire.read("conversations.list", channel, wire.conversation)
                    self._ids[found.name] = found.id
                self._listed_to = wire.cursor(page)
        except SlackRefused:  # the cursor holds no longer: from the beginning, next time
            self._listed_to = ""
            raise
        self._listed_at = self._clock.now()
