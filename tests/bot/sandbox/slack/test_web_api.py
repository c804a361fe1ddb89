"""The Web API takes what Slack takes, and refuses the rest in Slack's words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Channel, SandboxSlack

BEARER = {"Authorization": "Bearer xoxb-sandbox"}


async def refusal(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as refused:
        await call
    answer: dict[str, Any] = refused.value.response.data
    return answer


async def test_the_bot_learns_who_it_is(web_api: AsyncWebClient) -> None:
    identity = await web_api.auth_test()
    assert identity["team_id"] == "T0LINK"
    bot = await web_api.bots_info(bot=identity["bot_id"])
    assert bot["bot"]["app_id"] == "A0SHIPMATE"
    assert bot["bot"]["user_id"] == identity["user_id"]


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({}, "not_authed"),
        ({"Authorization": "Bearer xoxb-other"}, "invalid_auth"),
        ({"Authorization": "Bearer xapp-sandbox"}, "not_allowed_token_type"),
    ],
)
async def test_a_wrong_token_is_refused(
    http: aiohttp.ClientSession, headers: dict[str, str], error: str
) -> None:
    async with http.post("/api/auth.test", headers=headers) as response:
        assert (await response.json())["error"] == error


async def test_a_method_that_slack_does_not_have(web_api: AsyncWebClient) -> None:
    answer = await refusal(web_api.api_call("chat.shout"))
    assert answer["error"] == "unknown_method"
    assert answer["req_method"] == "chat.shout"


async def test_unknown_and_missing_arguments_are_named(web_api: AsyncWebClient) -> None:
    answer = await refusal(web_api.api_call("chat.update", json={"channel": "C0DEPLOY", "tx": 1}))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] unknown argument: tx",
        "[ERROR] missing required field: ts",
    ]


async def test_a_missing_scope_says_what_is_needed(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    slack.manifest = {"oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}}}
    answer = await refusal(web_api.usergroups_list())
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "usergroups:read"
    assert answer["provided"] == "chat:write,commands"


async def test_a_form_carries_blocks_as_json_text(http: aiohttp.ClientSession) -> None:
    blocks = json.dumps([{"type": "divider"}])
    form = {"channel": "C0DEPLOY", "text": "Said in a form.", "blocks": blocks, "mrkdwn": "true"}
    async with http.post("/api/chat.postMessage", data=form, headers=BEARER) as response:
        answer = await response.json()
    assert answer["ok"]
    assert answer["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("name", "error"),
    [("blocks", "invalid_blocks_format"), ("metadata", "invalid_metadata_format")],
)
async def test_json_text_that_is_no_json(
    http: aiohttp.ClientSession, name: str, error: str
) -> None:
    form = {"channel": "C0DEPLOY", "text": "Hello.", name: "{"}
    async with http.post("/api/chat.postMessage", data=form, headers=BEARER) as response:
        assert (await response.json())["error"] == error


async def test_a_json_body_is_ignored_by_a_method_that_takes_none(
    http: aiohttp.ClientSession,
) -> None:
    body = {"user": "U0DANA"}
    async with http.post("/api/users.info", json=body, headers=BEARER) as response:
        assert (await response.json())["error"] == "invalid_arguments"


async def test_lists_come_in_pages(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    slack.add_channel(Channel("C0SECRET", "secret", is_private=True))
    names: list[str] = []
    cursor = ""
    while True:
        types = "public_channel,private_channel"
        page = await web_api.conversations_list(limit=2, cursor=cursor, types=types)
        names += [one["name"] for one in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert names == ["deployments", "production", "oncall", "general", "partner-shared"]
    answer = await refusal(web_api.conversations_list(cursor="made up"))
    assert answer["error"] == "invalid_cursor"


async def test_people_and_groups(web_api: AsyncWebClient) -> None:
    guest = (await web_api.users_info(user="U0GUEST"))["user"]
    assert guest["is_restricted"]
    assert (await web_api.users_info(user="U0GONE"))["user"]["deleted"]
    assert (await web_api.users_info(user="U0ALIEN"))["user"]["team_id"] == "T0OTHER"
    found = await web_api.users_lookupByEmail(email="Amir@link.example")
    assert found["user"]["id"] == "U0AMIR"
    handles = {one["id"]: one["handle"] for one in (await web_api.usergroups_list())["usergroups"]}
    assert handles == {"S0DEV": "developers", "S0APP": "approvers", "S0ONC": "oncall"}
    approvers = await web_api.usergroups_users_list(usergroup="S0APP")
    assert approvers["users"] == ["U0AMIR", "U0VERA"]
    assert (await refusal(web_api.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_joining_makes_the_bot_a_member(web_api: AsyncWebClient) -> None:
    before = await web_api.conversations_info(channel="C0GENERAL")
    assert not before["channel"]["is_member"]
    await web_api.conversations_join(channel="C0GENERAL")
    members = await web_api.conversations_members(channel="C0GENERAL")
    assert "U0SHIPMATE" in members["members"]
    again = await web_api.conversations_join(channel="C0GENERAL")
    assert again["warning"] == "already_in_channel"


async def test_those_who_left_and_groups_that_are_gone(
    slack: SandboxSlack, web_api: AsyncWebClient
) -> None:
    gone = slack.people["U0GONE"]
    slack.add_user(replace(gone, email="gus@link.example"))
    lookup = web_api.users_lookupByEmail(email="gus@link.example")
    assert (await refusal(lookup))["error"] == "users_not_found"
    assert (await refusal(web_api.conversations_open(users="U0GONE")))["error"] == "user_disabled"
    slack.groups["S0ONC"] = replace(slack.groups["S0ONC"], enabled=False)
    members = web_api.usergroups_users_list(usergroup="S0ONC")
    assert (await refusal(members))["error"] == "no_such_subteam"
    shown = [one["id"] for one in (await web_api.usergroups_list())["usergroups"]]
    assert shown == ["S0DEV", "S0APP"]


async def test_a_file_that_was_never_sent_cannot_be_shared(web_api: AsyncWebClient) -> None:
    await web_api.files_getUploadURLExternal(filename="a.csv", length=3)
    call = web_api.files_completeUploadExternal(files=[{"id": "F000001", "title": "a"}])
    assert (await refusal(call))["error"] == "file_not_found"


async def test_every_call_is_remembered(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    await web_api.chat_postMessage(channel="C0DEPLOY", text="One.")
    await refusal(web_api.chat_postMessage(channel="C0NOWHERE", text="Two."))
    calls = slack.calls_of("chat.postMessage")
    assert [one.error for one in calls] == ["", "channel_not_found"]
    assert calls[0].args["text"] == "One."


async def test_a_file_goes_up_in_three_steps(slack: SandboxSlack, web_api: AsyncWebClient) -> None:
    await web_api.files_upload_v2(
        channel="C0DEPLOY", content="a,b\n", filename="report.csv", initial_comment="The report."
    )
    assert slack.messages("#deployments")[-1].text == "The report."
