"""How far one owed message has come (pure). Times are seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bot.notifications.owed import Owed, digest
from bot.views.message import Message
from integrations.slack import Posted

Step = Literal["look", "post", "update"]

UNKNOWN = "?"
"""The `delivered` digest of a message that was found in Slack: something is there."""

_SPACING = 2.0
"""Between two updates of one message."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One key's way into Slack.

    `wanted` and `delivered` are digests; while they differ, `message` waits. `begun_at` is set
    while a post (to the channel `begun_in`) is under way or its end is unknown, `posted` once Slack has it. `layout_refused`
    is Slack's code for the wanted blocks: then the text goes alone. `gone` is a card that was
    deleted a second time: it is left alone. `why` says what holds it up, `stuck` that it takes a
    person to mend it.
    """

    key: str
    channel: str
    thread_of: str = ""
    broadcast: bool = False
    once: bool = False
    urgent: bool = False
    message: Message | None = None
    wanted: str = ""
    delivered: str = ""
    owed_at: float = 0.0
    not_before: float = 0.0
    begun_at: float = 0.0
    begun_in: str = ""
    posted: Posted | None = None
    permalink: str = ""
    tries: int = 0
    reposted: bool = False
    gone: bool = False
    layout_refused: str = ""
    outside_thread: bool = False
    why: str = ""
    stuck: bool = False

    @property
    def waits(self) -> bool:
        """Whether something is still owed."""
        return self.wanted != self.delivered and self.message is not None and not self.gone

    @property
    def place(self) -> str:
        """The channel that its next step is about: a posted one stays in the channel it is in, though
        another bears that one's name by now.
        """
        return self.posted.channel_id if self.posted else self.channel

    @property
    def step(self) -> Step:
        """What comes next for it."""
        if self.posted is not None:
            return "update"
        return "look" if self.begun_at else "post"

    def want(self, owed: Owed, now: float) -> Delivery:
        """Something is owed under this key. Before it is posted, it may still change channel."""
        wanted = digest(owed.message)
        moves = owed.channel != self.channel and not self.posted
        if (self.once and self.wanted) or (wanted == self.wanted and not moves):
            return self
        return replace(
            self,
            channel=owed.channel if moves else self.channel,
            message=owed.message,
            wanted=wanted,
            layout_refused="",
            urgent=owed.urgent,
            owed_at=self.owed_at if self.waits else now,
            not_before=0.0 if moves else self.not_before,
            tries=0,
        )

    def begin(self, now: float) -> Delivery:
        """The post is about to be sent."""
        return replace(self, begun_at=now, begun_in=self.channel)

    def arrived(self, posted: Posted, sent: str, now: float) -> Delivery:
        """Slack has it, showing what had the digest `sent`.

        What was wanted meanwhile goes to the end of the line: this turn is over.
        """
        here = replace(
            self,
            posted=posted,
            begun_at=0.0,
            delivered=sent,
            not_before=now + _SPACING,
            why="",
            stuck=False,
            tries=0,
        )
        return replace(here, owed_at=now) if here.waits else replace(here, message=None)

    def found(self, posted: Posted, now: float) -> Delivery:
        """A post whose answer was lost is there. A card is updated, as what it shows is unsure."""
        return self.arrived(posted, self.wanted if self.once else UNKNOWN, now)

    def not_sent(self) -> Delivery:
        """The post that was begun certainly did not arrive."""
        return replace(self, begun_at=0.0)

    def held_up(self, why: str, until: float, *, stuck: bool = False) -> Delivery:
        """Nothing can be done before `until`; `stuck`: nor then, unless a person does something."""
        return replace(self, why=why, stuck=stuck, tries=self.tries + 1, not_before=until)

    def as_text(self, code: str) -> Delivery:
        """Slack refused the layout: the text goes alone, at once."""
        return replace(self, layout_refused=code)

    def out_of_thread(self) -> Delivery:
        """The thread is gone: the message goes to the channel."""
        return replace(self, outside_thread=True)

    def linked(self, permalink: str) -> Delivery:
        """Slack's address of the message is known."""
        return replace(self, permalink=permalink)

    def deleted(self) -> Delivery:
        """Somebody deleted the message: it is posted again, once."""
        if self.reposted:
            return replace(self, gone=True, message=None, why="")
        return replace(self, posted=None, permalink="", delivered="", reposted=True, not_before=0.0)
