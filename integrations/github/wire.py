"""GitHub's JSON, read tolerantly: only what is used must be there, and nulls are nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, ValidationError

from integrations.errors import BadAnswer
from integrations.github.model import (
    CheckRun,
    CombinedStatus,
    Commit,
    Comparison,
    PullRequest,
    Repository,
    WorkflowRun,
)

_MOST_FILES = 300
"""As many as GitHub lists in a comparison, whatever was changed."""


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_or_empty)]


class Wire(BaseModel):
    """One of GitHub's objects; https://docs.github.com/rest describes them."""

    model_config = ConfigDict(frozen=True, extra="ignore")


W = TypeVar("W", bound=BaseModel)


class WireUser(Wire):
    """An account; null where it was deleted."""

    login: Text = ""


class WireMembership(Wire):
    """Somebody's membership in a team."""

    state: Text = ""


class WireBranch(Wire):
    """A branch."""

    protected: bool


class WireRepository(Wire):
    """A repository, whole or as part of a run."""

    full_name: Text = ""
    default_branch: Text = ""
    html_url: Text = ""
    private: bool = False
    permissions: dict[str, bool] | None = None

    def model(self) -> Repository:
        """In our own words."""
        granted = (name for name, held in (self.permissions or {}).items() if held)
        return Repository(
            full_name=self.full_name,
            default_branch=self.default_branch,
            url=self.html_url,
            private=self.private,
            permissions=frozenset(granted),
        )


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


class WireSignature(Wire):
    """Who wrote a git commit, and when."""

    name: Text = ""
    date: datetime | None = None


class WireGitCommit(Wire):
    """The git part of a commit."""

    message: Text = ""
    author: WireSignature | None = None


class WireCommit(Wire):
    """A commit; `author` is null where the address belongs to no account."""

    sha: str
    html_url: Text = ""
    commit: WireGitCommit = WireGitCommit()
    author: WireUser | None = None

    def model(self) -> Commit:
        """In our own words."""
        written_by = self.commit.author or WireSignature()
        login = (self.author or WireUser()).login
        return Commit(
            sha=self.sha,
            author=login or written_by.name,
            login=login,
            message=self.commit.message,
            title=self.commit.message.partition("\n")[0].strip(),
            url=self.html_url,
            at=written_by.date,
        )


class WireFile(Wire):
    """A changed file; `previous_filename` where it was renamed."""

    filename: Text = ""
    previous_filename: Text = ""


class WireComparison(Wire):
    """One page of a comparison."""

    status: Text = ""
    total_commits: int = 0
    behind_by: int = 0
    html_url: Text = ""
    commits: list[WireCommit] = Field(default_factory=list)
    files: list[WireFile] | None = None

    def model(self, listed: list[WireCommit]) -> Comparison:
        """With the commits of whichever pages were read; GitHub lists the oldest first."""
        files = self.files or []
        paths = [path for file in files for path in (file.filename, file.previous_filename)]
        return Comparison(
            status=self.status,
            total=self.total_commits,
            commits=tuple(commit.model() for commit in reversed(listed)),
            files=tuple(path for path in paths if path),
            url=self.html_url,
            behind=self.behind_by,
            files_cut=len(files) >= _MOST_FILES,
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


class WireLabel(Wire):
    """A label."""

    name: Text = ""


class WirePull(Wire):
    """A pull request."""

    number: int
    title: Text = ""
    labels: list[WireLabel] = Field(default_factory=list)
    html_url: Text = ""

    def model(self) -> PullRequest:
        """In our own words."""
        labels = tuple(label.name for label in self.labels)
        return PullRequest(self.number, self.title, labels, self.html_url)


class WirePulls(RootModel[list[WirePull]]):
    """A list of pull requests."""


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


def parse(wire: type[W], answer: Any) -> W:
    """The answer as one of GitHub's objects. Raises BadAnswer where it is none."""
    try:
        return wire.model_validate(answer)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise BadAnswer("GitHub", f"its answer lacks {where or 'everything'}.") from error
