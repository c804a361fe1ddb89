"""GitHub's commits, comparisons and pull requests as it sends them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, RootModel

from integrations.github.model import Commit, Comparison, PullRequest
from integrations.github.wire import Text, Wire, WireUser

_MOST_FILES = 300
"""As many as GitHub lists in a comparison, whatever was changed."""


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
