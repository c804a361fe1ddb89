"""Slack's limits: kept, honoured, and nobody starves."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from bot.notifications import Owed
from bot.sandbox.slack import Channel, SandboxSlack
from bot.views.message import Message
from integrations.clock import FastClock
from tests.bot.notifications.conftest import SPEED, Office

CHANNELS = ("#deployments", "#production", "#oncall")


async def test_a_storm_is_delivered_whole_in_order_and_without_annoying_slack(
    office: Office,
) -> None:
    async with office.outbox() as outbox:
        for number, channel in itertools.product(range(30), CHANNELS):
            key, text = f"{channel}/{number}", Message(f"Alert {number}")
            outbox.owe(Owed(key, channel, text, once=True))
        assert await outbox.flush(600)

    for channel in CHANNELS:
        assert office.texts(channel) == [f"Alert {number}" for number in range(30)]
    assert "ratelimited" not in {call.error for call in office.slack.calls}


async def test_a_busy_channel_does_not_hold_up_the_others(office: Office) -> None:
    async with office.outbox() as outbox:
        for number in range(60):
            key, text = f"busy/{number}", Message(f"Alert {number}")
            outbox.owe(Owed(key, "#deployments", text, once=True))
        outbox.owe(Owed("quiet", "#oncall", Message("Production is Degraded.")))
        await office.shows("Production is Degraded.", channel="oncall")
        assert len(office.texts("deployments")) < 30


async def test_twenty_cards_at_once_stay_inside_the_limits_and_end_right(office: Office) -> None:
    cards = [f"card/{number}" for number in range(20)]
    async with office.outbox() as outbox:
        for key in cards:
            outbox.owe(Owed(key, "#deployments", Message(f"{key} Queued")))
        assert await outbox.flush(600)
        for step in range(10):
            for key in cards:
                outbox.owe(Owed(key, "#deployments", Message(f"{key} Running: {step}")))
            await office.clock.sleep(2)
        for key in cards:
            outbox.owe(Owed(key, "#deployments", Message(f"{key} Succeeded"), urgent=True))
        assert await outbox.flush(600)

    assert sorted(office.texts()) == sorted(f"{key} Succeeded" for key in cards)
    updates = office.slack.calls_of("chat.update")
    assert {call.error for call in updates} == {""}
    assert _most_within(60, [call.at.timestamp() for call in updates]) <= 50
    spread = Counter(str(call.args["ts"]) for call in updates)
    assert max(spread.values()) - min(spread.values()) <= 2
    for ts in spread:
        at = [call.at.timestamp() for call in updates if call.args["ts"] == ts]
        assert all(later - earlier >= 1.9 for earlier, later in itertools.pairwise(at))


async def test_an_end_goes_before_the_progress_of_others(office: Office) -> None:
    async with office.outbox() as outbox:
        for number in range(20):
            key = f"card/{number}"
            outbox.owe(Owed(key, "#deployments", Message(f"{key} Queued")))
        assert await outbox.flush(600)
        before = len(office.slack.calls_of("chat.update"))
        for number in range(20):
            key = f"card/{number}"
            outbox.owe(Owed(key, "#deployments", Message(f"{key} Running")))
        outbox.owe(Owed("card/19", "#deployments", Message("card/19 Failed"), urgent=True))
        await office.slack.until(lambda: "card/19 Failed" in office.texts())
        assert len(office.slack.calls_of("chat.update")) - before <= 9  # 8 were under way


async def test_an_urgent_reply_makes_its_card_urgent(office: Office) -> None:
    async with office.outbox() as outbox:
        for number in range(30):
            key = f"card/{number}"
            outbox.owe(Owed(key, "#deployments", Message(f"{key} Running")))
        failed = Message("It failed.")
        outbox.owe(Owed("end", "#deployments", failed, "card/29", broadcast=True, urgent=True))
        await office.slack.until(lambda: "It failed." in office.texts())
        assert len(office.texts()) <= 4


async def test_a_429_is_waited_out_in_its_channel_alone(office: Office) -> None:
    office.slack.rate_limit("chat.postMessage", 1, retry_after=30)
    async with office.outbox() as outbox:
        outbox.owe(Owed("first", "#deployments", Message("First")))
        await office.slack.until(lambda: office.slack.calls_of("chat.postMessage"))
        outbox.owe(Owed("second", "#deployments", Message("Second")))
        outbox.owe(Owed("other", "#oncall", Message("Other")))
        await office.shows("Other", channel="oncall")
        await office.shows("First", "Second")

    refused, *sent = office.slack.calls_of("chat.postMessage")
    waited = [
        (call.at - refused.at).total_seconds()
        for call in sent
        if call.args["channel"] == refused.args["channel"]
    ]
    assert min(waited) >= 30
    assert not office.slack.calls_of("conversations.history")  # nothing was in doubt


async def test_a_429_on_an_update_is_waited_out_by_all_updates(office: Office) -> None:
    async with office.outbox() as outbox:
        for key in ("a", "b"):
            outbox.owe(Owed(key, "#deployments", Message(f"{key} Running")))
        await office.shows("a Running", "b Running")
        assert await outbox.flush(60)
        office.slack.rate_limit("chat.update", 1, retry_after=30)
        outbox.owe(Owed("a", "#deployments", Message("a Succeeded")))
        while not outbox.undelivered[0].why:
            assert not await outbox.flush(1)
        outbox.owe(Owed("b", "#deployments", Message("b Succeeded")))
        await office.shows("a Succeeded", "b Succeeded")

    refused, *sent = office.slack.calls_of("chat.update")
    assert all((call.at - refused.at).total_seconds() >= 30 for call in sent)


def _most_within(seconds: float, moments: list[float]) -> int:
    return max(sum(start <= moment < start + seconds for moment in moments) for start in moments)


async def test_a_channel_among_more_than_slack_lists_in_a_minute_is_found(office: Office) -> None:
    for number in range(21_000):
        office.slack.add_channel(Channel(f"C1{number}", f"team-{number}"))
    office.slack.add_channel(Channel("C0LAST", "last", members=frozenset({"U0SHIPMATE"})))
    async with office.outbox() as outbox:
        outbox.owe(Owed("card/1", "#last", Message("Running")))
        await office.shows("Running", channel="last")


class Wound(FastClock):
    """A clock that can be set back."""

    back = timedelta()

    def now(self) -> datetime:
        return super().now() - self.back


async def test_a_clock_that_is_set_back_keeps_nothing_waiting(tmp_path: Path) -> None:
    clock = Wound(SPEED)
    slack = SandboxSlack(clock, signing_secret="s", bot_token="xoxb-test", app_token="xapp-test")
    slack.api.rates.enforced = False
    await slack.start()
    office = Office(slack, clock, tmp_path / "shipmate.db")
    async with office.outbox() as outbox:
        outbox.owe(Owed("card/1", "#deployments", Message("Running")))
        await office.shows("Running")
        clock.back = timedelta(hours=2)
        outbox.owe(Owed("card/2", "#deployments", Message("Queued")))
        await office.shows("Running", "Queued")
    await slack.stop()
