"""Bad requests: a clear status, no trace, nothing of the body in the log."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.doors.bodies import decode
from bot.doors.payloads import Malformed, read
from bot.sandbox.slack.delivery import signature
from integrations.groups import TaskGroup
from tests.bot.doors.kit import SECRET, Doors

Answer = tuple[int, str]
SECRET_WORD = "whatever-a-person-typed"


def form(**changes: str) -> bytes:
    """A slash command of Dana's."""
    fields = {
        "command": "/deploy",
        "text": f"staging sha-abc1234 --reason {SECRET_WORD}",
        "team_id": "T0LINK",
        "api_app_id": "A0SHIPMATE",
        "user_id": "U0DANA",
        "user_name": "dana",
        "channel_id": "C0DEPLOY",
        "channel_name": "deployments",
        "response_url": "https://hooks.slack.com/commands/1",
        "trigger_id": "1.2.3",
    }
    return urlencode(fields | changes).encode()


def signed(body: bytes, *, age: float = 0, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time() - age))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(secret, stamp, body)}


async def post(doors: Doors, body: bytes, headers: Mapping[str, str]) -> Answer:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{doors.url}/slack/events", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def test_a_signed_command_comes_in(doors: Doors) -> None:
    body = form()
    status, said = await post(doors, body, signed(body))
    assert (status, json.loads(said)["text"]) == (200, "Queued: sha-abc1234 to staging.")


def unsigned() -> tuple[dict[str, str], ...]:
    """Headers that prove nothing, made now: one made early comes of age while others run."""
    return (
        {},
        {"X-Slack-Request-Timestamp": str(int(time.time()))},
        signed(form(), secret="another"),
        signed(form(), age=301),
        signed(form(), age=-400),
        signed(form()) | {"X-Slack-Request-Timestamp": "abc"},
        signed(form()) | {"X-Slack-Request-Timestamp": "-5"},
        signed(form()) | {"X-Slack-Request-Timestamp": "1e9"},
        signed(form()) | {"X-Slack-Request-Timestamp": "9" * 5000},
        signed(form()) | {"X-Slack-Request-Timestamp": "٣"},
        signed(form()) | {"X-Slack-Signature": "v0=ü"},
        signed(form()) | {"X-Slack-Signature": ""},
        signed(form()) | {"X-Slack-Signature": "v0=" + "0" * 64},
    )


