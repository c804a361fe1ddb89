"""Runs a command in the running bot, follows what it starts, and ends with its exit code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any, TextIO

import stamina
from pydantic import ValidationError

from bot.cli.screen import Screen, screen
from bot.cli.stream import Refused, Restarting, ask
from bot.deployments.events import read_event
from bot.exits import Exit
from bot.needs import Need, load
from integrations.errors import UpstreamError

_PATIENCE = 120.0
"""Seconds for which a bot that was lost may be away: a new version of it starts in less."""

Line = dict[str, Any]


class _Cut(Refused):
    """The answer ends in the middle, or the bot cannot answer now."""

    def __init__(self, why: str) -> None:
        said = why or "The connection to the bot ended before its answer did."
        super().__init__(said, Exit.FAILED)


_LOST = (UpstreamError, Restarting, _Cut)


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
        complain.write(f"{refused}\n{following.left_behind('')}")
        return refused.exit_code
    except UpstreamError as error:
        if instead is not None and error.changed == "no":
            complain.write(f"No bot answers at {settings.shipmate_url}; asking without it.\n")
            return instead()
        where = f"SHIPMATE_URL is {settings.shipmate_url}."
        complain.write(f"{error.service}: {error.summary} {where}\n{following.left_behind('')}")
        return Exit.FAILED


class _Following:
    """The deployment that is being watched, once its id is known, how many of its events were
    shown, and how often the bot gave a sign of life in showing them or none.
    """

    deployment = ""
    shown = 0
    signs = 0

    def left_behind(self, why: str) -> str:
        """What to say to somebody who watches no longer."""
        if not self.deployment:
            return f"{why}\n" if why else ""
        return (
            f"{why} The deployment goes on: `shipmate show {self.deployment} --follow` watches it, "
            f"`shipmate cancel {self.deployment}` stops it.\n"
        ).lstrip()


async def _follow(  # noqa: PLR0917 -- where to ask, what, and the three places an answer goes to
    url: str, token: str, command: str, shown: Screen, complain: TextIO, following: _Following
) -> int:
    """The exit code of the answer. A bot that is lost while a deployment of it is watched, for it
    is started anew, say, is asked for the rest once it is back.
    """
    try:
        return await _show(ask(url, token, command), shown, complain, following)
    except _LOST:
        if not following.deployment:
            raise
    again = f"show {following.deployment} --follow"
    stamina.instrumentation.set_on_retry_hooks(())  # a log line each, in the midst of the answer
    while True:
        complain.write("The bot is not reached; the deployment goes on. Asking again …\n")
        before = following.signs
        try:
            async for attempt in stamina.retry_context(_LOST, attempts=None, timeout=_PATIENCE):
                with attempt:
                    return await _show(ask(url, token, again), shown, complain, following)
        except _LOST:
            if following.signs == before:
                raise


async def _show(
    lines: AsyncIterator[Line], shown: Screen, complain: TextIO, following: _Following
) -> int:
    """The exit code of the answer. Raises _Cut where its end is missing, or does not tell how the
    deployment ended that is watched.
    """
    refused = ""
    events = 0
    async for line in lines:
        match line.get("type"):
            case "reply" if not line.get("ok", True):
                refused = str(line.get("text", ""))
            case "reply" if not following.deployment:
                shown.reply(str(line.get("text", "")))
                following.deployment = str(line.get("follow") or "")
            case "event":
                events += 1
                if events > following.shown:
                    following.shown = events
                    following.signs += 1
                    _show_event(line, shown)
            case "end":
                code = int(line.get("exit_code", Exit.FAILED if refused else Exit.DONE))
                outcome = str(line.get("outcome") or "")
                if following.deployment and outcome:
                    shown.end(outcome)
                elif following.deployment and code in (Exit.DONE, Exit.FAILED):
                    break
                elif refused:
                    complain.write(f"{refused}\n")
                return code
            case other:  # that it waits, what was shown, or something that a newer bot says
                following.signs += other == "wait"
    raise _Cut(refused)


def _show_event(line: Line, shown: Screen) -> None:
    try:
        shown.event(read_event(line.get("event")))
    except ValidationError:
        return  # an event that only a newer version knows
