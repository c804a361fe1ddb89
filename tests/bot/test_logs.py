"""The log: one line per event, in the style asked for, without credentials."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_event_is_one_line_of_json() -> None:
    out = io.StringIO()
    logs.configure("json", stream=out)
    structlog.get_logger("bot.doors.edge").info("request refused", status=401, reason="stale")
    line = json.loads(out.getvalue())
    assert line["event"] == "request refused"
    assert line["status"] == 401
    assert line["level"] == "info"
    assert line["logger"] == "bot.doors.edge"
    said = datetime.fromisoformat(line["timestamp"])
    assert abs(datetime.now(UTC) - said) < timedelta(minutes=1)


def test_libraries_speak_through_the_same_door() -> None:
    out = io.StringIO()
    logs.configure("json", stream=out)
    logging.getLogger("slack_sdk.web").warning("sent with %s", "xoxb-1-abcdefghijklmnop")
    assert json.loads(out.getvalue())["event"] == "sent with [redacted]"


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_trace_carries_no_credential(style: str) -> None:
    out = io.StringIO()
    logs.configure("json" if style == "json" else "console", stream=out)
    try:
        raise RuntimeError("push to https://bot:ghp_abcdefghijkl@git.example.com refused")
    except RuntimeError:
        structlog.get_logger().exception("git failed", token="abc", url="https://a:b@c")
    text = out.getvalue()
    assert "RuntimeError" in text
    assert "ghp_" not in text
    assert "abc" not in text
    assert "a:b@" not in text


def test_without_a_terminal_the_style_is_json() -> None:
    out = io.StringIO()
    logs.configure(stream=out)
    structlog.get_logger().info("ready")
    assert json.loads(out.getvalue())["event"] == "ready"


def test_console_is_for_people() -> None:
    out = io.StringIO()
    logs.configure("console", stream=out)
    structlog.get_logger().info("ready", port=3000)
    assert "ready" in out.getvalue()
    assert "port=3000" in out.getvalue()
    assert not out.getvalue().startswith("{")


def test_a_refused_request_is_not_logged_with_its_body() -> None:
    out = io.StringIO()
    logs.configure("json", stream=out)
    logging.getLogger("slack_bolt.RequestVerification").info("body: token=1&response_url=2")
    assert out.getvalue() == ""


async def test_lines_of_one_turn_of_the_loop_come_together_and_in_order() -> None:
    out = io.StringIO()
    logs.configure("json", stream=out)
    structlog.get_logger("bot.edge").info("first")
    structlog.get_logger("bot.dispatch").info("second")
    assert out.getvalue() == ""

    await asyncio.sleep(0)

    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == [
        "first",
        "second",
    ]


async def test_what_cannot_be_rendered_takes_no_other_line_along() -> None:
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError("not today")

    out = io.StringIO()
    logs.configure("json", stream=out)
    structlog.get_logger("bot.edge").info("first", what=Odd())
    structlog.get_logger("bot.dispatch").info("second")

    await asyncio.sleep(0)

    first, second = [json.loads(line) for line in out.getvalue().splitlines()]
    assert first == {"event": "a line could not be rendered", "error": "RuntimeError"}
    assert second["event"] == "second"


class Disk(io.StringIO):
    """A file on a disk that may have no room."""

    is_full = True

    def write(self, text: str) -> int:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


async def test_a_log_without_room_stops_nobody_and_goes_on_when_there_is_some() -> None:
    out = Disk()
    logs.configure("json", stream=out)
    await asyncio.to_thread(structlog.get_logger("bot.store").error, "lost in a thread")
    structlog.get_logger("bot.edge").info("lost in a loop")
    await asyncio.sleep(0)

    out.is_full = False
    structlog.get_logger("bot.edge").info("kept")
    await asyncio.sleep(0)

    assert [json.loads(line)["event"] for line in out.getvalue().split()] == ["kept"]
