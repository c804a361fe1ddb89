"""The outbox: delivers what is owed to Slack once, in time, and within Slack's limits."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable

from bot.guarded import for_ever
from bot.notifications.deliveries import Deliveries
from bot.notifications.delivery import Delivery
from bot.notifications.limits import Limits
from bot.notifications.order import Next, next_due
from bot.notifications.owed import Owed, Undelivered
from bot.notifications.sending import Sender
from bot.store import Store
from integrations.clock import Clock
from integrations.groups import TaskGroup
from integrations.slack import Posted, Slack

__all__ = ["Outbox", "Owed"]

_WORKERS = 8
_FORGET_EVERY = 3600.0
_SET_BACK = 60.0
"""Seconds by which the machine's clock goes back before that counts as set back."""
_LONGEST_PAUSE = 300.0
"""Seconds that any message is left alone at most."""


def _say_nothing(_: Undelivered) -> None:
    return


class Outbox:
    """Level-triggered: `owe` says what Slack should show, `run` brings it about.

    One message per key, whatever happens: its place is kept in the store, a post that was begun
    is looked for before it is sent again, and nothing owed is ever dropped. `on_failed` hears
    once of whatever cannot be delivered for now.
    """

    def __init__(
        self,
        store: Store,
        slack: Slack,
        clock: Clock,
        on_failed: Callable[[Undelivered], None] = _say_nothing,
    ) -> None:
        self._clock = clock
        self._deliveries = Deliveries(store)
        self._limits = Limits()
        self._sender = Sender(slack, clock, self._deliveries, self._limits, on_failed)
        self._busy: set[str] = set()
        self._woken = asyncio.Event()
        self._early: list[Owed] | None = []
        self._forgot_at = 0.0
        self._latest = 0.0
        self._loading = asyncio.Lock()

    def owe(self, owed: Owed) -> None:
        """Say what Slack should show under a key. Written within 20 ms, delivered by `run`."""
        if self._early is not None:
            self._early.append(owed)
            return
        now = self._now()
        known = self._deliveries.known.get(owed.key) or Delivery(
            key=owed.key,
            channel=owed.channel,
            thread_of=owed.thread_of,
            broadcast=owed.broadcast,
            once=owed.once,
        )
        delivery = known.want(owed, now)
        if delivery is not known:
            self._deliveries.keep(delivery)
            self._woken.set()
        if now - self._forgot_at >= _FORGET_EVERY:
            self._forgot_at = now
            self._deliveries.forget_old_posts(now)

    def posted(self, key: str) -> Posted | None:
        """Where the message under this key is, or None where it is not in Slack yet."""
        delivery = self._deliveries.known.get(key)
        return delivery.posted if delivery else None

    def card_link(self, key: str) -> str:
        """The address of a top-level message, or "" where it is not known yet."""
        delivery = self._deliveries.known.get(key)
        return delivery.permalink if delivery else ""

    @property
    def undelivered(self) -> tuple[Undelivered, ...]:
        """Everything that waits, longest first, with why the last attempt failed, if one did."""
        waiting = sorted(self._deliveries.waiting.values(), key=lambda delivery: delivery.owed_at)
        return tuple(Undelivered(d.key, d.channel, d.why, d.owed_at) for d in waiting)

    def waits(self, key: str) -> bool:
        """Whether Slack does not show yet what is wanted under this key."""
        return key in self._deliveries.waiting

    def waiting_cards(self) -> Counter[str]:
        """How many cards each channel has not taken yet, as they are wanted."""
        waiting = self._deliveries.waiting.values()
        return Counter(delivery.channel for delivery in waiting if not delivery.once)

    async def load(self) -> None:
        """Read what an earlier process left; `run`, `tick` and `flush` do so by themselves."""
        async with self._loading:
            if self._early is None:
                return
            await self._deliveries.load()
            self._deliveries.hurry(self._now() + _LONGEST_PAUSE)
            early, self._early = self._early, None
            for owed in early:
                self.owe(owed)

    async def run(self) -> None:
        """Deliver for ever."""
        await self.load()
        async with TaskGroup() as group:
            for number in range(_WORKERS):
                work = for_ever("outbox", self._one_or_wait, self._clock)
                group.create_task(work, name=f"outbox {number}")

    async def tick(self) -> bool:
        """Make the one step that is most pressing now. Whether there was one."""
        await self.load()
        coming = self._next()
        if coming.delivery is None:
            return False
        await self._step(coming.delivery)
        return True

    async def flush(self, seconds: float) -> bool:
        """Deliver until nothing waits but what takes a person to mend. Whether it came to that."""
        await self.load()
        try:
            async with self._clock.timeout(seconds):
                while any(not delivery.stuck for delivery in self._deliveries.waiting.values()):
                    await self._one_or_wait()
        except TimeoutError:
            return False
        return True

    async def _one_or_wait(self) -> None:
        coming = self._next()
        if coming.delivery is not None:
            await self._step(coming.delivery)
            return
        # Nothing is awaited between looking and clearing, so no call of `owe` is missed.
        self._woken.clear()
        if math.isinf(coming.at):
            await self._woken.wait()
            return
        try:
            async with self._clock.timeout(max(0.0, coming.at - self._now())):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _step(self, delivery: Delivery) -> None:
        lane = _lane(delivery)
        self._busy.add(lane)
        self._limits.take(delivery, self._now())
        try:
            await self._sender.make_step(delivery.key)
        finally:
            self._busy.discard(lane)
            self._woken.set()

    def _next(self) -> Next:
        idle = [d for d in self._deliveries.waiting.values() if _lane(d) not in self._busy]
        return next_due(idle, self._deliveries.known, self._limits.free_at, self._now())

    def _now(self) -> float:
        now = self._clock.now().timestamp()
        if now < self._latest - _SET_BACK:  # what waits would wait for as long as it was ahead
            self._limits.forget()
            self._deliveries.hurry(now + _LONGEST_PAUSE)
        self._latest = now
        return now


def _lane(delivery: Delivery) -> str:
    """What may not happen twice at a time: a channel's posts, so that they keep their order."""
    return delivery.key if delivery.posted else f"posts to {delivery.channel}"
