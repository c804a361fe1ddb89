"""The HTTP API of the command line, and what machines ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.access import Actor
from bot.doors.api import Step
from bot.tokens import bearer_of, issue
from integrations.clock import SystemClock
from tests.bot.doors.kit import Doors

DANA = Actor(id="U0DANA", name="dana", team="T0LINK")
Lines = list[dict[str, Any]]


async def token(doors: Doors, actor: Actor = DANA) -> dict[str, str]:
    issued, _ = await issue(doors.store, SystemClock(), actor)
    return {"Authorization": f"Bearer {issued}"}


async def ask(doors: Doors, body: bytes | str, headers: Mapping[str, str]) -> tuple[int, Lines]:
    """The status and every line of the answer; a str is the command itself."""
    raw = json.dumps({"command": body}).encode() if isinstance(body, str) else body
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{doors.url}/api/v1/commands", data=raw, headers=headers) as answer,
    ):
        return answer.status, [json.loads(line) for line in (await answer.text()).splitlines()]


async def test_a_command_streams_its_reply_its_deployment_and_its_end(doors: Doors) -> None:
    doors.followed.steps = [
        Step({"type": "DeploymentStarted"}),
        Step({"type": "DeploymentEnded", "outcome": "Succeeded"}, "Succeeded"),
        Step({"type": "DeploymentCorrected"}),
    ]
    status, lines = await ask(doors, "deploy stg sha-abc1234", await token(doors))
    assert status == 200
    assert lines == [
        {
            "type": "reply",
            "text": "Queued: sha-abc1234 to staging.",
            "ok": True,
            "follow": "d1",
        },
        {"type": "event", "event": {"type": "DeploymentStarted"}},
        {"type": "event", "event": {"type": "DeploymentEnded", "outcome": "Succeeded"}},
        {"type": "end", "outcome": "Succeeded", "exit_code": 0},
    ]


@pytest.mark.parametrize(
    ("outcome", "code"), [("Failed", 1), ("Timed out", 4), ("Superseded", 1), ("", 1)]
)
async def test_how_the_deployment_ends_is_the_exit_code(
    doors: Doors, outcome: str, code: int
) -> None:
    doors.followed.steps = [Step({"type": "DeploymentEnded"}, outcome)]
    _, lines = await ask(doors, "deploy staging sha-abc1234", await token(doors))
    assert lines[-1] == {"type": "end", "outcome": outcome, "exit_code": code}


@pytest.mark.parametrize(
    ("command", "actor", "said", "code"),
    [
        ("deploy stagign", DANA, "Did you mean staging?", 2),
        ("deploy staging --bogus", DANA, "There is no option", 2),
        ("nonsense", DANA, "There is no command", 2),
        ("deploy staging", Actor(id="U0OTTO"), "It is held by @developers.", 3),
        ("deploy staging", Actor(id="U0GONE"), "deactivated", 3),
        ("deploy staging", Actor(kind="ci", id="link/app"), "“deploy” for staging", 3),
        ("broken argocd", DANA, "Argo CD: it did not answer.", 1),
        ("broken", DANA, "ref-1", 1),
    ],
)
async def test_what_stands_in_the_way_is_said_and_is_the_exit_code(
    doors: Doors, command: str, actor: Actor, said: str, code: int
) -> None:
    status, lines = await ask(doors, command, await token(doors, actor))
    assert status == 200
    assert said in lines[0]["text"]
    assert lines[0]["ok"] is False
    assert lines[-1] == {"type": "end", "outcome": "", "exit_code": code}
    assert doors.world.ran == []


async def test_a_caller_who_goes_away_is_no_fault(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    happens = Step({"type": "SyncStarted", "words": "x" * 100_000})
    doors.followed.steps = [happens] * 200
    async with aiohttp.ClientSession() as http:
        url, body = f"{doors.url}/api/v1/commands", {"command": "deploy staging sha-abc1234"}
        async with http.post(url, json=body, headers=await token(doors)) as answer:
            await answer.content.readline()
            answer.close()
    await ask(doors, "help", await token(doors))
    async with asyncio.timeout(10):
        while "caller.gone" not in (logged := capsys.readouterr().out):
            await ask(doors, "help", await token(doors))
    assert "Traceback" not in logged


async def test_a_slow_command_is_waited_for(doors: Doors) -> None:
    doors.world.go_on.set()
    _, lines = await ask(doors, "app get user-svc", await token(doors))
    assert [line["type"] for line in lines] == ["reply", "end"]
    assert lines[0]["text"] == "user-svc is Healthy."


@pytest.mark.parametrize("typed", ["/app get user-svc", "/shipmate app get user-svc"])
async def test_a_command_may_be_written_as_in_slack(doors: Doors, typed: str) -> None:
    doors.world.go_on.set()
    _, lines = await ask(doors, typed, await token(doors))
    assert lines[0]["text"] == "user-svc is Healthy."


async def test_the_same_idempotency_key_is_the_same_request(doors: Doors) -> None:
    headers = await token(doors) | {"Idempotency-Key": "run-42"}
    await ask(doors, "deploy staging sha-abc1234", headers)
    await ask(doors, "deploy staging sha-abc1234", await token(doors))
    assert doors.world.keys[0] == "api:slack:U0DANA:run-42"
    assert doors.world.keys[1] != doors.world.keys[0]


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic x", "Bearer shipmate_ü", "x"]
)
async def test_without_a_good_token_nobody_asks(doors: Doors, authorization: str) -> None:
    status, lines = await ask(doors, "deploy staging", {"Authorization": authorization})
    assert status == 401
    assert "/shipmate login" in lines[0]["error"]


async def test_a_token_ends_by_itself_and_is_kept_as_a_digest_only(doors: Doors) -> None:
    issued, _ = await issue(doors.store, SystemClock(), DANA, timedelta(seconds=-1))
    assert await bearer_of(doors.store, f"Bearer {issued}") is None
    good, ends = await issue(doors.store, SystemClock(), DANA)
    bearer = await bearer_of(doors.store, f"bearer {good}")
    assert bearer is not None
    assert (bearer.id, bearer.door.value) == ("U0DANA", "api")
    assert ends > SystemClock().now()
    assert good.encode() not in (doors.store.path).read_bytes()


async def test_bodies_that_are_no_question_are_bad_requests(doors: Doors) -> None:
    headers = await token(doors)
    bodies = [b"", b"{", b"[]", b'{"command": 3}', b'{"command": ""}', b"\xff", b"[" * 20_000]
    for body in (*bodies, b'{"command": "help", "x": 1}'):
        assert (await ask(doors, body, headers))[0] == 400, body
    assert (await ask(doors, b"x" * 300_000, headers))[0] == 413


async def test_probes_answer_and_count(doors: Doors) -> None:
    await doors.slack.command("U0DANA", "#deployments", "/deploy staging sha-abc1234")
    async with aiohttp.ClientSession(doors.url) as http:
        async with http.get("/healthz") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "alive"})
        async with http.get("/readyz") as answer:
            assert answer.status == 200
            assert (await answer.json())["degraded"] == {"Argo CD": "it did not answer."}
        async with http.get("/metrics") as answer:
            counted = await answer.text()
    assert 'shipmate_requests_total{command="deploy",door="slack",outcome="ok"} 1.0' in counted
