"""What people do in Slack, and what they see of it."""

from __future__ import annotations

import pytest

from bot.doors.payloads import Click, read
from bot.doors.slack import SlackDoor
from integrations.groups import TaskGroup
from tests.bot.doors.kit import Doors

DANA, AMIR, OLU, OTTO = "U0DANA", "U0AMIR", "U0OLU", "U0OTTO"


async def test_a_quick_command_is_answered_in_the_ack_and_seen_by_one_person(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert answer.text == "Queued: sha-abc1234 to staging."
    assert answer.json["response_type"] == "ephemeral"
    assert doors.slack.messages("#deployments") == ()
    assert doors.world.ran == ["deploy staging sha-abc1234"]


async def test_the_same_command_goes_by_the_bots_own_name(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#deployments", "/shipmate deploy stg sha-abc1234")
    assert answer.text == "Queued: sha-abc1234 to staging."


async def test_the_deliverys_trigger_is_the_requests_key(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert doors.world.keys == [answer.sent.payload["trigger_id"]]
    stored = await doors.store.read(f"deployment/{doors.world.keys[0]}")
    assert [event.data for event in stored] == [{"words": ["staging", "sha-abc1234"]}]


async def test_typed_angle_brackets_and_ampersands_arrive_as_typed(doors: Doors) -> None:
    await doors.slack.command(DANA, "#deployments", '/shipmate cancel "a <b> & c &amp; d"')
    assert doors.world.ran == ['cancel "a <b> & c &amp; d"']


async def test_a_slow_command_acks_at_once_and_answers_later(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#general", "/shipmate app get user-svc")
    assert (answer.status, answer.body) == (200, "")
    assert doors.slack.ephemerals(DANA) == ()
    doors.world.go_on.set()
    seen = await doors.slack.until(lambda: doors.slack.ephemerals(DANA))
    assert seen[0].text == "user-svc is Healthy."


async def test_a_slow_commands_mistakes_are_answered_in_the_ack(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#general", "/shipmate app get x --bogus")
    assert "There is no option" in answer.text


async def test_a_quick_command_that_is_not_quick_after_all_answers_later(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#general", "/shipmate app history user-svc")
    assert (answer.status, answer.body) == (200, "")
    doors.world.go_on.set()
    seen = await doors.slack.until(lambda: doors.slack.ephemerals(DANA))
    assert seen[0].text == "user-svc is Healthy."


async def test_a_mistake_is_answered_with_the_usage_and_the_nearest_word(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#deployments", "/deploy stagign")
    assert answer.text == (
        "There is no environment “stagign”. Did you mean `staging`? "
        "Usage: `/deploy &lt;environment&gt; [tag]`"
    )
    assert doors.world.ran == []


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("/shipmate deplyo", "`/deploy`"),
        ("/shipmate app", "`/shipmate app get` or `/shipmate app history`"),
    ],
)
async def test_an_unknown_command_is_answered_with_the_nearest(
    doors: Doors, line: str, near: str
) -> None:
    answer = await doors.slack.command(DANA, "#deployments", line)
    assert f"Did you mean {near}?" in answer.text
    assert "/shipmate help" in answer.text


async def test_help_is_a_word_away(doors: Doors) -> None:
    await doors.slack.command(DANA, "#deployments", "/shipmate")
    await doors.slack.command(DANA, "#deployments", "/deploy --help")
    assert doors.world.ran == ["cancel", "cancel deploy"]


async def test_an_outsider_is_told_what_is_missing_and_who_holds_it(doors: Doors) -> None:
    answer = await doors.slack.command(OTTO, "#deployments", "/deploy staging sha-abc1234")
    assert answer.text == (
        "This needs the permission “deploy” for staging. It is held by @developers."
    )
    assert doors.world.ran == []


@pytest.mark.parametrize(
    ("user", "channel", "why"),
    [
        ("U0GUEST", "#deployments", "Guests may not use shipmate."),
        ("U0GONE", "#deployments", "This account is deactivated."),
        (DANA, "#partner-shared", "This channel is shared with another organisation"),
    ],
)
async def test_guests_leavers_and_shared_channels_are_refused(
    doors: Doors, user: str, channel: str, why: str
) -> None:
    answer = await doors.slack.command(user, channel, "/deploy staging sha-abc1234")
    assert why in answer.text
    assert doors.world.ran == []


async def test_another_workspaces_person_is_turned_away_at_the_edge(doors: Doors) -> None:
    answer = await doors.slack.command("U0ALIEN", "#partner-shared", "/deploy staging")
    assert answer.status == 403
    assert doors.world.ran == []


async def test_a_failure_outside_is_said_plainly(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#deployments", "/shipmate broken argocd")
    assert answer.text == (
        "Argo CD: it did not answer. Nothing was changed. Ask again in a moment."
    )


async def test_a_bug_shows_a_reference_and_logs_the_rest(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await doors.slack.command(DANA, "#deployments", "/shipmate broken")
    assert "ref-1" in answer.text
    assert "a-secret-in-a-message" not in answer.body
    logged = "".join(capsys.readouterr())
    assert "ref-1" in logged
    assert "KeyError" in logged


async def test_an_error_from_within_a_task_group_is_the_persons_own(doors: Doors) -> None:
    answer = await doors.slack.command(DANA, "#deployments", "/shipmate broken group")
    assert answer.text.startswith("Only one of several.")


async def test_a_button_is_a_command_too_and_answers_the_one_who_clicked(doors: Doors) -> None:
    asked = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert asked.message is not None
    await doors.slack.click(DANA, asked.message, "Cancel")
    seen = await doors.slack.until(
        lambda: [m for m in doors.slack.ephemerals(DANA) if "Canc" in m.text]
    )
    assert seen[0].text == "Cancelled d1 for dana."
    assert doors.world.ran[-1] == "cancel d1 now"


async def test_a_link_button_does_nothing(doors: Doors) -> None:
    asked = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert asked.message is not None
    clicked = await doors.slack.click(DANA, asked.message, "Open")
    assert clicked is not None
    assert clicked.status == 200
    assert len(doors.world.ran) == 1


async def test_a_change_of_a_user_group_counts_at_once(doors: Doors) -> None:
    line = "/deploy staging sha-abc1234"
    assert "Queued" in (await doors.slack.command(DANA, "#deployments", line)).text
    await doors.slack.set_members("S0DEV", {AMIR})
    assert len(doors.events) == 1
    assert "permission" in (await doors.slack.command(DANA, "#deployments", line)).text
    assert "Queued" in (await doors.slack.command(AMIR, "#deployments", line)).text


async def test_while_it_stops_it_takes_no_new_work(doors: Doors) -> None:
    asked = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    doors.door.stop()
    answer = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert answer.text.startswith("shipmate is restarting")
    form = await doors.slack.command(DANA, "#deployments", "/deploy")
    assert form.text.startswith("shipmate is restarting")
    assert asked.message is not None
    await doors.slack.click(DANA, asked.message, "Cancel")
    await doors.slack.until(lambda: doors.slack.ephemerals(DANA)[-1].text.startswith("shipmate is"))
    assert len(doors.world.ran) == 1


async def test_a_late_click_is_answered_even_when_all_work_has_ended(doors: Doors) -> None:
    asked = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert asked.message is not None
    click = await doors.slack.click(DANA, asked.message, "Open")
    assert click is not None
    async with TaskGroup() as ended:
        stopped = SlackDoor(doors.dispatch, doors.client, ended, {})
    stopped.stop()
    action = {"action_id": "run:cancel", "value": "d1"}
    payload = read({**click.sent.payload, "actions": [action]})
    assert isinstance(payload, Click)
    assert await stopped.click(payload) is None
    await doors.slack.until(lambda: doors.slack.ephemerals(DANA)[-1].text.startswith("shipmate is"))


async def test_slack_away_means_no(doors: Doors) -> None:
    doors.slack.fail("users.info", "internal_error", times=5)
    answer = await doors.slack.command(DANA, "#deployments", "/deploy staging sha-abc1234")
    assert answer.text.startswith("Slack: users.info failed")
    assert doors.world.ran == []