async def test_what_is_unsigned_or_stale_is_unauthorized(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = (401, '{"error": "The request is not signed by Slack, or too old."}')
    for headers in unsigned():
        assert await post(doors, form(), headers) == refused, headers
    assert doors.world.ran == []
    logged = "".join(capsys.readouterr())
    assert "Traceback" not in logged
    assert SECRET_WORD not in logged


async def test_a_clock_that_is_wrong_is_told_from_a_secret_that_is(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (await post(doors, form(), signed(form(), secret="another")))[0] == 401
    assert "clock" not in "".join(capsys.readouterr())
    assert (await post(doors, form(), signed(form(), age=3600)))[0] == 401
    logged = "".join(capsys.readouterr())
    assert "this machine's clock is wrong" in logged
    assert "seconds_ago=36" in logged


async def test_the_same_signed_request_again_is_unauthorized(doors: Doors) -> None:
    body = form()
    headers = signed(body)
    assert (await post(doors, body, headers))[0] == 200
    status, said = await post(doors, body, headers)
    assert (status, json.loads(said)) == (401, {"error": "The request was received before."})
    assert len(doors.world.ran) == 1


async def test_ten_of_the_same_at_once_run_once(doors: Doors) -> None:
    body = form()
    headers = signed(body)
    async with TaskGroup() as tasks:
        all_of = [tasks.create_task(post(doors, body, headers)) for _ in range(10)]
    assert sorted(task.result()[0] for task in all_of) == [200] + [401] * 9
    assert len(doors.world.ran) == 1


async def test_the_same_trigger_signed_anew_is_accepted_and_does_nothing(doors: Doors) -> None:
    await post(doors, form(), signed(form()))
    body = form(user_name="another")
    assert await post(doors, body, signed(body)) == (200, "")
    assert len(doors.world.ran) == 1


async def test_a_known_event_delivered_anew_is_accepted_and_does_nothing(doors: Doors) -> None:
    first = await doors.slack.set_members("S0DEV", {"U0DANA"})
    assert len(doors.events) == 1
    again = await doors.slack.redeliver(first)
    assert (again.status, again.body) == (200, "")
    assert len(doors.events) == 1
    assert (await doors.slack.resend(first)).status == 401


async def test_another_workspace_or_app_is_forbidden(doors: Doors) -> None:
    for field, other in (("team_id", "T0OTHER"), ("team_id", ""), ("api_app_id", "A0OTHER")):
        body = form(**{field: other})
        status, said = await post(doors, body, signed(body))
        assert status == 403
        assert "not for this app and its workspaces" in said
    assert doors.world.ran == []


async def test_a_person_of_another_workspace_is_forbidden_wherever_they_click(
    doors: Doors,
) -> None:
    payload = {
        "type": "block_actions",
        "team": {"id": "T0LINK"},
        "user": {"id": "U0ALIEN", "team_id": "T0OTHER"},
        "api_app_id": "A0SHIPMATE",
        "trigger_id": "5.6.7",
        "actions": [{"action_id": "run:cancel", "value": "d1"}],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert (await post(doors, body, signed(body)))[0] == 403


MALFORMED = [
    b"",
    b"payload=nope",
    b"payload=",
    b"payload=[]",
    b"payload=%7B%22type%22%3A3%7D",
    b"[1]",
    b'"x"',
    b"{",
    b"{}",
    b'{"type": "event_callback"}',
    b'{"type": "event_callback", "team_id": "T0LINK", "event_id": "E", "event": "x"}',
    b'{"type": "url_verification"}',
    b'{"type": "url_verification", "challenge": {}}',
    b"\xff\xfe\x00",
    b"command=%ff&team_id=T0LINK",
    b"[" * 20_000,
    b'{"a":' * 20_000,
    b"payload=" + b"%5B" * 20_000,
    b"command=",
    b"a&b&c",
    b"\x00",
    b"{" + b'"a":1,' * 10 + b'"b":NaN}',
]


async def test_what_makes_no_sense_is_a_bad_request_and_unsigned_not_even_that(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    for body in MALFORMED:
        status, said = await post(doors, body, signed(body))
        assert (status, said) == (400, '{"error": "The body is nothing that Slack sends."}'), body
        assert (await post(doors, body, {}))[0] == 401, body
    assert "Traceback" not in "".join(capsys.readouterr())


async def test_what_is_too_large_is_refused_before_it_is_read(doors: Doors) -> None:
    body = b"x" * (256 * 1024 + 1)
    assert (await post(doors, body, signed(body)))[0] == 413

    async def drip() -> object:
        for _ in range(300):
            yield b"x" * 1024

    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{doors.url}/slack/events", data=drip()) as answer,
    ):
        assert answer.status == 413


async def test_url_verification_needs_only_a_signature(doors: Doors) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "old"}).encode()
    status, said = await post(doors, body, signed(body))
    assert (status, json.loads(said)) == (200, {"challenge": "c-1"})
    assert (await post(doors, body, {}))[0] == 401


async def test_slacks_look_at_the_certificate_is_answered(doors: Doors) -> None:
    body = b"ssl_check=1&token=old"
    assert await post(doors, body, signed(body)) == (200, "")


async def test_a_kind_that_is_asked_for_nowhere_is_accepted(doors: Doors) -> None:
    for kind in ("shortcut", "app_rate_limited", "block_suggestion"):
        payload = {"type": kind, "team_id": "T0LINK", "api_app_id": "A0SHIPMATE"}
        body = json.dumps(payload).encode()
        assert await post(doors, body, signed(body)) == (200, "")


async def test_refusals_are_counted(doors: Doors) -> None:
    await post(doors, b"x", {})
    assert 'shipmate_refused_requests_total{status="401"} 1.0' in doors.metrics.text().decode()


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
KINDS = ("block_actions", "view_submission", "view_closed", "event_callback", "x", None)
FIELDS = ("team", "user", "channel", "actions", "view", "event", "team_id", "trigger_id", "message")


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), scraps))
def test_no_json_is_anything_but_a_payload_or_malformed(
    kind: str | None, fields: dict[str, object]
) -> None:
    try:
        payload = read({"type": kind, **fields})
    except Malformed:
        return
    assert isinstance(payload.teams, tuple)


@given(st.binary(max_size=200))
def test_no_bytes_are_anything_but_a_mapping_or_malformed(raw: bytes) -> None:
    try:
        body = decode(raw)
    except Malformed:
        return
    assert body


@given(st.dictionaries(st.text(min_size=1), st.text(), min_size=1))
def test_a_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    fields.pop("payload", None)
    fields["z"] = "1"
    assert decode(urlencode(fields).encode()) == fields
