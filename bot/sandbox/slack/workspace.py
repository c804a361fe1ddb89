"""One Slack workspace: who is in it, what was said, and what is on loan to the app."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from bot.sandbox.slack import cast
from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.messages import Messages
from bot.sandbox.slack.model import Channel, Group, Installation, Json, User
from bot.sandbox.slack.patience import Patience
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.triggers import ResponseUrls, Triggers
from bot.sandbox.slack.views import Views
from integrations.clock import Clock


class Workspace:
    """The state that every method, door and page shares."""

    def __init__(self, clock: Clock, installation: Installation, patience: Patience) -> None:
        self.clock = clock
        self.installation = installation
        self.patience = patience
        self.feed = Feed()
        self.messages = Messages(clock, self.feed)
        self.views = Views(self.feed)
        self.triggers = Triggers(clock, patience)
        self.response_urls = ResponseUrls(clock, patience)
        self.base_url = ""
        self.manifest: Json = {}
        self.socket_tickets: set[str] = set()
        self.uploads: dict[str, tuple[str, int, bytes]] = {}  # file id -> (name, length, bytes)
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {one.id: one for one in cast.groups()}
        self.channels: dict[str, Channel] = {}
        self._ids = count(1)
        for user in (*cast.people(installation.team_id), self._bot()):
            self.users[user.id] = user
        for channel in cast.channels(installation.bot_user_id):
            self.channels[channel.id] = channel

    def install(self, manifest: Json) -> None:
        """Install the app as `manifest` describes it: its commands, events and scopes."""
        self.manifest = manifest
        scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot")
        if scopes is not None:
            self.installation = replace(self.installation, scopes=frozenset(scopes))

    def knows(self, command: str) -> bool:
        """Whether some app has this slash command; without a manifest, any is ours."""
        declared = self.manifest.get("features", {}).get("slash_commands", [])
        return not self.manifest or any(one["command"] == command for one in declared)

    def subscribes(self, event: str) -> bool:
        """Whether the app asked for events of this type."""
        settings = self.manifest.get("settings", {})
        return event in settings.get("event_subscriptions", {}).get("bot_events", [])

    def mint(self, prefix: str = "") -> str:
        """A short id that nothing else has."""
        return f"{prefix}{next(self._ids):05x}"

    def user(self, name: str, error: str = "user_not_found") -> User:
        """The member with this id. Raises Refusal(error)."""
        if name not in self.users:
            raise Refusal(error)
        return self.users[name]

    def channel(self, word: str, *, by_name: bool = False) -> Channel:
        """The conversation with this id, or, `by_name`, "#name" or "name". Raises Refusal.

        A private channel without the bot does not exist for it.
        """
        found = self.channels.get(word)
        if found is None and by_name:
            name = word.removeprefix("#")
            found = next((one for one in self.channels.values() if one.name == name), None)
        if found is None or (found.is_private and not self.bot_is_in(found)):
            raise Refusal("channel_not_found")
        return found

    def channel_named(self, word: str) -> Channel:
        """The channel with this id or name, for tests and the page. Raises KeyError."""
        for one in self.channels.values():
            if word in (one.id, one.name, f"#{one.name}"):
                return one
        raise KeyError(word)

    def bot_is_in(self, channel: Channel) -> bool:
        """Whether the bot is a member."""
        return channel.is_im or self.installation.bot_user_id in channel.members

    def direct(self, user: str) -> Channel:
        """The conversation between the bot and `user`, opened where there is none yet."""
        members = frozenset({user, self.installation.bot_user_id})
        for one in self.channels.values():
            if one.is_im and one.members == members:
                return one
        channel = Channel(self.mint("D0"), "", members=members, is_im=True)
        self.channels[channel.id] = channel
        self.feed.publish("channel", channel, user)
        return channel

    def join(self, channel: str, *users: str) -> Channel:
        """Add members."""
        found = self.channels[channel]
        self.channels[channel] = replace(found, members=found.members | set(users))
        return self.channels[channel]

    def leave(self, channel: str, *users: str) -> Channel:
        """Remove members."""
        found = self.channels[channel]
        self.channels[channel] = replace(found, members=found.members - set(users))
        return self.channels[channel]

    def _bot(self) -> User:
        app = self.installation
        return User(app.bot_user_id, app.bot_name, app.bot_name, app.team_id, is_bot=True)
