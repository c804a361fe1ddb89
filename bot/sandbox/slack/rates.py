"""How often an app may call: Slack's tiers, and one message per second and channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta
from enum import Enum

from integrations.clock import Clock

MINUTE = timedelta(minutes=1)


class Tier(Enum):
    """Calls per minute and method (https://docs.slack.dev/apis/web-api/rate-limits).

    The documents give a floor ("50+"), we take it as the limit. SPECIAL has no number of its
    own; "several hundred" messages a minute are its documented neighbourhood.
    """

    T1 = 1
    T2 = 20
    T3 = 50
    T4 = 100
    SPECIAL = 300


class Rates:
    """Counts calls in a sliding minute, and posts in each channel."""

    def __init__(self, clock: Clock, *, channel_burst: int = 3) -> None:
        self._clock = clock
        self._burst = channel_burst
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)
        self._posts: dict[str, datetime] = {}
        self.enforced = True

    def seconds_to_wait(self, method: str, tier: Tier) -> int:
        """0 and the call is counted, or how many whole seconds to wait."""
        now, calls = self._clock.now(), self._calls[method]
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if self.enforced and len(calls) >= tier.value:
            return _whole(MINUTE - (now - calls[0]))
        calls.append(now)
        return 0

    def seconds_to_post(self, channel: str) -> int:
        """The same for one more message in `channel`: one per second, and short bursts."""
        now = self._clock.now()
        free_at = max(self._posts.get(channel, now), now)
        ahead = free_at - now
        if self.enforced and ahead > timedelta(seconds=self._burst - 1):
            return _whole(ahead - timedelta(seconds=self._burst - 1))
        self._posts[channel] = free_at + timedelta(seconds=1)
        return 0


def _whole(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))
