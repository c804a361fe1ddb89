"""Slack's rate limits, as times before which something may not go (pure but for its memory).

https://docs.slack.dev/apis/web-api/rate-limits: chat.postMessage about one a second for each
channel; chat.update and the reading of channels, tier 3, 50 a minute for the whole workspace.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from bot.notifications.delivery import Delivery, Step

_A_CHANNEL_EVERY = 1.0
_LONGEST_OUTAGE_PAUSE = 30.0


@dataclass(slots=True)
class Bucket:
    """Lets `burst` go at once and then `per_minute`. Times are seconds."""

    per_minute: float
    burst: float
    level: float = 0.0
    at: float = 0.0

    def free_at(self) -> float:
        """When the next one may go."""
        return self.at + max(0.0, self.level + 1 - self.burst) * 60 / self.per_minute

    def take(self, now: float) -> None:
        """One goes."""
        drained = (now - self.at) * self.per_minute / 60
        self.level = max(0.0, self.level - drained) + 1
        self.at = now


class Limits:
    """When what may go. All times are seconds since 1970."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew: all times so far were of a clock that has been set back since."""
        # 45 a minute and a burst of 3 stay inside 50 in any minute, even where some arrive late.
        self._buckets = {"update": Bucket(45, 3), "look": Bucket(45, 3)}
        self._channels: dict[str, float] = defaultdict(float)
        self._paused: dict[Step, float] = defaultdict(float)
        self._held: dict[str, float] = {}
        self._locked_out = False
        self._everything = 0.0
        self._outages = 0

    def free_at(self, delivery: Delivery) -> float:
        """When the delivery's next step may be made."""
        step = delivery.step
        free = max(
            delivery.not_before,
            self._everything,
            self._paused[step],
            self._held.get(delivery.place, 0.0),
        )
        if step == "post":
            return max(free, self._channels[delivery.channel])
        return max(free, self._buckets[step].free_at())

    def take(self, delivery: Delivery, now: float) -> None:
        """The delivery's next step is made now."""
        if delivery.step == "post":
            self._channels[delivery.channel] = now + _A_CHANNEL_EVERY
        else:
            self._buckets[delivery.step].take(now)

    def rate_limited(self, step: Step, channel: str, now: float, retry_after: float) -> None:
        """Slack said 429: posts wait in that channel, anything else waits everywhere."""
        if step == "post":
            self._channels[channel] = now + retry_after
        else:
            self._paused[step] = now + retry_after

    def hold(self, place: str, until: float) -> bool:
        """Nothing goes to the channel until then. Whether this is news."""
        news = place not in self._held
        self._held[place] = until
        return news

    def hold_everything(self, until: float) -> bool:
        """Nothing goes anywhere until then. Whether this is news."""
        news = not self._locked_out
        self._locked_out = True
        self._everything = until
        return news

    def outage(self, now: float) -> None:
        """Slack does not answer: everything waits, longer each time, half a minute at most."""
        if now >= self._everything:
            self._outages += 1
            pause = min(_LONGEST_OUTAGE_PAUSE, 0.5 * 2**self._outages)
            self._everything = now + pause

    def went(self, place: str) -> None:
        """Slack did as it was asked in this channel: both are open."""
        self._held.pop(place, None)
        self._locked_out = False
        self._outages = 0
