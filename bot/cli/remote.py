"""Runs a command in the running bot, follows what it starts, and ends with its exit code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any, TextIO

from pydantic import ValidationError

from bot.cli.screen import Screen, screen
from bot.cli.stream import Refused, ask
from bot.deployments.events import read_event
from bot.exits import Exit
from bot.needs import Need, load
from integrations.errors import UpstreamError


def remote(
    command: str,
    *,
    instead: Callable[[], int] | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Ask the bot at SHIPMATE_URL, and return the exit code that its answer means.

    `instead` is what to do where no bot is there; its exit code counts then.
    """
    settings = load(Need.BOT)
    complain = err or sys.stderr
    following = _Following()
    try:
        with screen(out) as shown:
            token = settings.shipmate_token.get_secret_value()
            return asyncio.run(
                _follow(settings.shipmate_url, token, command, shown, complain, following)
            )
    except KeyboardInterrupt:
        complain.write(following.left_behind("Stopped watching."))
        return Exit.INTERRUPTED
    except Refused as refused:
        complain.write(f"{refused}\n")
        return refused.exit_code
    except UpstreamError as error:
        if instead is not None and error.changed == "no":
            complain.write(f"No bot answers at {settings.shipmate_url}; asking without it.\n")
            return instead()
        where = f"SHIPMATE_URL is {settings.shipmate_url}."
        complain.write(f"{error.service}: {error.summary} {where}\n{following.left_behind('')}")
        return Exit.FAILED


class _Following:
    """The deployment that is being watched, once its id is known."""

    deployment = ""

    def left_behind(self, why: str) -> str:
        """What to say to somebody who watches no longer."""
        if not self.deployment:
            return f"{why}\n" if why else ""
        return (
            f"{why} The deployment goes on: `shipmate show {self.deployment}` looks at it, "
            f"`shipmate cancel {self.deployment}` stops it.\n"
        ).lstrip()


async def _follow(  # noqa: PLR0917 -- where to ask, what, and the three places an answer goes to
    url: str, token: str, command: str, shown: Screen, complain: TextIO, following: _Following
) -> int:
    code: int | None = None
    async for line in ask(url, token, command):
        match line.get("type"):
            case "reply" if not line.get("ok", True):
                complain.write(f"{line.get('text', '')}\n")
                code = Exit.FAILED
            case "reply":
                shown.reply(str(line.get("text", "")))
                following.deployment = str(line.get("follow") or "")
            case "event":
                _show_event(line, shown)
            case "end":
                if line.get("outcome") and following.deployment:
                    shown.end(str(line["outcome"]))
                code = int(line.get("exit_code", code or Exit.DONE))
            case _:
                continue  # a sign of life, or something that a newer bot says
    if code is None:
        raise Refused("The connection to the bot ended before its answer did.", Exit.FAILED)
    return code


def _show_event(line: dict[str, Any], shown: Screen) -> None:
    try:
        shown.event(read_event(line.get("event")))
    except ValidationError:
        return  # an event that only a newer version knows
