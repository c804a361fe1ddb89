"""A command in a shell: it asks the bot, shows what happens, and ends as the deployment does."""

from __future__ import annotations

import io
import json

import pytest
from aiohttp import web
from rich.console import Console
from rich.progress import Progress

from bot.cli import main
from bot.cli.line import line
from bot.cli.screen import Bar
from bot.grammar import split
from tests.bot.cli.bots import STORY, ended, happening, ran, says


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
