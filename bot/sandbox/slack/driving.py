"""What tests make people do, by the names that stories use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.slack.acts import Acts
from bot.sandbox.slack.delivery import Answer, Sent
from bot.sandbox.slack.model import Channel, Json, SlackMessage, User, View
from bot.sandbox.slack.workspace import Workspace


class Driving:
    """Acts of people. Users are ids; channels are ids, "name" or "#name"."""

    workspace: Workspace
    acts: Acts

    async def command(self, user: str, channel: str, line: str) -> Answer:
        """Type a slash command, e.g. "/deploy staging"."""
        return await self.acts.command(user, self.workspace.channel_named(channel), line)

    async def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> SlackMessage:
        """Say something in a channel or a thread."""
        found = self.workspace.channel_named(channel).id
        return await self.acts.say(user, found, text, thread_ts)

    async def click(
        self,
        user: str,
        target: SlackMessage | View,
        wanted: str,
        *,
        given: Any = None,
        confirm: bool = True,
        state: Mapping[str, Any] | None = None,
    ) -> Answer | None:
        """Press the button with this text or action_id, or choose `given` in such an element.

        The target is clicked as it was when it was read, as a person does who looks at an old
        screen. None where the element asks first and `confirm` is False.
        """
        if isinstance(target, View):
            return await self.acts.click_in_view(user, target, wanted, given, state=state)
        if not confirm and self.acts.asks_first(target, wanted):
            return None
        return await self.acts.click(user, target, wanted, given, state=state)

    async def submit(
        self, user: str, view: View, values: Mapping[str, Any] | None = None
    ) -> Answer:
        """Fill in and submit a modal; `values` by action_id or block_id."""
        return await self.acts.submit(user, view, values or {})

    async def close(self, user: str, view: View, *, everything: bool = False) -> Answer | None:
        """Close a modal; None where the app is not told."""
        return await self.acts.close(user, view, everything=everything)

    async def open_home(self, user: str) -> Answer:
        """Look at the app's home tab."""
        return await self.acts.open_home(user)

    async def verify_url(self) -> Answer:
        """Let Slack check the app's URL."""
        return await self.acts.verify_url()

    async def event(self, event: Json, *, retries: bool = True) -> Answer:
        """Deliver an event of the Events API."""
        return await self.acts.event(event, retries=retries)

    async def resend(self, sent: Answer | Sent) -> Answer:
        """The very same request once more: same bytes, same signature, same ids."""
        return await self.acts.again(sent.sent if isinstance(sent, Answer) else sent)

    async def redeliver(self, answer: Answer, number: int = 1) -> Answer:
        """The same event once more, as Slack's own retry: signed anew, same event_id."""
        return await self.acts.retry(answer, number)

    async def set_members(self, group: str, members: Iterable[str]) -> Answer:
        """Change who is in a user group; the app gets subteam_members_changed."""
        before = self.workspace.groups[group]
        after = replace(before, members=frozenset(members))
        self.workspace.groups[group] = after
        added, removed = after.members - before.members, before.members - after.members
        event: Json = {"type": "subteam_members_changed", "subteam_id": group}
        event["team_id"] = self.workspace.installation.team_id
        event |= {"date_previous_update": 0, "date_update": int(_now(self.workspace))}
        event |= {"added_users": sorted(added), "added_users_count": len(added)}
        event |= {"removed_users": sorted(removed), "removed_users_count": len(removed)}
        return await self.event(event)

    def delete(self, message: SlackMessage) -> None:
        """A person with the right to do so deletes a message."""
        self.workspace.messages.delete(message)

    def add_user(self, user: User) -> User:
        """One more member, e.g. for load; also puts a changed one in place."""
        self.workspace.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """One more channel; also puts a changed one in place."""
        self.workspace.channels[channel.id] = channel
        return channel

    def invite_bot(self, channel: str) -> None:
        """Make the bot a member."""
        found = self.workspace.channel_named(channel).id
        self.workspace.join(found, self.workspace.installation.bot_user_id)

    def remove_bot(self, channel: str) -> None:
        """Take the bot out of a channel."""
        found = self.workspace.channel_named(channel).id
        self.workspace.leave(found, self.workspace.installation.bot_user_id)


def _now(workspace: Workspace) -> float:
    return workspace.clock.now().timestamp()
