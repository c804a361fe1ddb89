"""The Slack client, and what is for one person: answers, modals and files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.views.message import Message
from integrations.errors import BadAnswer, Rejected
from integrations.slack import SlackRefused
from tests.integrations.slack_kit import MODAL, SECTION, World, beside


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with beside() as world:
        yield world


async def test_something_for_one_persons_eyes(world: World) -> None:
    await world.slack.ephemeral("#deployments", "U0DANA", Message("Only you see this."))
    (seen,) = world.sandbox.ephemerals("U0DANA")
    assert seen.text == "Only you see this."
    assert world.sandbox.messages("deployments") == ()


async def test_a_modal_opens_once_and_can_be_changed(world: World) -> None:
    trigger = world.sandbox.workspace.triggers.issue("U0DANA")
    view_id = await world.slack.open_modal(trigger, MODAL)
    await world.slack.update_modal(view_id, replace(MODAL, title="Deploying", submit=""))
    view = world.sandbox.view("U0DANA")
    assert view is not None
    assert (view.id, view.content["title"]["text"]) == (view_id, "Deploying")
    with pytest.raises(SlackRefused, match="exchanged"):
        await world.slack.open_modal(trigger, MODAL)


async def test_an_answer_to_a_command_five_times_and_no_more(world: World) -> None:
    urls = world.sandbox.workspace.response_urls
    url = world.sandbox.base_url + urls.issue("C0DEPLOY", "U0DANA")
    for number in range(5):
        await world.slack.respond(url, Message(f"Step {number}", (SECTION,)))
    with pytest.raises(SlackRefused) as refused:
        await world.slack.respond(url, Message("Step 6"))
    assert refused.value.code == "used_url"
    seen = [message.text for message in world.sandbox.ephemerals("U0DANA")]
    assert seen == [f"Step {number}" for number in range(5)]


async def test_an_answer_to_a_click_can_take_the_messages_place(world: World) -> None:
    card = await world.slack.post("#deployments", Message("Approve?", (SECTION,)), key="card/1")
    urls = world.sandbox.workspace.response_urls
    url = world.sandbox.base_url + urls.issue("C0DEPLOY", "U0DANA", card.ts)
    await world.slack.respond(url, Message("Approved."), replace=True)
    (message,) = world.sandbox.messages("deployments")
    assert (message.text, message.blocks) == ("Approved.", ())


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com.evil.example/response/1",
        "https://evil.example/response/1",
        "http://hooks.slack.com/response/1",
        "https://user@evil.example:443/hooks.slack.com",
        "file:///etc/passwd",
        "",
    ],
)
async def test_an_answer_goes_to_slack_alone(world: World, url: str) -> None:
    with pytest.raises(Rejected, match="does not lead to Slack"):
        await world.slack.respond(url, Message("Done."))


async def test_a_file_goes_to_one_person_alone(world: World) -> None:
    await world.slack.send_file("U0OLU", "audit.csv", "a,ü\n", "Two columns.")
    room = world.sandbox.workspace.direct("U0OLU")
    (message,) = world.sandbox.messages(room.id)
    ((key, name, size),) = message.files
    assert (message.text, name, size) == ("Two columns.", "audit.csv", 5)
    assert world.sandbox.workspace.uploads[key][2] == "a,ü\n".encode()
    uploads = [call.method for call in world.sandbox.calls if call.method.startswith("files.")]
    assert uploads == ["files.getUploadURLExternal", "files.completeUploadExternal"]


async def test_whoever_is_not_there_gets_none(world: World) -> None:
    with pytest.raises(SlackRefused) as refused:
        await world.slack.send_file("U0NOBODY", "audit.csv", "a\n", "One column.")
    assert refused.value.code == "channel_not_found"


async def test_bytes_go_to_slack_alone(world: World) -> None:
    world.sandbox.workspace.base_url = "http://files.example.com"
    with pytest.raises(Rejected, match="does not lead to Slack"):
        await world.slack.send_file("U0OLU", "audit.csv", "a\n", "One column.")


async def test_an_upload_that_slack_does_not_take_is_not_shared(world: World) -> None:
    base = world.sandbox.base_url
    world.sandbox.workspace.base_url = f"{base}/nowhere"
    with pytest.raises(BadAnswer, match="the upload"):
        await world.slack.send_file("U0OLU", "audit.csv", "a\n", "One column.")
    assert world.sandbox.calls_of("files.completeUploadExternal") == []
