"""What Slack's door refuses, and what it takes only once: told to the whole bot."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio

from bot.sandbox.slack.delivery import signature
from bot.sandbox.world import SIGNING_SECRET
from tests.scenarios.story import Story, story

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    async with story(tmp_path_factory.mktemp("doors")) as told:
        yield told


@pytest.fixture(autouse=True)
def nothing_of_it_is_logged(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever is refused leaves no trace and no body in the log."""
    yield
    logged = "".join(capsys.readouterr())
    assert "Traceback" not in logged
    assert "a-word-that-is-nobodys-business" not in logged


def command(**fields: str) -> bytes:
    """A slash command's body, as Slack sends it."""
    usual = {
        "command": "/deploy",
        "text": "staging a-word-that-is-nobodys-business",
        "team_id": "T0LINK",
        "api_app_id": "A0SHIPMATE",
        "user_id": "U0DANA",
        "user_name": "dana",
        "channel_id": "C0DEPLOY",
        "channel_name": "deployments",
        "trigger_id": "1.2.made-up",
        "response_url": "",
    }
    return urlencode(usual | fields).encode()


def signed(scene: Story, body: bytes, *, age: float = 0) -> dict[str, str]:
    """The headers of a request that Slack signed `age` seconds ago."""
    stamp = str(int(scene.world.clock.now().timestamp() - age))
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(SIGNING_SECRET, stamp, body),
    }


async def post(scene: Story, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Post to the bot as Slack would, and what it says."""
    kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
    url = f"{scene.world.slack.bot_url}/slack/events"
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=body, headers={"Content-Type": kind, **headers}) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_replayed_request_is_401_and_deploys_once(scene: Story) -> None:
    before = len(scene.services.ledger.newest(limit=50))
    answer = await scene.developer.asks("/deploy dev")
    again = await scene.world.slack.resend(answer)

    assert (answer.status, again.status) == (200, 401)
    assert len(scene.services.ledger.newest(limit=50)) == before + 1


@pytest.mark.parametrize("age", [301, -400])
async def test_a_stale_or_early_request_is_401(age: float, scene: Story) -> None:
    assert (await post(scene, command(), signed(scene, command(), age=age)))[0] == 401


async def test_an_unsigned_request_is_401(scene: Story) -> None:
    assert (await post(scene, command(), {}))[0] == 401


@pytest.mark.parametrize(
    "other", [{"team_id": "T0OTHER"}, {"team_id": ""}, {"api_app_id": "A0OTHER"}]
)
async def test_another_workspace_or_app_is_403(other: dict[str, str], scene: Story) -> None:
    body = command(**other)
    assert (await post(scene, body, signed(scene, body)))[0] == 403


async def test_an_oversized_body_is_413(scene: Story) -> None:
    body = command(text="x" * 300_000)
    assert (await post(scene, body, signed(scene, body)))[0] == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"payload=%7B",
        b"payload=[]",
        b"\xff\xfe",
        b'{"type": "event_callback"}',
        b"a-word-that-is-nobodys-business",
    ],
)
async def test_a_malformed_body_is_400(body: bytes, scene: Story) -> None:
    assert (await post(scene, body, signed(scene, body)))[0] == 400


def asked_who_is_who(scene: Story) -> int:
    """How often the bot asked Slack for the members of a group."""
    return sum(call.method == "usergroups.users.list" for call in scene.world.slack.calls)


async def test_a_redelivered_event_is_200_and_nothing_happens(scene: Story) -> None:
    slack = scene.world.slack
    members = slack.workspace.groups["S0APP"].members
    before = asked_who_is_who(scene)
    first = await slack.set_members("S0APP", members)
    await scene.approver.types("/shipmate deployments")  # who is who is asked of Slack again
    asked = asked_who_is_who(scene)
    assert asked > before

    again = await slack.redeliver(first)
    assert (again.status, again.body) == (200, "")
    await scene.approver.types("/shipmate deployments")
    assert asked_who_is_who(scene) == asked


async def test_url_verification_needs_only_a_signature(scene: Story) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "three", "token": "t"}).encode()
    status, said = await post(scene, body, signed(scene, body))
    assert (status, json.loads(said)) == (200, {"challenge": "three"})
    assert (await post(scene, body, {}))[0] == 401
    assert (await scene.world.slack.verify_url()).ok


async def test_a_webhook_of_github_is_refused_with_the_reason(scene: Story) -> None:
    url = f"{scene.world.slack.bot_url}/github/webhook"
    async with aiohttp.ClientSession() as http, http.post(url, json={"zen": "Ship it."}) as answer:
        assert answer.status == 501
        assert "takes no webhooks" in (await answer.json())["error"]
