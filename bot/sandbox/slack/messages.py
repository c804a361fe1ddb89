"""Every message of the workspace, as it stands and as it once stood."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.feed import Feed
from bot.sandbox.slack.model import SlackMessage
from integrations.clock import Clock

SLACKBOT = "USLACKBOT"


class Messages:
    """The message store. A `ts` is unique in the workspace and grows with every message."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._clock = clock
        self._feed = feed
        self._last = 0
        self._channels: dict[str, dict[str, SlackMessage]] = {}
        self._threads: dict[tuple[str, str], list[str]] = {}
        self._ephemerals: dict[str, dict[str, SlackMessage]] = {}
        self._revisions: dict[tuple[str, str], list[SlackMessage]] = {}

    def stamp(self) -> str:
        """A new time stamp "seconds.micros", later than every one before."""
        micros = int(self._clock.now().timestamp() * 1_000_000)
        self._last = max(micros, self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def add(self, draft: SlackMessage) -> SlackMessage:
        """Post `draft`, in its channel or to the one person it is for."""
        message = replace(draft, ts=self.stamp())
        if message.ephemeral_to:
            self._ephemerals.setdefault(message.ephemeral_to, {})[message.ts] = message
            self._feed.publish("ephemeral", message, message.ephemeral_to)
            return message
        self._keep(message)
        self._feed.publish("message", message)
        if message.thread_ts:
            self._threads.setdefault((message.channel, message.thread_ts), []).append(message.ts)
            self._count_replies(message.channel, message.thread_ts)
        return message

    def change(self, message: SlackMessage) -> SlackMessage:
        """Put `message` in the place of the one with its `ts`."""
        if message.ephemeral_to:
            self._ephemerals[message.ephemeral_to][message.ts] = message
            self._feed.publish("ephemeral_changed", message, message.ephemeral_to)
        else:
            self._keep(message)
            self._feed.publish("changed", message)
        return message

    def delete(self, message: SlackMessage) -> None:
        """Remove it. A parent that has replies leaves a tombstone, as in Slack."""
        gone = {"channel": message.channel, "ts": message.ts, "thread_ts": message.thread_ts}
        if message.ephemeral_to:
            del self._ephemerals[message.ephemeral_to][message.ts]
            self._feed.publish("deleted", gone, message.ephemeral_to)
        elif message.reply_count:
            text = "This message was deleted."
            stone = replace(message, user=SLACKBOT, bot_id="", text=text, blocks=(), metadata=None)
            self.change(replace(stone, is_tombstone=True))
        else:
            del self._channels[message.channel][message.ts]
            if message.is_reply:
                self._threads[message.channel, message.thread_ts].remove(message.ts)
                self._count_replies(message.channel, message.thread_ts)
            self._feed.publish("deleted", gone)

    def find(self, channel: str, ts: str) -> SlackMessage | None:
        """The message that everyone sees there, if it still stands."""
        return self._channels.get(channel, {}).get(ts)

    def ephemeral(self, user: str, ts: str) -> SlackMessage | None:
        """The message that only `user` sees."""
        return self._ephemerals.get(user, {}).get(ts)

    def channel(self, channel: str) -> tuple[SlackMessage, ...]:
        """What the channel shows, oldest first: top-level messages and broadcast replies."""
        standing = self._channels.get(channel, {}).values()
        return tuple(one for one in standing if not one.is_reply or one.broadcast)

    def thread(self, channel: str, ts: str) -> tuple[SlackMessage, ...]:
        """The replies under `ts`, oldest first, without the parent."""
        standing = self._channels.get(channel, {})
        return tuple(standing[one] for one in self._threads.get((channel, ts), ()))

    def ephemerals(self, user: str) -> tuple[SlackMessage, ...]:
        """What only `user` sees, oldest first."""
        return tuple(self._ephemerals.get(user, {}).values())

    def everything(self, channel: str) -> tuple[SlackMessage, ...]:
        """Every standing message of the channel and its threads, oldest first."""
        return tuple(self._channels.get(channel, {}).values())

    def revisions(self, channel: str, ts: str) -> tuple[SlackMessage, ...]:
        """How the message read after its post and after each change, oldest first."""
        return tuple(self._revisions.get((channel, ts), ()))

    def _keep(self, message: SlackMessage) -> None:
        self._channels.setdefault(message.channel, {})[message.ts] = message
        self._revisions.setdefault((message.channel, message.ts), []).append(message)

    def _count_replies(self, channel: str, ts: str) -> None:
        parent = self.find(channel, ts)
        if parent is None:
            return
        replies = self.thread(channel, ts)
        counted = replace(
            parent,
            thread_ts=ts,
            reply_count=len(replies),
            reply_users=tuple(dict.fromkeys(one.user for one in replies)),
            latest_reply=replies[-1].ts if replies else "",
        )
        self._channels[channel][ts] = counted
        self._feed.publish("changed", counted)
