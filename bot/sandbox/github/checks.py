"""What CI says of the sandbox's commits: check runs, those of builds and those that somebody set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.github.runs import Runs

JOBS = ("build", "test")
"""The jobs of the pipeline: one check run each."""
_UNFINISHED = ("queued", "in_progress", "waiting", "requested", "pending")


@dataclass(frozen=True)
class Check:
    """One check run; `conclusion` is None until it is completed."""

    id: int
    name: str
    status: str
    conclusion: str | None
    at: datetime


class Checks:
    """The check runs of each commit: its newest build's jobs, unless somebody set others."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._set: dict[str, list[Check]] = {}

    def set(self, sha: str, checks: Mapping[str, str], at: datetime) -> None:
        """Let these be all check runs of a commit, by name.

        Each is a conclusion ("success", "failure", "skipped" …), or the status of one that has
        none yet ("queued", "in_progress"). {} leaves the commit without any.
        """
        self._set[sha] = [
            _check(number, name, said, at) for number, (name, said) in enumerate(checks.items())
        ]

    def forget(self, sha: str) -> None:
        """Let the builds speak again."""
        self._set.pop(sha, None)

    def of(self, sha: str) -> list[Check]:
        """The newest check run of each name."""
        if sha in self._set:
            return self._set[sha]
        run = next(iter(self._runs.newest(head_sha=sha)), None)
        if run is None:
            return []
        return [
            Check(run.id + number, job, run.status, run.conclusion, run.updated_at)
            for number, job in enumerate(JOBS, start=1)
        ]


def _check(number: int, name: str, said: str, at: datetime) -> Check:
    is_over = said not in _UNFINISHED
    status = "completed" if is_over else said
    return Check(9_000_000 + number, name, status, said if is_over else None, at)
