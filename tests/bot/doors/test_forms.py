"""Forms: opened at once, submitted into the same path, wrong fields marked all together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.doors.forms import Origin, errors, values
from bot.doors.payloads import State
from bot.doors.payloads import View as SentView
from bot.errors import SeveralMistakes, UsageError, UserError
from bot.sandbox.slack import View
from bot.views.message import Message
from tests.bot.doors.kit import Doors

DANA, OTTO = "U0DANA", "U0OTTO"


async def opened(doors: Doors, user: str = DANA) -> View:
    """The form that `/deploy` alone opens."""
    answer = await doors.slack.command(user, "#deployments", "/deploy")
    assert (answer.status, answer.body) == (200, "")
    view = await doors.slack.until(lambda: doors.slack.view(user))
    assert view is not None
    return view


async def test_a_command_without_words_opens_its_form_and_remembers_where(doors: Doors) -> None:
    view = await opened(doors)
    assert view.content["callback_id"] == "form:deploy"
    assert json.loads(view.content["private_metadata"])["channel"] == "C0DEPLOY"


async def test_a_submitted_form_is_the_typed_command(doors: Doors) -> None:
    view = await opened(doors)
    answer = await doors.slack.submit(DANA, view, {"environment": "stg", "tag": "sha-abc1234"})
    assert answer.body == ""
    assert doors.world.ran[-1] == "deploy staging sha-abc1234"
    seen = await doors.slack.until(lambda: doors.slack.ephemerals(DANA))
    assert (seen[0].text, seen[0].channel) == ("Queued: sha-abc1234 to staging.", "C0DEPLOY")
    assert doors.slack.view(DANA) is None


async def test_every_mistake_is_shown_at_its_field_at_once(doors: Doors) -> None:
    view = await opened(doors)
    filled = {"environment": "staging", "tag": "v1.0.0", "reason": "no"}
    answer = await doors.slack.submit(DANA, view, filled)
    assert set(answer.errors) == {"tag", "reason"}
    assert "“v1.0.0” is not a tag for staging" in answer.errors["tag"]
    assert doors.slack.view(DANA) is not None


async def test_an_unknown_name_is_shown_at_its_field_with_the_nearest(doors: Doors) -> None:
    view = await opened(doors)
    answer = await doors.slack.submit(DANA, view, {"environment": "stagign"})
    assert answer.errors == {
        "environment": "There is no environment “stagign”. Did you mean staging?"
    }


async def test_a_missing_permission_keeps_the_form_open_and_says_why(doors: Doors) -> None:
    view = await opened(doors, OTTO)
    answer = await doors.slack.submit(OTTO, view, {"environment": "staging"})
    assert "It is held by @developers." in answer.errors["environment"]


async def test_a_guest_gets_no_form(doors: Doors) -> None:
    await doors.slack.command("U0GUEST", "#deployments", "/deploy")
    seen = await doors.slack.until(lambda: doors.slack.ephemerals("U0GUEST"))
    assert seen[0].text == "Guests may not use shipmate."
    assert doors.slack.view("U0GUEST") is None


async def test_a_form_that_slack_does_not_open_is_said(doors: Doors) -> None:
    doors.slack.fail("views.open", "internal_error")
    await doors.slack.command(DANA, "#deployments", "/deploy")
    seen = await doors.slack.until(lambda: doors.slack.ephemerals(DANA))
    assert seen[0].text.startswith("Slack: views.open failed")


async def test_a_closed_form_is_nothing_to_do(doors: Doors) -> None:
    view = await opened(doors)
    await doors.slack.close(DANA, view)
    assert doors.world.ran == [f"form for {DANA}"]


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "plain_text_input", "value": "x"}, "x"),
        ({"type": "static_select", "selected_option": {"value": "dev"}}, "dev"),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, ["a", "b"]),
        ({"type": "checkboxes", "selected_options": []}, []),
        ({"type": "users_select", "selected_user": "U1"}, "U1"),
        ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, ["U1", "U2"]),
        ({"type": "number_input", "value": "3"}, "3"),
    ],
)
def test_every_kind_of_field_has_a_value(element: dict[str, Any], value: object) -> None:
    assert values(State(values={"block": {"field": element}})) == {"field": value}


@pytest.mark.parametrize("metadata", ["", "{", "[]", "3", '{"channel": null}', "[" * 100_000])
def test_metadata_of_another_kind_names_no_channel(metadata: str) -> None:
    assert Origin.read(metadata).channel in ("", "None")


def test_a_mistake_without_a_field_is_shown_at_the_first() -> None:
    view = SentView(
        blocks=[{"type": "input", "block_id": "one"}, {"type": "input", "block_id": "two"}]
    )
    both: list[UserError] = [UsageError("First."), UsageError("Second.", field="elsewhere")]
    found = errors(SeveralMistakes(both), Message(""), view)
    assert found == {"one": "First. Second."}
    assert errors(KeyError("x"), Message("Something &amp; more."), view) == {
        "one": "Something & more."
    }
    assert errors(KeyError("x"), Message("No fields."), SentView()) == {}
