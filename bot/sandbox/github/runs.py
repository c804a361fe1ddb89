"""The builds of the sandbox's application repository: one run of the pipeline for each push."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.github.history import AppCommit, History

WORKFLOW_FILE = "ci-cd-pipeline.yml"
WORKFLOW_ID = 71_042_316
_FIRST_ID = 18_204_551_000
_MINUTES = timedelta(minutes=7)


@dataclass(frozen=True)
class Run:
    """One workflow run; `conclusion` is None until it is completed."""

    id: int
    number: int
    sha: str
    branch: str
    status: str
    conclusion: str | None
    created_at: datetime
    updated_at: datetime
    event: str = "push"


class Runs:
    """All runs, oldest first."""

    def __init__(self) -> None:
        self._runs: dict[int, Run] = {}

    def add(
        self,
        commit: AppCommit,
        branch: str,
        now: datetime,
        *,
        status: str = "completed",
        conclusion: str | None = "success",
        event: str = "push",
    ) -> Run:
        """A run that began at the commit; the conclusion counts only when it is completed."""
        number = len(self._runs) + 1
        run = Run(
            id=_FIRST_ID + 37 * number,
            number=1_180 + number,
            sha=commit.sha,
            branch=branch,
            status=status,
            conclusion=conclusion if status == "completed" else None,
            created_at=commit.at,
            updated_at=min(now, commit.at + _MINUTES),
            event=event,
        )
        self._runs[run.id] = run
        return run

    def finish(self, run_id: int, conclusion: str, now: datetime) -> Run:
        """Complete a run."""
        run = self._runs[run_id]
        run = replace(run, status="completed", conclusion=conclusion, updated_at=now)
        self._runs[run_id] = run
        return run

    def get(self, run_id: int) -> Run | None:
        """The run, if there is one."""
        return self._runs.get(run_id)

    def newest(
        self, *, branch: str = "", event: str = "", status: str = "", head_sha: str = ""
    ) -> list[Run]:
        """The runs that fit, newest first; `status` is a status or a conclusion, as in the API."""
        return [
            run
            for run in sorted(self._runs.values(), key=lambda run: run.id, reverse=True)
            if branch in ("", run.branch)
            and event in ("", run.event)
            and status in ("", run.status, run.conclusion)
            and head_sha in ("", run.sha)
        ]


def past_runs(history: History, now: datetime) -> Runs:
    """A run for each commit of the past; one of them failed, all others are green."""
    runs = Runs()
    pushed = [
        (commit, branch) for branch in history.branches for commit in _pushed(history, branch)
    ]
    for commit, branch in sorted(pushed, key=lambda pair: pair[0].at):
        runs.add(commit, branch, now, conclusion="failure" if is_red(commit) else "success")
    return runs


def is_red(commit: AppCommit) -> bool:
    """Whether this commit of the past is the one whose build failed."""
    return "growing delay" in commit.title


def _pushed(history: History, branch: str) -> list[AppCommit]:
    line = history.line(history.branches[branch])
    return [commit for commit in line if (branch == "main") == (commit.title.startswith("Merge"))]
