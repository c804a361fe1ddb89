"""One step of one delivery: what is asked of Slack, and what its answer means."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from bot.guarded import stumbled
from bot.notifications.deliveries import Deliveries
from bot.notifications.delivery import Delivery, Step
from bot.notifications.fitting import fitted
from bot.notifications.limits import Limits
from bot.notifications.owed import Undelivered
from bot.notifications.refusals import Meaning, meaning
from bot.views.message import Message
from integrations.clock import Clock
from integrations.errors import BadAnswer, RateLimited, Unauthorized, Unreachable, UpstreamError
from integrations.slack import Posted, Slack, SlackRefused

_LOOK_BACK = 600.0
"""How much older than the attempt a post may be: two clocks differ."""

_LANDS_WITHIN = 3.0
"""How long a post without an answer may still be on its way before it is looked for."""

_THREAD_AGAIN = 15.0
_THREAD_TRIES = 4
"""A deleted card is posted again with its next update: its thread is there then."""

_CHANNEL_AGAIN = 60.0
_MESSAGE_AGAIN = 300.0

_log = structlog.get_logger(__name__)


class Sender:
    """Makes steps and remembers how they ended. Never raises for what a message comes to."""

    def __init__(
        self,
        slack: Slack,
        clock: Clock,
        deliveries: Deliveries,
        limits: Limits,
        report: Callable[[Undelivered], None],
    ) -> None:
        self._slack = slack
        self._clock = clock
        self._deliveries = deliveries
        self._limits = limits
        self._report = report

    async def make_step(self, key: str) -> None:
        """Look, post or update: whatever is the delivery's next step."""
        delivery = self._deliveries.known[key]
        step = delivery.step
        try:
            match step:
                case "look":
                    await self._look(delivery)
                case "post":
                    await self._post(delivery)
                case "update":
                    await self._update(delivery)
            self._limits.went(delivery.place)
        except UpstreamError as error:
            self._deliveries.keep(self._after(step, self._deliveries.known[key], error))
        except Exception as error:  # noqa: BLE001 - it is logged with its trace
            # A message that trips over a bug must not hold up the others.
            stumbled("outbox", error, "outbox.bug", key=key)
            until = self._now() + _MESSAGE_AGAIN
            failed = self._deliveries.known[key]
            self._deliveries.keep(failed.held_up("a bug of the bot", until, stuck=True))

    async def _look(self, delivery: Delivery) -> None:
        since = datetime.fromtimestamp(delivery.begun_at - _LOOK_BACK, UTC)
        found = await self._slack.find_by_key(
            delivery.begun_in, delivery.key, self._thread_of(delivery), since=since
        )
        latest = self._deliveries.known[delivery.key]
        self._deliveries.keep(latest.found(found, self._now()) if found else latest.not_sent())

    async def _post(self, delivery: Delivery) -> None:
        # On the disk before the post: whoever comes after a crash must look before posting.
        await self._deliveries.keep_now(delivery.begin(self._now()))
        sent = self._deliveries.known[delivery.key]
        thread_ts = self._thread_of(sent)
        posted = await self._slack.post(
            sent.channel,
            _shown(sent),
            key=sent.key,
            thread_ts=thread_ts,
            broadcast=sent.broadcast,
        )
        self._arrived(sent, posted)
        if not thread_ts:
            await self._link(sent.key, posted)

    async def _update(self, sent: Delivery) -> None:
        if sent.posted is not None:
            at = sent.posted
            await self._slack.update(at.channel_id, at.ts, _shown(sent), key=sent.key)
            self._arrived(sent, at)
            if not (sent.permalink or sent.thread_of):
                await self._link(sent.key, at)

    def _arrived(self, sent: Delivery, posted: Posted) -> None:
        latest = self._deliveries.known[sent.key]
        self._deliveries.keep(latest.arrived(posted, sent.wanted, self._now()))

    async def _link(self, key: str, posted: Posted) -> None:
        with suppress(UpstreamError):  # the next update asks again
            link = await self._slack.permalink(posted.channel_id, posted.ts)
            self._deliveries.keep(self._deliveries.known[key].linked(link))

    def _after(self, step: Step, delivery: Delivery, error: UpstreamError) -> Delivery:
        now, why = self._now(), error.summary
        unsure = step == "post" and error.changed == "unknown"
        if step == "post" and not unsure:
            delivery = delivery.not_sent()
        match error:
            case RateLimited():
                self._limits.rate_limited(step, delivery.channel, now, error.retry_after)
                return delivery.held_up(why, now)
            case SlackRefused():
                return self._after_refusal(delivery, error)
            case Unauthorized():
                until = now + _CHANNEL_AGAIN
                self._say(delivery, why, news=self._limits.hold_everything(until))
            case Unreachable() | BadAnswer():
                self._limits.outage(now)
                again = min(_CHANNEL_AGAIN, 0.5 * 2**delivery.tries)
                return delivery.held_up(why, now + max(again, _LANDS_WITHIN if unsure else 0.0))
            case _:
                until = now + _MESSAGE_AGAIN
                self._say(delivery, why, news=why != delivery.why)
        return delivery.held_up(why, until, stuck=True)

    def _after_refusal(self, delivery: Delivery, refusal: SlackRefused) -> Delivery:
        now, why = self._now(), refusal.summary
        match meaning(refusal.code):
            case Meaning.LAYOUT if not delivery.layout_refused:
                _log.warning("outbox.layout_refused", key=delivery.key, code=refusal.code)
                return delivery.as_text(refusal.code)
            case Meaning.DELETED if delivery.posted:
                return delivery.deleted()
            case Meaning.THREAD if delivery.thread_of and not delivery.outside_thread:
                if delivery.tries < _THREAD_TRIES:
                    return delivery.held_up(why, now + _THREAD_AGAIN)
                return delivery.out_of_thread()
            case Meaning.CHANNEL:
                until = now + _CHANNEL_AGAIN
                self._say(delivery, why, news=self._limits.hold(delivery.place, until))
            case _:
                until = now + _MESSAGE_AGAIN
                self._say(delivery, why, news=why != delivery.why)
        return delivery.held_up(why, until, stuck=True)

    def _say(self, delivery: Delivery, why: str, *, news: bool) -> None:
        if news:
            _log.warning("outbox.held_up", key=delivery.key, channel=delivery.channel, why=why)
            self._report(Undelivered(delivery.key, delivery.channel, why, delivery.owed_at))

    def _thread_of(self, delivery: Delivery) -> str:
        card = self._deliveries.known.get(delivery.thread_of)
        if card is None or card.posted is None or card.gone or delivery.outside_thread:
            return ""
        return card.posted.ts

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _shown(delivery: Delivery) -> Message:
    return fitted(delivery.message or Message(""), delivery.layout_refused)
