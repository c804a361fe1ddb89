"""Slack's bad days: nothing is lost, nothing is said twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.notifications import Owed
from bot.sandbox.slack import Channel, SandboxSlack
from bot.views.message import Message
from tests.bot.notifications.conftest import Office

CARD = Owed("card/1", "#deployments", Message("Running"))
STAGE = Owed("stage/1", "#deployments", Message("Wave 1"), thread_of="card/1", once=True)


@pytest.mark.parametrize("times", [1, 3])
async def test_a_post_whose_answer_was_lost_is_not_posted_twice(office: Office, times: int) -> None:
    office.slack.lose_answer("chat.postMessage", times)
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        outbox.owe(STAGE)
        assert await outbox.flush(600)
        outbox.owe(replace(CARD, message=Message("Succeeded")))
        await office.shows("Succeeded")

    (card,) = office.slack.messages("deployments")
    assert [reply.text for reply in office.slack.thread(card.ts)] == ["Wave 1"]


@pytest.mark.parametrize("status", [500, 503])
async def test_a_post_that_failed_with_a_server_error_is_looked_for_and_sent_again(
    office: Office, status: int
) -> None:
    office.slack.fail("chat.postMessage", status, times=2)
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        await office.shows("Running")
    assert [call.method for call in office.slack.calls][:3] == [
        "conversations.list",
        "chat.postMessage",
        "conversations.history",
    ]


async def test_an_update_whose_answer_was_lost_goes_again(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        await office.shows("Running")
        office.slack.fail("chat.update", 502, times=2)
        office.slack.lose_answer("chat.update", 1)
        outbox.owe(replace(CARD, message=Message("Succeeded")))
        await office.shows("Succeeded")
    assert not office.failed


async def test_a_life_that_ended_between_the_post_and_its_answer_is_continued(
    office: Office,
) -> None:
    office.slack.lose_answer("chat.postMessage")
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        await office.slack.until(lambda: office.slack.calls_of("chat.postMessage"))

    async with office.outbox() as outbox:
        outbox.owe(replace(CARD, message=Message("Succeeded")))
        await office.shows("Succeeded")
    assert len(office.slack.calls_of("chat.postMessage")) == 1


async def test_an_outage_delays_everything_and_loses_nothing(office: Office) -> None:
    office.slack.cut_off()
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        outbox.owe(STAGE)
        await office.clock.sleep(20)
        assert [late.key for late in outbox.undelivered] == ["card/1", "stage/1"]
        assert outbox.undelivered[0].why
        office.slack.restore()
        await office.shows("Running")
        (card,) = office.slack.messages("deployments")
        await office.slack.until(lambda: office.slack.thread(card.ts))
        assert await outbox.flush(600)
    assert len(office.texts()) == 1


async def test_a_channel_that_is_not_there_is_reported_once_and_served_when_it_is(
    office: Office,
) -> None:
    async with office.outbox() as outbox:
        for number in range(4):
            key = f"late/{number}"
            outbox.owe(Owed(key, "#not-yet", Message(f"Running {number}")))
        outbox.owe(CARD)
        await office.shows("Running")
        await office.clock.sleep(130)
        assert [failure.why for failure in office.failed] == [
            "there is no channel #not-yet that I can see."
        ]
        assert len(office.slack.calls_of("conversations.list")) <= 4

        members = frozenset({"U0SHIPMATE"})
        office.slack.channels["C0NEW"] = Channel("C0NEW", "not-yet", members=members)
        await office.shows(*(f"Running {number}" for number in range(4)), channel="not-yet")
        assert await outbox.flush(60)
        assert outbox.undelivered == ()


async def test_a_card_for_a_channel_that_is_not_there_may_move(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(replace(CARD, channel="#typo"))
        await office.slack.until(lambda: office.slack.calls_of("conversations.list"))
        outbox.owe(CARD)
        await office.shows("Running")


async def test_a_channel_without_the_bot_is_served_once_it_is_invited(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(Owed("card/1", "#general", Message("Running")))
        await office.slack.until(lambda: office.failed)
        assert "not_in_channel" in office.failed[0].why
        office.slack.workspace.join("C0GENERAL", "U0SHIPMATE")
        await office.shows("Running", channel="general")
    assert len(office.failed) == 1


def archived(slack: SandboxSlack) -> None:
    was = slack.workspace.channels["C0DEPLOY"]
    slack.add_channel(replace(was, name="deployments-old", is_archived=True))


def deleted(slack: SandboxSlack) -> None:
    del slack.workspace.channels["C0DEPLOY"]


@pytest.mark.parametrize("is_no_more", [archived, deleted])
async def test_a_channel_that_was_made_anew_is_posted_to_beside_what_stays_in_the_old_one(
    office: Office, is_no_more: Callable[[SandboxSlack], None]
) -> None:
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        await office.shows("Running")
        is_no_more(office.slack)
        office.slack.add_channel(
            Channel("C0AGAIN", "deployments", members=frozenset({"U0SHIPMATE"}))
        )

        outbox.owe(replace(CARD, message=Message("Succeeded")))
        await office.slack.until(lambda: office.failed)
        for number in range(3):
            outbox.owe(Owed(f"card/new {number}", "#deployments", Message(f"New {number}")))
        await office.shows(*(f"New {number}" for number in range(3)))
        assert outbox.waits("card/1")


async def test_a_token_that_is_refused_is_reported_once_and_nothing_is_lost(
    office: Office,
) -> None:
    good = office.slack.workspace.installation
    office.slack.workspace.installation = replace(good, bot_token="xoxb-other")
    async with office.outbox() as outbox:
        for number in range(10):
            outbox.owe(Owed(f"card/{number}", "#deployments", Message(f"Running {number}")))
        await office.slack.until(lambda: office.failed)
        await office.clock.sleep(65)
        assert "invalid_auth" in office.failed[0].why
        assert len(office.failed) == 1
        assert len(office.slack.calls) < 10
        office.slack.workspace.installation = good
        await office.slack.until(lambda: len(office.texts()) == 10)


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([{"type": "section"}], "invalid_blocks"),
        ([{"type": "no_such_block"}], "invalid_blocks"),
    ],
)
async def test_a_layout_that_slack_refuses_is_delivered_as_text(
    office: Office, blocks: list[dict[str, object]], code: str
) -> None:
    async with office.outbox() as outbox:
        outbox.owe(Owed("card/1", "#deployments", Message("Failed: dev is Degraded.", blocks)))
        await office.slack.until(office.texts)
        (text,) = office.texts()
        assert text.startswith("Failed: dev is Degraded.")
        assert code in text

        good = [{"type": "divider"}]
        outbox.owe(Owed("card/1", "#deployments", Message("Succeeded", good)))
        await office.shows("Succeeded")
        (message,) = office.slack.messages("deployments")
        assert message.blocks


async def test_a_card_that_loses_its_layout_does_not_keep_the_old_one(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(replace(CARD, message=Message("Running", [{"type": "divider"}])))
        await office.shows("Running")
        outbox.owe(replace(CARD, message=Message("Failed", [{"type": "no_such_block"}])))
        await office.slack.until(lambda: office.texts()[0].startswith("Failed"))
        (message,) = office.slack.messages("deployments")
        assert message.blocks == ()


async def test_a_text_longer_than_slack_takes_is_cut_and_says_so(office: Office) -> None:
    async with office.outbox() as outbox:
        for text in ("word " * 10_000, "other " * 10_000):
            outbox.owe(replace(CARD, message=Message(text)))
            assert await outbox.flush(60)
            (shown,) = office.texts()
            assert shown.startswith(text[:1000])
            assert len(shown) <= 4000
            assert shown.endswith("(cut)")


async def test_a_message_that_slack_never_takes_is_listed_and_holds_up_nobody(
    office: Office,
) -> None:
    async with office.outbox() as outbox:
        outbox.owe(replace(CARD, key="card/0", message=Message("")))
        outbox.owe(CARD)
        await office.slack.until(lambda: "Running" in office.texts())
        assert await outbox.flush(600)
    assert office.texts()[0].startswith("There is something to say.")


async def test_a_reply_to_a_thread_that_is_gone_goes_to_the_channel(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        await office.shows("Running")
        office.slack.workspace.messages.delete(office.slack.messages("deployments")[0])
        outbox.owe(STAGE)
        await office.shows("Wave 1")


async def test_a_reply_to_a_thread_that_was_locked_goes_to_the_channel(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(CARD)
        await office.shows("Running")
        office.slack.fail("chat.postMessage", "restricted_action_thread_locked", times=5)
        outbox.owe(STAGE)
        await office.shows("Running", "Wave 1")
