"""What the bot asks of Slack's Web API, in our own values."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from slack_sdk.web.async_client import AsyncWebClient

from integrations.clock import Clock
from integrations.errors import Forbidden, Unauthorized
from integrations.slack import wire
from integrations.slack.channels import Channels
from integrations.slack.errors import SlackRefused
from integrations.slack.files import send_file
from integrations.slack.model import (
    Conversation,
    Identity,
    Person,
    Posted,
    SlackMessage,
    SlackModal,
)
from integrations.slack.respond import respond
from integrations.slack.transport import Transport


class Slack:
    """One workspace, one bot token, one HTTP session. Close it, or use `async with`.

    Every method raises UpstreamError (service "Slack"): SlackRefused where Slack says no, and
    Unreachable or BadAnswer with `changed="unknown"` where a post may have arrived all the same.
    Nothing that writes is ever sent twice by itself. `timeout` is in real seconds.
    """

    def __init__(
        self,
        token: str,
        clock: Clock,
        *,
        api_url: str = "https://slack.com/api/",
        timeout: float = 10.0,
    ) -> None:
        self._transport = Transport(token, api_url, timeout)
        self._channels = Channels(self._transport, clock)
        self._bot_id = ""

    @property
    def sdk(self) -> AsyncWebClient:
        """The SDK's client on the shared session, for Bolt."""
        return self._transport.sdk

    async def auth_test(self) -> Identity:
        """Who the token belongs to. Raises Unauthorized where Slack does not accept it."""
        identity = wire.read("auth.test", await self._transport.act("auth.test"), wire.identity)
        self._bot_id = identity.bot_id
        if identity.app_id or not identity.bot_id:
            return identity
        return replace(identity, app_id=await self._app_of(identity.bot_id))

    async def _app_of(self, bot_id: str) -> str:
        """The app that a bot belongs to, "" where Slack does not say.

        https://docs.slack.dev/reference/methods/bots.info
        """
        try:
            body = await self._transport.act("bots.info", bot=bot_id)
        except (SlackRefused, Forbidden):
            return ""
        return str((body.get("bot") or {}).get("app_id") or "")

    async def may_open_sockets(self, app_token: str) -> bool:
        """Whether Slack accepts an app-level token for Socket Mode; no socket is opened.

        https://docs.slack.dev/reference/methods/apps.connections.open
        """
        try:
            await self._transport.ticket(app_token)
        except (SlackRefused, Unauthorized, Forbidden):
            return False
        return True

    async def scopes(self) -> frozenset[str]:
        """The scopes that the token holds; empty where Slack does not tell.

        https://docs.slack.dev/authentication/installing-with-oauth (X-OAuth-Scopes)
        """
        return await self._transport.scopes()

    async def post(
        self,
        channel: str,
        message: SlackMessage,
        *,
        key: str,
        thread_ts: str = "",
        broadcast: bool = False,
    ) -> Posted:
        """Post to a channel ("#name" or ID) or into a thread, findable by `key` afterwards."""
        arguments: dict[str, Any] = {
            "channel": await self._channels.id_of(channel),
            **wire.said(message),
            "metadata": wire.keyed(key),
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread_ts:
            arguments |= {"thread_ts": thread_ts, "reply_broadcast": broadcast}
        try:
            body = await self._transport.act("chat.postMessage", **arguments)
        except SlackRefused as refusal:
            if refusal.code in ("channel_not_found", "is_archived"):
                self._channels.forget(channel)
            raise
        return wire.read("chat.postMessage", body, wire.posted)

    async def update(self, channel_id: str, ts: str, message: SlackMessage, *, key: str) -> None:
        """Put a message in the place of one of ours."""
        await self._transport.act(
            "chat.update",
            channel=channel_id,
            ts=ts,
            **wire.said(message),
            metadata=wire.keyed(key),
        )

    async def ephemeral(self, channel: str, user: str, message: SlackMessage) -> None:
        """Say something in a channel to one person alone; it does not survive a reload."""
        channel_id = await self._channels.id_of(channel)
        await self._transport.act(
            "chat.postEphemeral", channel=channel_id, user=user, **wire.said(message)
        )

    async def send_file(self, user: str, name: str, text: str, said: str) -> None:
        """Send a text as a file to one person, in a direct message. Raises UpstreamError, and
        Forbidden where the token lacks `files:write`.
        """
        await send_file(self._transport, user, name, text.encode(), said)

    async def open_modal(self, trigger_id: str, modal: SlackModal) -> str:
        """Open a modal and return its view ID. A trigger lives 3 s and opens one modal."""
        body = await self._transport.act("views.open", trigger_id=trigger_id, view=wire.view(modal))
        return wire.read("views.open", body, lambda answer: str(answer["view"]["id"]))

    async def update_modal(self, view_id: str, modal: SlackModal) -> None:
        """Put another modal in the place of an open one."""
        await self._transport.act("views.update", view_id=view_id, view=wire.view(modal))

    async def respond(
        self, response_url: str, message: SlackMessage, *, replace: bool = False
    ) -> None:
        """Answer what a person did, to them alone: 5 times within 30 minutes."""
        await respond(self._transport, response_url, message, replace=replace)

    async def find_by_key(
        self, channel: str, key: str, thread_ts: str = "", *, since: datetime | None = None
    ) -> Posted | None:
        """Our own message with this key: in a channel, or among the replies of a thread."""
        channel_id = await self._channels.id_of(channel)
        method = "conversations.replies" if thread_ts else "conversations.history"
        arguments: dict[str, str | int] = {
            "channel": channel_id,
            "include_all_metadata": "true",
            "limit": 200,
        }
        if thread_ts:
            arguments["ts"] = thread_ts
        if since is not None:
            arguments["oldest"] = f"{since.timestamp():.6f}"
        async for page in self._transport.pages(method, **arguments):
            for message in wire.read(method, page, wire.messages):
                if wire.key_of(message, self._bot_id) == key:
                    return Posted(channel_id, str(message["ts"]))
        return None

    async def keys(self, channel: str, prefix: str, *, since: datetime) -> list[str]:
        """The keys of our own messages in a channel that begin so, newest first."""
        found: list[str] = []
        method = "conversations.history"
        async for page in self._transport.pages(
            method,
            channel=await self._channels.id_of(channel),
            include_all_metadata="true",
            limit=200,
            oldest=f"{since.timestamp():.6f}",
        ):
            messages = wire.read(method, page, wire.messages)
            found += [wire.key_of(message, self._bot_id) for message in messages]
        return [key for key in found if key.startswith(prefix)]

    async def user(self, user_id: str) -> Person:
        """One person. Raises SlackRefused("user_not_found")."""
        body = await self._transport.ask("users.info", user=user_id)
        return wire.read("users.info", body, wire.person)

    async def users_called(self, name: str) -> list[Person]:
        """Everybody whose user name, display name or real name is this one, in any case; those with
        a deactivated account where nobody else is.

        Asks for the whole list of members: for a person who waits, not for a decision. Slack gives
        twenty pages a minute, so they are as large as it makes them.
        """
        found: list[Person] = []
        async for page in self._transport.pages("users.list", limit=1000):
            found += wire.read("users.list", page, lambda answer: wire.called(answer, name))
        return [person for person in found if not person.deleted] or found

    async def usergroups(self) -> list[tuple[str, str]]:
        """ID and handle of every user group that is in use."""
        body = await self._transport.ask("usergroups.list")
        return wire.read(
            "usergroups.list",
            body,
            lambda answer: [(str(g["id"]), str(g["handle"])) for g in answer["usergroups"]],
        )

    async def usergroup_rolls(self) -> list[tuple[str, str, frozenset[str]]]:
        """ID, handle and members of every user group that is in use.

        https://docs.slack.dev/reference/methods/usergroups.list (include_users)
        """
        body = await self._transport.ask("usergroups.list", include_users="true")
        return wire.read(
            "usergroups.list",
            body,
            lambda answer: [
                (str(g["id"]), str(g["handle"]), frozenset(map(str, g["users"])))
                for g in answer["usergroups"]
            ],
        )

    async def usergroup_members(self, usergroup_id: str) -> frozenset[str]:
        """The user IDs of one group."""
        body = await self._transport.ask("usergroups.users.list", usergroup=usergroup_id)
        return wire.read(
            "usergroups.users.list", body, lambda answer: frozenset(map(str, answer["users"]))
        )

    async def channel_id(self, name: str) -> str:
        """The ID of "#name"; an ID stays itself. Raises SlackRefused("channel_not_found")."""
        return await self._channels.id_of(name)

    async def conversation(self, channel_id: str) -> Conversation:
        """One channel: whether other organisations read along, whether it is archived."""
        body = await self._transport.ask("conversations.info", channel=channel_id)
        return wire.read(
            "conversations.info", body, lambda answer: wire.conversation(answer["channel"])
        )

    async def permalink(self, channel_id: str, ts: str) -> str:
        """The address of a message."""
        body = await self._transport.ask("chat.getPermalink", channel=channel_id, message_ts=ts)
        return wire.read("chat.getPermalink", body, lambda answer: str(answer["permalink"]))

    async def close(self) -> None:
        """Close the session."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
