"""Messages behave as Slack's: who may post where, what an update keeps, what history shows."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Channel, SandboxSlack

KEY = {"event_type": "shipmate", "event_payload": {"key": "card:1"}}


@pytest.fixture(autouse=True)
def unhurried(slack: SandboxSlack) -> None:
    slack.api.rates.enforced = False


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as refusal:
        await call
    return str(refusal.value.response["error"])


async def test_a_post_by_name_answers_with_the_channels_id(web_api: AsyncWebClient) -> None:
    posted = await web_api.chat_postMessage(channel="#deployments", text="Queued staging.")
    assert posted["channel"] == "C0DEPLOY"
    assert posted["message"]["bot_id"] == "B0SHIPMATE"


async def test_a_bot_posts_only_where_it_is_a_member(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    slack.add_channel(Channel("C0SECRET", "secret", is_private=True))
    slack.add_channel(Channel("C0OLD", "old", members=frozenset({"U0SHIPMATE"}), is_archived=True))
    post = web_api.chat_postMessage
    assert await refused(post(channel="C0GENERAL", text="Hi.")) == "not_in_channel"
    assert await refused(post(channel="C0SECRET", text="Hi.")) == "channel_not_found"
    assert await refused(post(channel="#nowhere", text="Hi.")) == "channel_not_found"
    assert await refused(post(channel="C0OLD", text="Hi.")) == "is_archived"
    slack.invite_bot("#general")
    await post(channel="C0GENERAL", text="Hi.")


async def test_a_member_is_a_direct_message(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    posted = await web_api.chat_postMessage(channel="U0DANA", text="Only for you.")
    opened = await web_api.conversations_open(users="U0DANA")
    assert posted["channel"] == opened["channel"]["id"]
    assert slack.channels[posted["channel"]].is_im


async def test_nothing_said_is_no_message(web_api: AsyncWebClient) -> None:
    call = web_api.api_call("chat.postMessage", json={"channel": "C0DEPLOY", "text": ""})
    assert await refused(call) == "no_text"


async def test_long_text_is_cut_when_posted_and_refused_when_updated(
    web_api: AsyncWebClient,
) -> None:
    posted = await web_api.chat_postMessage(channel="C0DEPLOY", text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    update = web_api.chat_update(channel="C0DEPLOY", ts=posted["ts"], text="x" * 4_001)
    assert await refused(update) == "msg_too_long"


async def test_blocks_with_more_text_than_slack_takes(web_api: AsyncWebClient) -> None:
    paragraph = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    call = web_api.chat_postMessage(channel="C0DEPLOY", text="Long.", blocks=[paragraph] * 5)
    assert await refused(call) == "msg_blocks_too_long"


async def test_an_update_keeps_the_metadata_it_does_not_mention(web_api: AsyncWebClient) -> None:
    posted = await web_api.chat_postMessage(channel="C0DEPLOY", text="Queued.", metadata=KEY)
    at = {"channel": "C0DEPLOY", "ts": posted["ts"]}
    await web_api.chat_update(**at, text="Running.")
    history = await web_api.conversations_history(channel="C0DEPLOY", include_all_metadata=True)
    assert history["messages"][0]["metadata"] == KEY
    assert history["messages"][0]["edited"]["user"] == "U0SHIPMATE"
    await web_api.api_call("chat.update", json={**at, "text": "Done.", "metadata": {}})
    history = await web_api.conversations_history(channel="C0DEPLOY", include_all_metadata=True)
    assert "metadata" not in history["messages"][0]


async def test_history_shows_metadata_only_when_asked(web_api: AsyncWebClient) -> None:
    await web_api.chat_postMessage(channel="C0DEPLOY", text="Queued.", metadata=KEY)
    history = await web_api.conversations_history(channel="C0DEPLOY")
    assert "metadata" not in history["messages"][0]


async def test_only_its_own_standing_messages_can_be_changed(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    theirs = await slack.say("U0DANA", "#deployments", "I wrote this.")
    hidden = await web_api.chat_postEphemeral(channel="C0DEPLOY", user="U0DANA", text="Psst.")
    update, delete = web_api.chat_update, web_api.chat_delete
    at: dict[str, Any] = {"channel": "C0DEPLOY", "ts": theirs.ts}
    assert await refused(update(**at, text="No.")) == "cant_update_message"
    assert await refused(delete(**at)) == "cant_delete_message"
    at = {"channel": "C0DEPLOY", "ts": hidden["message_ts"]}
    assert await refused(update(**at, text="No.")) == "message_not_found"
    at = {"channel": "C0DEPLOY", "ts": "1.000001"}
    assert await refused(update(**at, text="No.")) == "message_not_found"


async def test_an_update_needs_the_id_of_the_channel(web_api: AsyncWebClient) -> None:
    posted = await web_api.chat_postMessage(channel="#deployments", text="Queued.")
    update = web_api.chat_update(channel="#deployments", ts=posted["ts"], text="Running.")
    assert await refused(update) == "channel_not_found"


async def test_an_ephemeral_message_is_seen_by_one_member(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    await web_api.chat_postEphemeral(channel="C0DEPLOY", user="U0DANA", text="Psst.")
    assert [one.text for one in slack.ephemerals("U0DANA")] == ["Psst."]
    assert slack.ephemerals("U0AMIR") == ()
    assert slack.messages("#deployments") == ()
    call = web_api.chat_postEphemeral(channel="C0DEPLOY", user="U0ALIEN", text="Psst.")
    assert await refused(call) == "user_not_in_channel"


async def test_replies_live_in_the_thread_and_broadcasts_in_both(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    post = web_api.chat_postMessage
    card = await post(channel="C0DEPLOY", text="Running.")
    await post(channel="C0DEPLOY", text="Synced.", thread_ts=card["ts"], metadata=KEY)
    at = {"thread_ts": card["ts"], "reply_broadcast": True}
    loud = await post(channel="C0DEPLOY", text="Failed.", **at)
    assert [one.text for one in slack.thread(card["ts"])] == ["Synced.", "Failed."]
    assert [one.text for one in slack.messages("#deployments")] == ["Running.", "Failed."]
    thread = await web_api.conversations_replies(
        channel="C0DEPLOY", ts=card["ts"], include_all_metadata=True
    )
    parent, first, second = thread["messages"]
    assert parent["reply_count"] == 2
    assert parent["latest_reply"] == loud["ts"]
    assert first["metadata"] == KEY
    assert second["subtype"] == "thread_broadcast"
    into_a_reply = post(channel="C0DEPLOY", text="Hm.", thread_ts=first["ts"])
    assert await refused(into_a_reply) == "cannot_reply_to_message"


async def test_history_is_newest_first_and_between_two_moments(web_api: AsyncWebClient) -> None:
    first, second, third = [
        (await web_api.chat_postMessage(channel="C0DEPLOY", text=text))["ts"]
        for text in ("One.", "Two.", "Three.")
    ]
    between = await web_api.conversations_history(channel="C0DEPLOY", oldest=first, latest=third)
    assert [one["ts"] for one in between["messages"]] == [second]
    since = await web_api.conversations_history(channel="C0DEPLOY", oldest=second, inclusive=True)
    assert [one["ts"] for one in since["messages"]] == [third, second]
    assert await refused(web_api.conversations_history(channel="C0GENERAL")) == "not_in_channel"


async def test_a_deleted_card_leaves_a_tombstone_only_over_a_thread(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    post = web_api.chat_postMessage
    lone, card = [(await post(channel="C0DEPLOY", text=text))["ts"] for text in ("A.", "B.")]
    await post(channel="C0DEPLOY", text="A stage.", thread_ts=card)
    for ts in (lone, card):
        message = slack.message("#deployments", ts)
        assert message is not None
        slack.delete(message)
    history = await web_api.conversations_history(channel="C0DEPLOY")
    assert [one["subtype"] for one in history["messages"]] == ["tombstone"]
    for ts in (lone, card):
        update = web_api.chat_update(channel="C0DEPLOY", ts=ts, text="Back.")
        assert await refused(update) == "message_not_found"
    reply = post(channel="C0DEPLOY", text="A stage.", thread_ts=lone)
    assert await refused(reply) == "thread_not_found"


async def test_links_and_reactions(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    posted = await web_api.chat_postMessage(channel="C0DEPLOY", text="Queued.")
    ts = posted["ts"]
    link = await web_api.chat_getPermalink(channel="C0DEPLOY", message_ts=ts)
    digits = ts.replace(".", "")
    assert link["permalink"] == f"https://link.slack.com/archives/C0DEPLOY/p{digits}"
    await web_api.reactions_add(channel="C0DEPLOY", timestamp=ts, name="eyes")
    again = web_api.reactions_add(channel="C0DEPLOY", timestamp=ts, name="eyes")
    assert await refused(again) == "already_reacted"
    assert slack.messages("#deployments")[0].reactions == (("eyes", "U0SHIPMATE"),)


async def test_a_message_remembers_how_it_read_before(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    ts = (await web_api.chat_postMessage(channel="C0DEPLOY", text="Queued."))["ts"]
    await web_api.chat_update(channel="C0DEPLOY", ts=ts, text="Running.")
    assert [one.text for one in slack.revisions("#deployments", ts)] == ["Queued.", "Running."]
