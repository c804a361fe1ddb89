"""What the bot knows of GitHub: runs, commits and comparisons, in its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_CO_AUTHOR = re.compile(r"^co-authored-by:([^<\n]*)", re.IGNORECASE | re.MULTILINE)
_GREEN = frozenset({"success", "neutral", "skipped"})


@dataclass(frozen=True)
class Repository:
    """A repository; `permissions` are the names of what our token may do (pull, push, admin …)."""

    full_name: str
    default_branch: str = ""
    url: str = ""
    private: bool = False
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class WorkflowRun:
    """One run of a workflow.

    `status` is queued, in_progress, completed, waiting …; `conclusion` is "" until it is
    completed, then success, failure, cancelled …. `repository` ran it, `head_repository` (a fork's
    name for pull requests from forks, "" when it was deleted) is where the commit came from.
    """

    id: int
    head_sha: str
    head_branch: str = ""
    event: str = ""
    status: str = ""
    conclusion: str = ""
    title: str = ""
    actor: str = ""
    url: str = ""
    repository: str = ""
    head_repository: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    attempt: int = 1
    workflow: str = ""  # the file's name: ci-cd-pipeline.yml

    @property
    def is_running(self) -> bool:
        """Whether its end is still to come."""
        return self.status != "completed"

    @property
    def is_green(self) -> bool:
        """Whether it ended well."""
        return self.status == "completed" and self.conclusion == "success"


@dataclass(frozen=True)
class Commit:
    """One commit. `author` is the GitHub login, or the name in the commit where there is none.

    Whoever the message calls Co-authored-by is in `co_authors`, by name alone.
    """

    sha: str
    author: str = ""
    login: str = ""  # "" where the commit's address belongs to no account
    title: str = ""
    url: str = ""
    at: datetime | None = None
    message: str = ""

    @property
    def co_authors(self) -> tuple[str, ...]:
        """The names behind Co-authored-by, as the message has them."""
        return tuple(name.strip() for name in _CO_AUTHOR.findall(self.message))


@dataclass(frozen=True)
class Comparison:
    """What `head` has beyond `base`.

    `status` is ahead, behind, diverged or identical. `commits` are the newest first and may be
    fewer than `total`; `behind` is how many `base` has that `head` lacks. `files` are the paths
    changed since both had a commit in common, former names included; GitHub lists no more than
    300 files, and `files_cut` says that there may be others.
    """

    status: str
    total: int
    commits: tuple[Commit, ...] = ()
    files: tuple[str, ...] = ()
    url: str = ""
    behind: int = 0
    files_cut: bool = False


@dataclass(frozen=True)
class CombinedStatus:
    """The commit statuses of one commit; `state` is success, pending or failure."""

    state: str
    contexts: dict[str, str]


@dataclass(frozen=True)
class CheckRun:
    """One check run; `conclusion` is "" until it is completed. `app` is who reports it."""

    name: str
    status: str = ""
    conclusion: str = ""
    app: str = ""
    url: str = ""

    @property
    def is_running(self) -> bool:
        """Whether its end is still to come."""
        return self.status != "completed"

    @property
    def is_green(self) -> bool:
        """Whether it ended well, or had nothing to say."""
        return self.status == "completed" and self.conclusion in _GREEN


@dataclass(frozen=True)
class PullRequest:
    """One pull request; untrusted text."""

    number: int
    title: str = ""
    labels: tuple[str, ...] = ()
    url: str = ""
