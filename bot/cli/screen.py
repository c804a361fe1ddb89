"""Shows a command's answer: a progress bar in a terminal, plain lines in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

from bot.cli.lines import said
from bot.deployments import events as e
from bot.views.plain import for_shell

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Screen(Protocol):
    """Where an answer goes."""

    def reply(self, text: str) -> None:
        """The command's own answer."""
        ...

    def event(self, event: e.DeploymentEvent) -> None:
        """Something happened to the deployment that it started."""
        ...

    def end(self, outcome: str) -> None:
        """How the deployment ended."""
        ...


class Lines:
    """One line per event, with its time (UTC): for logs and pipes."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def reply(self, text: str) -> None:
        """The command's own answer."""
        self._write(text)

    def event(self, event: e.DeploymentEvent) -> None:
        """Something happened; what matters to the bot alone is left out."""
        line = for_shell(said(event).replace("`", ""))
        if line:
            self._write(f"{event.at:%H:%M:%S}  {line}")

    def end(self, outcome: str) -> None:
        """How it ended."""
        self._write(outcome)

    def _write(self, text: str) -> None:
        self._out.write(f"{text}\n")
        self._out.flush()  # a pipeline's log shows what is true now


class Bar:
    """The same lines above a bar that counts applications: for people at a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def reply(self, text: str) -> None:
        """The command's own answer."""
        self._progress.console.print(text, markup=False, highlight=False)

    def event(self, event: e.DeploymentEvent) -> None:
        """Something happened."""
        line = for_shell(said(event).replace("`", ""))
        if line:
            self.reply(f"{event.at.astimezone():%H:%M:%S}  {line}")
        if self._task is None:
            self._task = self._progress.add_task("Waiting", total=None)
        task = self._task
        match event:
            case e.DeploymentPlanned():
                self._progress.update(task, total=len(event.plan.applications))
            case e.SyncStarted():
                self._progress.update(task, description=f"Syncing {event.application}")
            case e.ApplicationEnded() | e.SyncSkipped():
                self._progress.advance(task)
            case e.DeploymentStarted():
                self._progress.update(task, description="Running")
            case _:
                pass

    def end(self, outcome: str) -> None:
        """How it ended."""
        if self._task is not None:
            self._progress.update(self._task, description=outcome)
        self.reply(outcome)


@contextmanager
def screen(out: TextIO | None = None) -> Iterator[Screen]:
    """The screen that fits `out` (standard output when None)."""
    stream = out or sys.stdout
    if not stream.isatty():
        yield Lines(stream)
        return
    from rich.console import Console  # noqa: PLC0415 -- loads only where there is a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as progress:
        yield Bar(progress)
