"""The Slack client, against the sandbox's Slack."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.slack import Channel
from bot.sandbox.slack.model import User
from bot.views.message import Message
from integrations.errors import BadAnswer, Forbidden, RateLimited, Unauthorized
from integrations.slack import Posted, Slack, SlackRefused
from tests.integrations.slack_kit import MODAL, SECTION, World, beside


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with beside() as world:
        yield world


async def test_it_knows_itself(world: World) -> None:
    identity = await world.slack.auth_test()
    assert (identity.team_id, identity.bot_user_id, identity.bot_id, identity.app_id) == (
        "T0LINK",
        "U0SHIPMATE",
        "B0SHIPMATE",
        "A0SHIPMATE",
    )


async def test_where_slack_does_not_tell_the_app_it_stays_unknown(world: World) -> None:
    world.sandbox.fail("bots.info", "missing_scope")
    assert (await world.slack.auth_test()).app_id == ""


async def test_somebody_is_found_among_thousands_and_beside_who_has_left(world: World) -> None:
    for number in range(4500):
        world.sandbox.add_user(User(f"U1{number}", f"worker-{number}", "", "T0LINK"))
    world.sandbox.add_user(User("U2OLD", "zoe", "Zoe", "T0LINK", deleted=True))
    assert [each.id for each in await world.slack.users_called("Zoe")] == ["U2OLD"]
    world.sandbox.add_user(User("U2NEW", "zoe2", "Zoe", "T0LINK"))
    assert [each.id for each in await world.slack.users_called("Zoe")] == ["U2NEW"]


async def test_a_wrong_token_is_unauthorized_and_stays_unsaid(world: World) -> None:
    url = f"{world.sandbox.base_url}/api"
    async with Slack("xoxb-secret", world.clock, api_url=url) as stranger:
        with pytest.raises(Unauthorized) as refused:
            await stranger.auth_test()
    assert "invalid_auth" in str(refused.value)
    assert "secret" not in str(refused.value)


async def test_a_missing_scope_is_named(world: World) -> None:
    installed = world.sandbox.workspace.installation
    world.sandbox.workspace.installation = replace(installed, scopes=frozenset({"chat:write"}))
    with pytest.raises(Forbidden, match="users:read"):
        await world.slack.user("U0DANA")


async def test_posting_and_updating(world: World) -> None:
    card = await world.slack.post("#deployments", Message("Running", (SECTION,)), key="card/1")
    stage = await world.slack.post(
        "C0DEPLOY", Message("Wave 1"), key="stage/1", thread_ts=card.ts, broadcast=True
    )
    await world.slack.update(card.channel_id, card.ts, Message("Succeeded"), key="card/1")

    shown = world.sandbox.message("deployments", card.ts)
    assert shown is not None
    assert (shown.text, shown.blocks) == ("Succeeded", ())
    assert shown.metadata == {"event_type": "shipmate", "event_payload": {"key": "card/1"}}
    (reply,) = world.sandbox.thread(card.ts)
    assert (reply.ts, reply.broadcast) == (stage.ts, True)
    link = await world.slack.permalink(card.channel_id, card.ts)
    assert link.endswith(f"/archives/C0DEPLOY/p{card.ts.replace('.', '')}")


async def test_a_refusal_carries_slacks_code(world: World) -> None:
    with pytest.raises(SlackRefused) as refused:
        await world.slack.post("#general", Message("Running"), key="card/1")
    assert (refused.value.code, refused.value.changed) == ("not_in_channel", "no")


async def test_a_rate_limit_says_when_to_come_back(world: World) -> None:
    world.sandbox.rate_limit("chat.postMessage", 1, retry_after=7)
    with pytest.raises(RateLimited) as limited:
        await world.slack.post("#deployments", Message("Running"), key="card/1")
    assert limited.value.retry_after == 7
    assert len(world.sandbox.calls_of("chat.postMessage")) == 1


async def test_a_question_that_fails_has_changed_nothing(world: World) -> None:
    world.sandbox.fail("users.info", 500)
    with pytest.raises(BadAnswer) as failed:
        await world.slack.user("U0DANA")
    assert failed.value.changed == "no"

    world.sandbox.fail("chat.postMessage", 500)
    with pytest.raises(BadAnswer) as failed:
        await world.slack.post("#deployments", Message("Running"), key="card/1")
    assert failed.value.changed == "unknown"


async def test_a_message_is_found_by_its_key(world: World) -> None:
    await world.slack.auth_test()
    world.sandbox.api.rates.enforced = False
    card = await world.slack.post("#deployments", Message("Running"), key="card/1")
    stage = await world.slack.post(
        card.channel_id, Message("Wave 1"), key="stage/1", thread_ts=card.ts
    )
    for number in range(250):
        await world.slack.post("#deployments", Message("Noise"), key=f"noise/{number}")

    assert await world.slack.find_by_key("#deployments", "card/1") == card
    assert await world.slack.find_by_key(card.channel_id, "stage/1", card.ts) == stage
    assert await world.slack.find_by_key(card.channel_id, "stage/1") is None
    later = world.clock.now() + timedelta(minutes=1)
    assert await world.slack.find_by_key("#deployments", "card/1", since=later) is None


async def test_our_own_keys_are_listed_by_how_they_begin(world: World) -> None:
    began = world.clock.now() - timedelta(minutes=1)
    for key in ("digest/1 a", "card/1", "digest/2 b"):
        await world.slack.post("#deployments", Message("Running"), key=key)
    assert await world.slack.keys("#deployments", "digest/", since=began) == [
        "digest/2 b",
        "digest/1 a",
    ]
    later = world.clock.now() + timedelta(minutes=1)
    assert await world.slack.keys("#deployments", "digest/", since=later) == []


async def test_a_key_that_somebody_else_copied_is_not_ours(world: World) -> None:
    await world.slack.auth_test()
    ours = await world.slack.post("#deployments", Message("Running"), key="card/1")
    shown = world.sandbox.message("deployments", ours.ts)
    assert shown is not None
    world.sandbox.workspace.messages.change(replace(shown, bot_id="B0OTHER"))
    assert await world.slack.find_by_key("#deployments", "card/1") is None
    began = world.clock.now() - timedelta(minutes=1)
    assert await world.slack.keys("#deployments", "card/", since=began) == []


async def test_channels_are_listed_once_and_looked_for_again_after_a_minute(world: World) -> None:
    assert await world.slack.channel_id("#deployments") == "C0DEPLOY"
    assert await world.slack.channel_id("C0ANY") == "C0ANY"
    for _ in range(3):
        with pytest.raises(SlackRefused, match="no channel #new"):
            await world.slack.channel_id("#new")
    assert len(world.sandbox.calls_of("conversations.list")) == 1

    world.sandbox.channels["C0NEW"] = Channel("C0NEW", "new")
    await world.clock.sleep(61)
    assert await world.slack.channel_id("#new") == "C0NEW"


async def test_a_channel_that_was_made_anew_is_found_under_its_old_name(world: World) -> None:
    await world.slack.channel_id("#deployments")
    old = world.sandbox.channels.pop("C0DEPLOY")
    world.sandbox.channels["C0NEW"] = replace(old, id="C0NEW")
    await world.clock.sleep(61)

    with pytest.raises(SlackRefused, match="channel_not_found"):
        await world.slack.post("#deployments", Message("Running"), key="card/1")
    posted = await world.slack.post("#deployments", Message("Running"), key="card/1")
    assert posted.channel_id == "C0NEW"


async def test_people_and_groups(world: World) -> None:
    dana, guest, gone, alien, bot = [
        await world.slack.user(user)
        for user in ("U0DANA", "U0GUEST", "U0GONE", "U0ALIEN", "U0SHIPMATE")
    ]
    assert (dana.team_id, dana.is_guest, dana.is_bot, dana.deleted) == ("T0LINK", *[False] * 3)
    assert (guest.is_guest, gone.deleted, alien.team_id) == (True, True, "T0OTHER")
    assert bot.is_bot
    with pytest.raises(SlackRefused, match="user_not_found"):
        await world.slack.user("U0NOBODY")

    assert ("S0APP", "approvers") in await world.slack.usergroups()
    assert await world.slack.usergroup_members("S0APP") == {"U0AMIR", "U0VERA"}
    approvers = ("S0APP", "approvers", frozenset({"U0AMIR", "U0VERA"}))
    assert approvers in await world.slack.usergroup_rolls()
    assert (await world.slack.conversation("C0SHARED")).is_ext_shared
    assert not (await world.slack.conversation("C0DEPLOY")).is_ext_shared


async def test_everything_that_is_sent_is_in_slacks_reference(
    world: World, contracts: Path
) -> None:
    card = await world.slack.post("#deployments", Message("Running", (SECTION,)), key="card/1")
    at = Posted(card.channel_id, card.ts)
    await world.slack.post("C0DEPLOY", Message("1"), key="s", thread_ts=at.ts, broadcast=True)
    await world.slack.update(at.channel_id, at.ts, Message("Succeeded"), key="card/1")
    await world.slack.find_by_key("C0DEPLOY", "x", since=world.clock.now())
    await world.slack.find_by_key("C0DEPLOY", "x", at.ts, since=world.clock.now())
    await world.slack.permalink(at.channel_id, at.ts)
    await world.slack.auth_test()
    await world.slack.user("U0DANA")
    await world.slack.usergroups()
    await world.slack.usergroup_members("S0APP")
    await world.slack.conversation("C0DEPLOY")
    await world.slack.ephemeral("C0DEPLOY", "U0DANA", Message("Hello."))
    trigger = world.sandbox.workspace.triggers.issue("U0DANA")
    await world.slack.update_modal(await world.slack.open_modal(trigger, MODAL), MODAL)

    for call in world.sandbox.calls:
        reference = json.loads(
            (contracts / "slack" / "web-api-ref" / f"{call.method}.json").read_text()
        )
        assert call.error == "", (call.method, call.answer)
        assert set(call.args) <= set(reference["args"]["properties"]), call.method
        assert set(reference["args"]["required"]) - {"token"} <= set(call.args), call.method
