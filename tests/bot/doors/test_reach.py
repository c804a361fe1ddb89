"""An answer reaches its person, also where Slack does not take it as it is."""

from __future__ import annotations

from bot.command import Reply
from bot.doors.reach import Reach, tell
from bot.request import Answer
from bot.views.message import Message
from tests.bot.doors.kit import Doors

DANA, DEPLOYMENTS = "U0DANA", "C0DEPLOY"
REFUSED = Message("What was asked for.", [{"type": "section", "text": {"type": "mrkdwn"}}])


def response_url(doors: Doors) -> str:
    workspace = doors.slack.workspace
    return workspace.base_url + workspace.response_urls.issue(DEPLOYMENTS, DANA)


async def test_a_layout_that_slack_refuses_leaves_the_text(doors: Doors) -> None:
    answer = Answer(Reply(REFUSED))
    await tell(doors.client, answer, Reach(DANA, DEPLOYMENTS, response_url(doors)))
    await tell(doors.client, answer, Reach(DANA, DEPLOYMENTS))
    said = [message.text for message in doors.slack.ephemerals(DANA)]
    assert len(said) == 2
    assert all(text.startswith("What was asked for.") for text in said)
    assert all("invalid_blocks" in text for text in said)


async def test_a_response_url_that_is_used_up_leaves_the_channel(doors: Doors) -> None:
    answer = Answer(Reply(Message("What was asked for.")))
    gone = f"{doors.slack.base_url}/response/gone"
    await tell(doors.client, answer, Reach(DANA, DEPLOYMENTS, gone))
    assert [message.text for message in doors.slack.ephemerals(DANA)] == ["What was asked for."]
