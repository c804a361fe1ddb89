"""Asks the running bot over HTTP, and reads the lines it answers with."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx

from bot.exits import Exit
from integrations.http import http_client, reaching

_SILENCE = 90.0
"""Real seconds without a line, after which the bot counts as gone; it sends one every 15."""


class Refused(Exception):
    """The bot answered, and would not take the command. `exit_code` is what that means to a
    shell.
    """

    def __init__(self, message: str, exit_code: Exit) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Restarting(Refused):
    """The bot takes no commands for a moment."""


async def ask(url: str, token: str, command: str) -> AsyncIterator[dict[str, Any]]:
    """Every line of the answer: one `reply`, the `event`s of what it started, one `end`.

    Raises Refused, or UpstreamError where the bot is not reached or falls silent.
    """
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/x-ndjson"}
    with reaching("The bot", changed="unknown"):
        async with (
            http_client(url, timeout=_SILENCE, headers=headers) as http,
            http.stream("POST", "api/v1/commands", json={"command": command}) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise _refused(response.status_code, await response.aread())
            async for text in response.aiter_lines():
                if text.strip():
                    yield _read(text)


def _read(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise _stranger()
    return value


def _stranger() -> Refused:
    return Refused("What answers at SHIPMATE_URL is not shipmate.", Exit.FAILED)


def _refused(status: int, body: bytes) -> Refused:
    said = _message(body)
    match status:
        case 404 | 405 if not said:
            return _stranger()
        case 401:
            return Refused(
                "The token is not accepted, or has ended. Type /shipmate login in Slack, and set "
                "SHIPMATE_TOKEN to what it answers.",
                Exit.NOT_ALLOWED,
            )
        case 403:
            return Refused(said or "You are not allowed to do this.", Exit.NOT_ALLOWED)
        case 400 | 404 | 413 | 422:
            return Refused(said or "The bot does not understand this command.", Exit.USAGE)
        case 502 | 504:  # a proxy's own words: what is behind it is started anew, say
            return Restarting(f"The bot is not reached: HTTP {status}.", Exit.FAILED)
        case 503:
            return Restarting(said or "The bot is stopping. Try again in a minute.", Exit.FAILED)
        case _:
            return Refused(said or f"The bot answered with HTTP {status}.", Exit.FAILED)


def _message(body: bytes) -> str:
    try:
        value = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(value, dict):
        return ""
    said = value.get("error") or value.get("text") or ""
    return said if isinstance(said, str) else ""
