"""Start the bot as a process, wait until it is ready, kill it, and start it again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import httpx

from integrations.clock import Clock, FastClock

_READY_SECONDS = 60.0
_STOP_SECONDS = 12.0


class Process(Protocol):
    """What is asked of a process, however it began."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it lives."""
        ...

    def send_signal(self, signal: signal.Signals, /) -> None:
        """As `kill` does."""
        ...

    def kill(self) -> None:
        """At once."""
        ...

    async def wait(self) -> int:
        """How it ended, once it has."""
        ...


class BotProcess:
    """One bot that can die. Its port stays the same over restarts, as a deployed bot's does.

    `command` is the module that runs and its first arguments; the clock's speed and epoch follow.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        clock: Clock,
        log: Path,
        module: str = "bot.sandbox.resident",
    ) -> None:
        self.command: tuple[str, ...] = (module,)
        self.port = free_port()
        self._clock = clock
        self._log = log
        self._variables = {
            **_inherited(),
            **variables,
            "SHIPMATE_PORT": str(self.port),
            "SHIPMATE_HOST": "127.0.0.1",
            "SHIPMATE_URL": f"http://127.0.0.1:{self.port}",
        }
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process's number, 0 while there is none."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it and wait until `/readyz` says so. RuntimeError, with its log, if it dies."""
        speed, epoch = 1.0, 0.0
        if isinstance(self._clock, FastClock):
            speed, epoch = self._clock.speed, self._clock.epoch
        self._process = await self._begin((*self.command, str(speed), repr(epoch)))
        async with asyncio.timeout(_READY_SECONDS), httpx.AsyncClient(trust_env=False) as http:
            while not await self._is_ready(http):
                if not self.is_running:
                    raise RuntimeError(f"The bot did not start:\n{self._log.read_text()[-4000:]}")
                await asyncio.sleep(0.05)

    async def _begin(self, command: Sequence[str]) -> Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *command), env=self._variables, stdout=log, stderr=log
            )

    async def died(self) -> None:
        """Wait until it is dead by itself."""
        if self._process is not None:
            await self._process.wait()

    async def kill(self) -> None:
        """`kill -9`: nothing is said, nothing is flushed."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, and up to twelve seconds for a clean end."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _is_ready(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get(f"{self.url}/readyz")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _inherited() -> dict[str, str]:
    """The environment without what would configure a bot of its own."""
    ours = ("SLACK_", "ARGOCD_", "GITOPS_", "GITHUB_", "REGISTRY_", "SHIPMATE_", "KUBECONFIG_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
