"""A shell that watches a deployment stays with it, whatever becomes of the bot or of itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys

import pytest
import stamina
from aiohttp import web

from tests.bot.cli.bots import REQUESTED, STORY, a_bot, ended, happening, ran, says

HEARS = "signal.signal(signal.SIGINT, signal.default_int_handler)"
"""For a shell in a terminal, wherever the tests run: in the background nobody hears Ctrl-C."""


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
