"""What is on the screen, for tests and tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.slack.api import Call, WebApi
from bot.sandbox.slack.model import Channel, Group, SlackMessage, User, View
from bot.sandbox.slack.workspace import Workspace

T = TypeVar("T")


class Reading:
    """Reads the workspace. Channels are named by id, "name" or "#name"."""

    workspace: Workspace
    api: WebApi
    hangs_after = 20.0

    @property
    def calls(self) -> list[Call]:
        """Every Web API call so far, oldest first."""
        return self.api.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [one for one in self.calls if one.method == method]

    @property
    def people(self) -> dict[str, User]:
        """Every member, by id."""
        return self.workspace.users

    @property
    def groups(self) -> dict[str, Group]:
        """Every user group, by id."""
        return self.workspace.groups

    @property
    def channels(self) -> dict[str, Channel]:
        """Every conversation, by id."""
        return self.workspace.channels

    def messages(self, channel: str) -> tuple[SlackMessage, ...]:
        """What a channel shows, oldest first: top-level messages and broadcast replies."""
        return self.workspace.messages.channel(self.workspace.channel_named(channel).id)

    def message(self, channel: str, ts: str) -> SlackMessage | None:
        """One message as it stands, None once it is gone."""
        return self.workspace.messages.find(self.workspace.channel_named(channel).id, ts)

    def thread(self, ts: str) -> tuple[SlackMessage, ...]:
        """The replies under the message with this ts, oldest first."""
        messages = self.workspace.messages
        found = (one for one in self.channels if messages.find(one, ts) is not None)
        channel = next(found, "")
        return messages.thread(channel, ts)

    def revisions(self, channel: str, ts: str) -> tuple[SlackMessage, ...]:
        """The message after its post and after each change, oldest first."""
        return self.workspace.messages.revisions(self.workspace.channel_named(channel).id, ts)

    def ephemerals(self, user: str) -> tuple[SlackMessage, ...]:
        """What only `user` sees, oldest first, in every channel."""
        return self.workspace.messages.ephemerals(user)

    def view(self, user: str) -> View | None:
        """The modal that `user` has in front of them."""
        return self.workspace.views.top(user)

    def home(self, user: str) -> View | None:
        """The app's home tab of `user`."""
        return self.workspace.views.home(user)

    async def until(
        self,
        predicate: Callable[[], T],
        timeout: float | None = None,  # noqa: ASYNC109 - see below
    ) -> T:
        """The first truthy `predicate()`; asked again after every change, never polled.

        `timeout`, or else `hangs_after`, is in seconds of the event loop whatever the clock, for
        it only keeps a failing test from hanging. Raises TimeoutError, which tells what is on
        the screen.
        """
        timeout = timeout or self.hangs_after
        try:
            return await self.workspace.feed.until(predicate, timeout)
        except TimeoutError:
            raise TimeoutError(f"nothing came of it in {timeout} s\n{self.screen()}") from None

    def screen(self) -> str:
        """Everything said in the channels and to single persons, one line each."""
        lines = []
        for channel in self.channels.values():
            for one in self.workspace.messages.everything(channel.id):
                indent = "    " if one.is_reply else ""
                lines.append(f"#{channel.name or channel.id} {indent}{one.user}: {one.text}")
        for user in self.people:
            lines += [f"only {user}: {one.text}" for one in self.ephemerals(user)]
        return "\n".join(lines)
