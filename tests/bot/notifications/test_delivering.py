"""One message per key, in the right place, saying the latest."""

from __future__ import annotations

from bot.notifications import Owed
from bot.views.message import Message
from tests.bot.notifications.conftest import Office


def card(text: str, key: str = "card/1", *, urgent: bool = False) -> Owed:
    blocks = ({"type": "section", "text": {"type": "plain_text", "text": text}},)
    return Owed(key, "#deployments", Message(text, blocks), urgent=urgent)


def stage(text: str, number: int, *, broadcast: bool = False) -> Owed:
    return Owed(
        f"card/1/stage/{number}",
        "#deployments",
        Message(text),
        thread_of="card/1",
        broadcast=broadcast,
        once=True,
    )


async def test_a_card_is_posted_and_then_kept_up_to_date(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(card("Queued"))
        await office.shows("Queued")
        outbox.owe(card("Running"))
        await office.shows("Running")
        outbox.owe(card("Succeeded"))
        await office.shows("Succeeded")

        (message,) = office.slack.messages("deployments")
        assert message.metadata == {"event_type": "shipmate", "event_payload": {"key": "card/1"}}
        assert outbox.posted("card/1") is not None
        assert outbox.card_link("card/1").endswith(message.ts.replace(".", ""))


async def test_what_changes_faster_than_slack_allows_is_told_once(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(card("Running: 0 of 40"))
        await office.shows("Running: 0 of 40")
        for done in range(1, 41):
            outbox.owe(card(f"Running: {done} of 40"))
        await office.shows("Running: 40 of 40")
        assert len(office.slack.calls_of("chat.update")) == 1


async def test_the_same_card_again_says_nothing_to_slack(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(card("Running"))
        assert await outbox.flush(60)
        calls = len(office.slack.calls)
        outbox.owe(card("Running"))
        assert await outbox.flush(60)
        assert len(office.slack.calls) == calls


async def test_a_post_is_delivered_once_whatever_is_owed_under_its_key_later(
    office: Office,
) -> None:
    async with office.outbox() as outbox:
        for text in ("Freeze until Monday.", "Freeze until Tuesday."):
            outbox.owe(Owed("freeze/1", "#deployments", Message(text), once=True))
        await office.shows("Freeze until Monday.")
        outbox.owe(Owed("freeze/1", "#deployments", Message("Something else."), once=True))
        assert await outbox.flush(60)
    assert office.texts() == ["Freeze until Monday."]


async def test_stages_wait_for_their_card_and_keep_their_order(office: Office) -> None:
    async with office.outbox() as outbox:
        for number in range(5):
            outbox.owe(stage(f"Wave {number}", number))
        outbox.owe(stage("It failed.", 5, broadcast=True))
        outbox.owe(card("Failed"))
        await office.shows("Failed", "It failed.")
        (shown, _) = office.slack.messages("deployments")
        assert [reply.text for reply in office.slack.thread(shown.ts)] == [
            *(f"Wave {number}" for number in range(5)),
            "It failed.",
        ]


async def test_a_restart_goes_on_with_the_same_card_and_thread(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(card("Running"))
        outbox.owe(stage("Wave 1", 1))
        assert await outbox.flush(60)
        link = outbox.card_link("card/1")

    async with office.outbox() as outbox:
        assert outbox.card_link("card/1") == link
        outbox.owe(stage("Wave 1", 1))
        outbox.owe(stage("Wave 2", 2))
        outbox.owe(card("Succeeded"))
        assert await outbox.flush(60)
    assert office.texts() == ["Succeeded"]
    (shown,) = office.slack.messages("deployments")
    assert [reply.text for reply in office.slack.thread(shown.ts)] == ["Wave 1", "Wave 2"]


async def test_what_was_owed_and_not_delivered_is_delivered_by_the_next_life(
    office: Office,
) -> None:
    async with office.outbox(running=False) as outbox:
        outbox.owe(card("Queued"))
        outbox.owe(stage("Wave 1", 1))

    async with office.outbox():
        await office.shows("Queued")
        (shown,) = office.slack.messages("deployments")
        await office.slack.until(lambda: office.slack.thread(shown.ts))


async def test_what_is_owed_before_the_past_is_known_does_not_forget_the_past(
    office: Office,
) -> None:
    async with office.outbox() as outbox:
        outbox.owe(card("Running"))
        assert await outbox.flush(60)

    async with office.outbox(running=False) as outbox:
        early = type(outbox)(
            outbox._deliveries._store, outbox._sender._slack, office.clock, office.failed.append
        )
        early.owe(card("Succeeded"))
        assert await early.flush(60)
    assert office.texts() == ["Succeeded"]


async def test_a_deleted_card_is_posted_again_once(office: Office) -> None:
    async with office.outbox() as outbox:
        outbox.owe(card("Queued"))
        await office.shows("Queued")
        for text, left in (("Running", ["Running"]), ("Succeeded", [])):
            (shown,) = office.slack.messages("deployments")
            office.slack.workspace.messages.delete(shown)
            outbox.owe(card(text))
            assert await outbox.flush(60)
            assert office.texts() == left
        outbox.owe(stage("The end", 9))
        assert await outbox.flush(60)
    assert office.texts() == ["The end"]
    assert not office.failed


async def test_flush_says_whether_everything_could_be_delivered(office: Office) -> None:
    async with office.outbox(running=False) as outbox:
        for number in range(5):
            outbox.owe(card("Running", f"card/{number}"))
        assert not await outbox.flush(2)
        assert await outbox.flush(60)
        assert len(office.texts()) == 5
        assert not await outbox.tick()
