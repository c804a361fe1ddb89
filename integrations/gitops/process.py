"""Running git: one process at a time, bounded in time, killed with all its children."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryFile
from typing import IO

from integrations.errors import Changed, Unreachable, UpstreamError
from integrations.gitops.answers import failure
from integrations.gitops.environment import Remote, clean_environment

_WAITING = ThreadPoolExecutor(32, thread_name_prefix="git")
"""Waits for processes. An event loop's own way to start one may copy the memory of the whole bot
first, as uvloop's does, and holds everything up for as long; this one lends it to the child.
"""


@dataclass(frozen=True)
class Finished:
    """A git process that ended. `err` is redacted; `out` are the bytes it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """The output as text, without the line end."""
        return self.out.decode(errors="replace").rstrip("\n")


class Git:
    """git in one repository. `timeout` is in real seconds, for one process."""

    def __init__(self, directory: Path, remote: Remote, *, timeout: float = 60.0) -> None:
        self.directory = directory
        self.remote = remote
        self.timeout = timeout
        self.started = 0  # processes, for whoever counts
        self._environment = clean_environment(directory, remote)

    def with_token(self, token: str) -> Git:
        """The same repository and remote, with another token."""
        return Git(self.directory, replace(self.remote, token=token), timeout=self.timeout)

    async def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        patience: float = 1,
    ) -> Finished:
        """Run to the end, whatever the exit code.

        Raises Unreachable when `patience` times the usual time runs out.
        """
        self.started += 1
        seconds = self.timeout * patience
        with _fed(stdin) as source:
            process = self._start(arguments, {**self._environment, **(env or {})}, source)
        ended = asyncio.get_running_loop().run_in_executor(_WAITING, process.communicate)
        try:
            async with asyncio.timeout(seconds):
                out, err = await asyncio.shield(ended)
        except TimeoutError as error:
            changed: Changed = "unknown" if arguments[0] == "push" else "no"
            spent = f"{arguments[0]} did not end within {seconds:g} s."
            raise Unreachable("Git", spent, changed=changed) from error
        finally:
            await _end(process, ended)
        words = self.remote.redact(err.decode("utf-8", "replace"))
        return Finished(process.returncode, out, words)

    async def must(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        patience: float = 1,
    ) -> Finished:
        """Run, and raise the UpstreamError that git's words mean unless it ended with 0."""
        finished = await self.run(*arguments, stdin=stdin, env=env, patience=patience)
        if finished.code != 0:
            raise failure(finished.err)
        return finished

    def _start(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], stdin: IO[bytes] | int
    ) -> Popen[bytes]:
        try:
            # A session of its own: a Ctrl-C at the bot does not cut a push in half, and the
            # helpers of git (ssh, git-remote-https) can be killed together with it.
            return Popen(  # noqa: S603 the arguments are this package's own
                ["git", f"--git-dir={self.directory}", *arguments],  # noqa: S607 git is wherever PATH says
                stdin=stdin,
                stdout=PIPE,
                stderr=PIPE,
                env=environment,
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise UpstreamError("Git", "git is not installed here.") from error


@contextlib.contextmanager
def _fed(stdin: bytes) -> Iterator[IO[bytes] | int]:
    """What a process reads, as a file: a pipe breaks where git ends before it has read all."""
    if not stdin:
        yield DEVNULL
        return
    with TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        yield file


async def _end(process: Popen[bytes], ended: asyncio.Future[tuple[bytes, bytes]]) -> None:
    """End what is still running of it: time ran out, or nobody waits any more."""
    if not ended.done():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await ended
