"""Modals open on fresh triggers, stack three deep, and answer their submission."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SandboxSlack


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(*, title: str = "Deploy", **more: Any) -> dict[str, Any]:
    tag = {
        "type": "input",
        "block_id": "tag",
        "label": plain("Tag"),
        "element": {"type": "plain_text_input", "action_id": "tag", "max_length": 20},
    }
    where = {
        "type": "input",
        "block_id": "where",
        "optional": True,
        "label": plain("Environment"),
        "element": {
            "type": "static_select",
            "action_id": "environment",
            "options": [
                {"text": plain("Staging"), "value": "staging"},
                {"text": plain("Production"), "value": "production"},
            ],
        },
    }
    view = {"type": "modal", "title": plain(title), "submit": plain("Deploy")}
    return view | {"callback_id": "form:deploy", "blocks": [tag, where]} | more


HOME = {"type": "home", "blocks": [{"type": "divider"}]}


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as refusal:
        await call
    return str(refusal.value.response["error"])


async def trigger(slack: SandboxSlack, bot: Any) -> str:
    await slack.command("U0DANA", "#deployments", "/deploy")
    return str(bot.form["trigger_id"])


async def opened(slack: SandboxSlack, bot: Any, web_api: AsyncWebClient, **more: Any) -> Any:
    await web_api.views_open(trigger_id=await trigger(slack, bot), view=modal(**more))
    return slack.view("U0DANA")


async def test_a_trigger_opens_one_modal_and_no_second(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    trigger_id = await trigger(slack, bot)
    answer = await web_api.views_open(trigger_id=trigger_id, view=modal())
    view = slack.view("U0DANA")
    assert view is not None
    assert view.id == answer["view"]["id"]
    again = web_api.views_open(trigger_id=trigger_id, view=modal())
    assert await refused(again) == "exchanged_trigger_id"


async def test_a_trigger_is_good_for_three_seconds(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient, clock: Any
) -> None:
    trigger_id = await trigger(slack, bot)
    clock.advance(3)
    late = web_api.views_open(trigger_id=trigger_id, view=modal())
    assert await refused(late) == "expired_trigger_id"
    made_up = web_api.views_open(trigger_id="1.2.three", view=modal())
    assert await refused(made_up) == "invalid_trigger_id"


async def test_what_is_filled_in_reaches_the_bot(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = await opened(slack, bot, web_api, private_metadata="C0DEPLOY")
    await slack.submit("U0DANA", view, {"tag": "sha-abc1234", "environment": "staging"})
    sent = bot.payload
    assert sent["type"] == "view_submission"
    assert sent["view"]["private_metadata"] == "C0DEPLOY"
    values = sent["view"]["state"]["values"]
    assert values["tag"]["tag"] == {"type": "plain_text_input", "value": "sha-abc1234"}
    assert values["where"]["environment"]["selected_option"]["value"] == "staging"
    assert slack.view("U0DANA") is None


async def test_slack_itself_asks_for_what_is_missing(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = await opened(slack, bot, web_api)
    before = len(bot.bodies)
    answer = await slack.submit("U0DANA", view, {})
    assert answer.errors == {"tag": "Please complete this required field."}
    answer = await slack.submit("U0DANA", view, {"tag": "x" * 21})
    assert answer.errors == {"tag": "Please enter at most 20 characters."}
    assert len(bot.bodies) == before
    assert slack.view("U0DANA") is not None


async def test_errors_keep_the_form_open(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = await opened(slack, bot, web_api)
    bot.answer = {"response_action": "errors", "errors": {"tag": "No such tag."}}
    answer = await slack.submit("U0DANA", view, {"tag": "nope"})
    assert answer.errors == {"tag": "No such tag."}
    assert slack.view("U0DANA") is not None
    bot.answer = {"response_action": "errors", "errors": {"gat": "No such block."}}
    assert not (await slack.submit("U0DANA", view, {"tag": "nope"})).ok


async def test_a_submission_can_be_answered_with_another_view(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = await opened(slack, bot, web_api)
    bot.answer = {"response_action": "update", "view": modal(title="Really?")}
    await slack.submit("U0DANA", view, {"tag": "a"})
    after = slack.view("U0DANA")
    assert after is not None
    assert after.id == view.id
    assert after.content["title"]["text"] == "Really?"
    bot.answer = {"response_action": "clear"}
    await slack.submit("U0DANA", after, {"tag": "a"})
    assert slack.view("U0DANA") is None


async def test_views_stack_three_deep(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = await opened(slack, bot, web_api)
    bot.answer = {"response_action": "push", "view": modal(title="Two")}
    await slack.submit("U0DANA", view, {"tag": "a"})
    bot.answer = ""
    third = await web_api.views_push(trigger_id=await trigger(slack, bot), view=modal(title="3"))
    assert third["view"]["root_view_id"] == view.id
    fourth = web_api.views_push(trigger_id=await trigger(slack, bot), view=modal())
    assert await refused(fourth) == "push_limit_reached"
    top = slack.view("U0DANA")
    assert top is not None
    await slack.close("U0DANA", top)
    below = slack.view("U0DANA")
    assert below is not None
    assert below.content["title"]["text"] == "Two"


async def test_an_update_with_an_old_hash_is_refused(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = await opened(slack, bot, web_api)
    answer = await web_api.views_update(view_id=view.id, hash=view.hash, view=modal(title="New"))
    assert answer["view"]["hash"] != view.hash
    old = web_api.views_update(view_id=view.id, hash=view.hash, view=modal())
    assert await refused(old) == "hash_conflict"
    gone = web_api.views_update(view_id="V0NONE", view=modal())
    assert await refused(gone) == "not_found"


async def test_closing_is_told_where_it_was_asked_for(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = await opened(slack, bot, web_api)
    assert await slack.close("U0DANA", view) is None
    view = await opened(slack, bot, web_api, notify_on_close=True)
    await slack.close("U0DANA", view)
    assert bot.payload["type"] == "view_closed"
    assert bot.payload["view"]["id"] == view.id


async def test_a_bad_view_is_refused_with_its_faults(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    view = modal(title="A title that is too long by far")
    with pytest.raises(SlackApiError) as refusal:
        await web_api.views_open(trigger_id=await trigger(slack, bot), view=view)
    assert refusal.value.response["error"] == "invalid_arguments"
    assert refusal.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]


async def test_the_home_tab_is_each_persons_own(
    slack: SandboxSlack, bot: Any, web_api: AsyncWebClient
) -> None:
    await slack.open_home("U0DANA")
    assert bot.event["event"]["type"] == "app_home_opened"
    assert "view" not in bot.event["event"]
    await web_api.views_publish(user_id="U0DANA", view=HOME)
    assert slack.home("U0DANA") is not None
    assert slack.home("U0AMIR") is None
    await slack.open_home("U0DANA")
    assert bot.event["event"]["view"]["type"] == "home"
    as_modal = web_api.views_publish(user_id="U0DANA", view=modal())
    assert await refused(as_modal) == "invalid_arguments"
