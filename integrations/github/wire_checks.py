"""GitHub's workflow runs, statuses and check runs as it sends them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field, ValidationError

from integrations.errors import BadAnswer
from integrations.github.model import CheckRun, CombinedStatus, WorkflowRun
from integrations.github.wire import Text, Wire, WireRepository, WireUser


class WireRun(Wire):
    """A workflow run."""

    id: int
    head_sha: str
    head_branch: Text = ""
    event: Text = ""
    status: Text = ""
    conclusion: Text = ""
    display_title: Text = ""
    name: Text = ""
    html_url: Text = ""
    run_attempt: int | None = None
    path: Text = ""
    actor: WireUser | None = None
    triggering_actor: WireUser | None = None
    repository: WireRepository | None = None
    head_repository: WireRepository | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    def model(self) -> WorkflowRun:
        """In our own words."""
        actor = self.triggering_actor or self.actor or WireUser()
        return WorkflowRun(
            id=self.id,
            head_sha=self.head_sha,
            head_branch=self.head_branch,
            event=self.event,
            status=self.status,
            conclusion=self.conclusion,
            title=self.display_title or self.name,
            actor=actor.login,
            url=self.html_url,
            repository=(self.repository or WireRepository()).full_name,
            head_repository=(self.head_repository or WireRepository()).full_name,
            created_at=self.created_at,
            updated_at=self.updated_at,
            attempt=self.run_attempt or 1,
            # ".github/workflows/ci.yml", and sometimes "@refs/heads/main" behind it
            workflow=self.path.partition("@")[0].rpartition("/")[2],
        )


class WireContext(Wire):
    """One commit status."""

    context: Text = ""
    state: Text = ""


class WireStatus(Wire):
    """The combined status of a commit."""

    state: Text = ""
    total_count: int = 0
    statuses: list[WireContext] = Field(default_factory=list)

    def model(self, listed: list[WireContext]) -> CombinedStatus:
        """With the contexts of all pages."""
        return CombinedStatus(self.state, {row.context: row.state for row in listed})


class WireApp(Wire):
    """The app that reports a check run."""

    slug: Text = ""


class WireCheckRun(Wire):
    """A check run."""

    name: Text = ""
    status: Text = ""
    conclusion: Text = ""
    html_url: Text = ""
    app: WireApp | None = None

    def model(self) -> CheckRun:
        """In our own words."""
        app = (self.app or WireApp()).slug
        return CheckRun(self.name, self.status, self.conclusion, app, self.html_url)


class WireCheckRuns(Wire):
    """One page of check runs. One of them that cannot be read must not pass for none."""

    total_count: int = 0
    check_runs: list[WireCheckRun]


def parse_runs(answer: Any) -> tuple[WorkflowRun, ...]:
    """The runs of a list; a row that is no run is left out, so that one cannot hide the others."""
    if not isinstance(answer, dict) or not isinstance(rows := answer.get("workflow_runs"), list):
        raise BadAnswer("GitHub", "the list of workflow runs is not one.")
    runs = []
    for row in rows:
        try:
            runs.append(WireRun.model_validate(row).model())
        except ValidationError:
            continue
    return tuple(runs)
