"""Processes that begin where everything is imported already, as real and as mortal as others.

A bot that is killed thirty times in a story would spend most of its lives importing.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.sandbox.process import BotProcess

_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(
    [
        *("bot.sandbox.resident", "bot.cli", "commands", "tests.forked"),
        *("anyio._backends._asyncio", "httpcore"),  # which httpx brings at the first request
    ]
)


class Forked:
    """A process, asked as asyncio's are."""

    def __init__(
        self, command: Sequence[str], variables: Mapping[str, str], out: Path, err: Path
    ) -> None:
        self.returncode: int | None = None
        self._over = asyncio.Event()
        self._process = _NURSERY.Process(
            target=_live, args=(tuple(command), dict(variables), out, err), daemon=True
        )
        self._process.start()
        asyncio.get_running_loop().add_reader(self._process.sentinel, self._ended)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid or 0

    def send_signal(self, sent: signal.Signals) -> None:
        """As `kill` does."""
        if self.returncode is None:
            os.kill(self.pid, sent)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """How it ended, once it has."""
        await self._over.wait()
        return self.returncode or 0

    def _ended(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self.returncode = self._process.exitcode
        self._over.set()


class ForkedBot(BotProcess):
    """A bot that dies and comes back without importing anything anew."""

    async def _begin(self, command: Sequence[str]) -> Forked:
        return Forked(command, self._variables, self._log, self._log)


def _live(command: Sequence[str], variables: Mapping[str, str], out: Path, err: Path) -> None:
    """What `python -m` does, in a process that has only to begin."""
    os.environ.clear()
    os.environ.update(variables)
    for path, stream in ((out, 1), (err, 2)):
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(place, stream)
        os.close(place)
    sys.argv = list(command)
    runpy.run_module(command[0], run_name="__main__")
