"""A command in a shell: it asks the bot, shows what happens, and ends as the deployment does."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import stamina
from aiohttp import web
from rich.console import Console
from rich.progress import Progress

from bot.access import Actor
from bot.cli import main
from bot.cli.line import line
from bot.cli.screen import Bar
from bot.deployments import events as e
from bot.deployments.plan import Build, Plan, PlannedApplication
from bot.grammar import split

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REQUESTED = e.DeploymentRequested(
    at=NOON,
    id="d-1",
    kind="deploy",
    actor=Actor(id="U0DANA"),
    environment="staging",
    applications=("link-app-staging",),
    channel="#deployments",
)
STORY: tuple[e.DeploymentEvent, ...] = (
    REQUESTED,
    e.DeploymentStarted(at=NOON),
    e.BuildFound(at=NOON, build=Build(tag="sha-0a1b2c3")),
    e.DeploymentPlanned(
        at=NOON, plan=Plan(waves=((PlannedApplication(name="link-app-staging"),),))
    ),
    e.CommitIntended(at=NOON, base="0" * 40),
    e.Committed(at=NOON, sha="1234567890"),
    e.SyncStarted(at=NOON, application="link-app-staging"),
    e.ApplicationEnded(
        at=NOON, application="link-app-staging", outcome=e.AppOutcome.SUCCEEDED, message="Healthy"
    ),
    e.DeploymentEnded(at=NOON, outcome=e.Outcome.SUCCEEDED, message="All is well."),
)
HEARS = "signal.signal(signal.SIGINT, signal.default_int_handler)"
"""For a shell in a terminal, wherever the tests run: in the background nobody hears Ctrl-C."""

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextmanager
def a_bot(answer: Answer) -> Iterator[str]:
    """A bot on loopback, in a thread of its own: a command line has a loop of its own too."""
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    address: list[str] = []

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/api/v1/commands", answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        started.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait(5)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


def says(*lines: dict[str, object], status: int = 200) -> Answer:
    """A bot that answers every command with these lines."""

    async def answer(_request: web.Request) -> web.Response:
        text = "".join(json.dumps(each, default=str) + "\n" for each in lines)
        return web.Response(text=text, status=status)

    return answer


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SHIPMATE_TOKEN", "personal")
    return monkeypatch


def ran(answer: Answer, words: list[str], environment: pytest.MonkeyPatch) -> int:
    with a_bot(answer) as url:
        environment.setenv("SHIPMATE_URL", url)
        return main(words)


def happening(event: e.DeploymentEvent) -> dict[str, object]:
    return {"type": "event", "event": event.model_dump(mode="json")}


def ended(outcome: str, code: int) -> dict[str, object]:
    return {"type": "end", "outcome": outcome, "exit_code": code}


def test_a_deployment_is_followed_to_its_end(
    token: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    happened = [happening(each) for each in STORY]
    answer = says(
        {"type": "reply", "text": "Deploying to staging.", "ok": True, "follow": "d-1"},
        {"type": "wait"},
        *happened,
        ended("Succeeded", 0),
    )
    assert ran(answer, ["deploy", "staging"], token) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown == [
        "Deploying to staging.",
        "12:00:00  Requested as d-1.",
        "12:00:00  Started.",
        "12:00:00  Tag sha-0a1b2c3.",
        "12:00:00  Changes 0 images; syncs link-app-staging.",
        "12:00:00  The tags are in Git as 1234567.",
        "12:00:00  link-app-staging is syncing.",
        "12:00:00  link-app-staging succeeded: Healthy",
        "12:00:00  All is well.",
        "Succeeded",
    ]


def test_what_the_bot_refuses_is_an_error(
    token: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reply: dict[str, object] = {"type": "reply", "text": "No such environment.", "ok": False}
    assert ran(says(reply, ended("", 2)), ["deploy", "stagin"], token) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "No such environment.\n")


@pytest.mark.parametrize("dash", ["—", "\u2013"])
def test_dashes_that_an_editor_made_are_understood(dash: str) -> None:
    assert line(["deploy", "staging", f"{dash}dry-run"]) == line(["deploy", "staging", "--dry-run"])


@pytest.mark.parametrize(("outcome", "code"), [("Failed", 1), ("Timed out", 4), ("Cancelled", 1)])
def test_the_exit_code_is_the_deployments_own(
    outcome: str, code: int, token: pytest.MonkeyPatch
) -> None:
    reply: dict[str, object] = {"type": "reply", "text": "", "ok": True, "follow": "d-1"}
    assert ran(says(reply, ended(outcome, code)), ["deploy", "staging"], token) == code


def test_what_was_typed_reaches_the_bot_word_for_word(token: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        asked.append((request.headers["Authorization"], body["command"]))
        return web.Response(text=json.dumps(ended("", 0)))

    words = ["deploy", "stg", '--reason=it\'s "urgent"', "--reason", "two words", "--dry-run"]
    assert ran(answer, words, token) == 0
    bearer, command = asked[0]
    assert bearer == "Bearer personal"
    assert [each.text for each in split(command)] == words
    assert not split(command)[2].quoted


@pytest.mark.parametrize(
    ("status", "body", "code", "said"),
    [
        (401, "", 3, "/shipmate login"),
        (403, '{"error": "Not from here."}', 3, "Not from here."),
        (400, '{"error": "The body is wrong."}', 2, "The body is wrong."),
        (500, "<html>", 1, "HTTP 500"),
        (502, "<html>", 1, "HTTP 502"),
        (404, "404: Not Found", 1, "not shipmate"),
        (405, "<html>", 1, "not shipmate"),
        (200, "<html>", 1, "not shipmate"),
        (200, "[1]", 1, "not shipmate"),
        (200, "", 1, "ended before"),
    ],
)
def test_a_bot_that_refuses_or_is_none_is_told_apart(
    status: int,
    body: str,
    code: int,
    said: str,
    token: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    assert ran(answer, ["deploy", "staging"], token) == code
    assert said in capsys.readouterr().err


def test_a_bot_that_dies_leaves_the_deployment_going_on(
    token: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        reply = {"type": "reply", "text": "Deploying.", "ok": True, "follow": "d-7"}
        await response.write(json.dumps(reply).encode() + b"\n")
        assert request.transport is not None
        request.transport.abort()
        return response

    with stamina.set_testing(True, attempts=3):
        assert ran(answer, ["deploy", "staging"], token) == 1
    err = capsys.readouterr().err
    assert "shipmate show d-7 --follow" in err
    assert "goes on" in err


def test_a_bot_that_comes_back_is_asked_for_the_rest(
    token: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    happened = [happening(each) for each in STORY]
    going: dict[str, object] = {"type": "reply", "text": "Deploying.", "ok": True, "follow": "d-1"}
    away: dict[str, object] = {"type": "reply", "text": "Slack is away.", "ok": False}
    answers = [
        says(going, *happened[:3]),
        says(status=502),
        says({"error": "shipmate is restarting."}, status=503),
        says(status=504),
        says(away, ended("", 1)),
        says(going, *happened[:2]),
        says(going, *happened, ended("Succeeded", 0)),
    ]
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append((await request.json())["command"])
        return await answers[len(asked) - 1](request)

    with stamina.set_testing(True, attempts=10):
        assert ran(answer, ["deploy", "staging"], token) == 0

    assert asked == ["deploy staging", *["show d-1 --follow"] * 6]
    said = capsys.readouterr()
    assert said.out.splitlines()[1:5] == [
        "12:00:00  Requested as d-1.",
        "12:00:00  Started.",
        "12:00:00  Tag sha-0a1b2c3.",
        "12:00:00  Changes 0 images; syncs link-app-staging.",
    ]
    assert said.out.count("Deploying.") == said.out.count("Requested as") == 1
    assert said.out.splitlines()[-1] == "Succeeded"
    assert said.err.count("Asking again") == 1


def test_a_bot_that_is_restarted_again_is_asked_again_though_nothing_happened_between(
    token: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    going: dict[str, object] = {"type": "reply", "text": "Deploying.", "ok": True, "follow": "d-1"}
    wait: dict[str, object] = {"type": "wait"}
    waiting = says(going, happening(REQUESTED), wait)
    rest = says(going, *map(happening, STORY), ended("Succeeded", 0))
    answers = iter([waiting, waiting, waiting, rest])

    async def answer(request: web.Request) -> web.StreamResponse:
        return await next(answers)(request)

    with stamina.set_testing(True, attempts=1):
        assert ran(answer, ["deploy", "staging"], token) == 0
    assert capsys.readouterr().err.count("Asking again") == 3


def test_who_may_not_look_any_more_is_told(
    token: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    going: dict[str, object] = {"type": "reply", "text": "Deploying.", "ok": True, "follow": "d-1"}
    no: dict[str, object] = {"type": "reply", "text": "This needs “view”.", "ok": False}
    answers = iter([says(going), says(no, ended("", 3))])

    async def answer(request: web.Request) -> web.StreamResponse:
        return await next(answers)(request)

    assert ran(answer, ["deploy", "staging"], token) == 3
    assert "This needs “view”." in capsys.readouterr().err


def test_ctrl_c_stops_the_watching_and_not_the_deployment() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        reply = {"type": "reply", "text": "Deploying.", "ok": True, "follow": "d-7"}
        await response.write(json.dumps(reply).encode() + b"\n")
        while request.transport is not None:  # noqa: ASYNC110 - nobody rings when a shell goes
            await asyncio.sleep(0.05)
        return response

    with a_bot(answer) as url:
        shell = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import signal, sys; {HEARS}; from bot.cli import main; sys.exit(main())",
                "deploy",
                "staging",
            ],
            env={**os.environ, "SHIPMATE_URL": url, "SHIPMATE_TOKEN": "personal"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert shell.stdout is not None
        assert shell.stdout.readline() == "Deploying.\n"
        shell.send_signal(signal.SIGINT)
        _, err = shell.communicate(timeout=100)  # of a machine that does much else
    assert shell.returncode == 130
    assert "The deployment goes on" in err
    assert "shipmate cancel d-7" in err
    assert "Traceback" not in err


def test_a_bot_that_is_not_there_is_said_with_its_address(
    token: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token.setenv("SHIPMATE_URL", "http://127.0.0.1:9")
    assert main(["deploy", "staging"]) == 1
    assert "http://127.0.0.1:9" in capsys.readouterr().err


def test_without_a_token_the_way_to_one_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SHIPMATE_TOKEN", raising=False)
    assert main(["deploy", "staging"]) == 2
    err = capsys.readouterr().err
    assert "SHIPMATE_TOKEN" in err
    assert "/shipmate login" in err


def test_in_a_terminal_a_bar_counts_the_applications() -> None:
    out = io.StringIO()
    with Progress(console=Console(file=out, force_terminal=True, width=100)) as progress:
        bar = Bar(progress)
        bar.reply("Deploying [staging].")
        for event in STORY:
            bar.event(event)
        bar.end("Succeeded")
        task = progress.tasks[0]
        assert (task.completed, task.total) == (1, 1)
        assert task.description == "Succeeded"
    assert "Deploying [staging]." in out.getvalue()


@pytest.mark.parametrize("words", [["--", "-x"], ["a b", "--n=c d"], ["", "x"], ["-", "--dry-run"]])
def test_a_line_splits_into_the_words_it_was_made_of(words: list[str]) -> None:
    assert [each.text for each in split(line(words))] == words
