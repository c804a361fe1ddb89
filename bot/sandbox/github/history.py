"""The past of the Link platform's application repository, as the sandbox tells it (pure)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Person:
    """Somebody who commits; `login` is "" where their address belongs to no account."""

    login: str
    name: str

    @property
    def email(self) -> str:
        """The address in their commits."""
        return f"{self.login or self.name.lower().replace(' ', '.')}@linkapp.com"


DANA = Person("dana-developer", "Dana Developer")
AMIR = Person("amir-approver", "Amir Approver")
OLU = Person("olu-oncall", "Olu On-Call")
MEI = Person("mei-lin", "Mei Lin")
JONAS = Person("jonas-weber", "Jonas Weber")
PRIYA = Person("priya-nair", "Priya Nair")
TOMASZ = Person("tomasz-k", "Tomasz Kowalski")
SOFIA = Person("sofia-rossi", "Sofia Rossi")
PEOPLE = (DANA, AMIR, OLU, MEI, JONAS, PRIYA, TOMASZ, SOFIA)


@dataclass(frozen=True)
class AppCommit:
    """One commit of the application repository; `files` are the paths it touched.

    `body` stands below the title, with trailers such as "Rollback: unsafe" at its end.
    """

    sha: str
    title: str
    author: Person
    at: datetime
    parents: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    body: str = ""

    @property
    def message(self) -> str:
        """The whole message."""
        return f"{self.title}\n\n{self.body}" if self.body else self.title

    @property
    def short(self) -> str:
        """The first seven characters, as in image tags."""
        return self.sha[:7]


@dataclass(frozen=True)
class History:
    """Commits by sha, and the commits that branches point to."""

    commits: dict[str, AppCommit]
    branches: dict[str, str]

    def line(self, sha: str) -> list[AppCommit]:
        """The first-parent line that ends in `sha`, oldest first."""
        line: list[AppCommit] = []
        while commit := self.commits.get(sha):
            line.append(commit)
            sha = commit.parents[0] if commit.parents else ""
        return line[::-1]

    def ancestors(self, sha: str) -> set[str]:
        """`sha` and everything in its past."""
        seen: set[str] = set()
        left = [sha]
        while left:
            if (name := left.pop()) in self.commits and name not in seen:
                seen.add(name)
                left.extend(self.commits[name].parents)
        return seen

    def find(self, name: str) -> AppCommit | None:
        """The commit of a branch, a sha, or the beginning of one (seven characters or more)."""
        if sha := self.branches.get(name):
            return self.commits[sha]
        near = [sha for sha in self.commits if len(name) >= 7 and sha.startswith(name)]
        return self.commits[near[0]] if len(near) == 1 else None


# Hours ago, who, what, which services. Oldest first; a release is a merge of what came before it.
_DEVELOP = (
    (214.0, TOMASZ, "Move the services to one compose file for local work", "api-gateway"),
    (209.5, PRIYA, "search-svc: rank exact handles before fuzzy ones", "search-svc"),
    (198.0, MEI, "link-frontend: keep the scroll position when a chat opens", "link-frontend"),
    (191.2, JONAS, "chat-svc: acknowledge messages in batches", "chat-svc"),
    (187.9, DANA, "user-svc: reject handles that differ only in case", "user-svc"),
    (171.4, SOFIA, "ai-svc: cap summaries at 200 tokens", "ai-svc"),
    (168.8, AMIR, "release", ""),
    (165.0, PRIYA, "discovery-svc: cache the people near you for a minute", "discovery-svc"),
    (151.3, TOMASZ, "api-gateway: send traces to Jaeger over OTLP", "api-gateway"),
    (146.7, DANA, "user-svc: add the index that the profile page asks for", "user-svc"),
    (143.1, MEI, "link-frontend: show who is typing in group chats", "link-frontend"),
    (140.6, JONAS, "chat-svc: drop the old long-polling endpoint", "chat-svc"),
    (126.0, SOFIA, "ai-svc: retry when the model is warming up", "ai-svc"),
    (121.8, PRIYA, "search-svc: rebuild the vector index without a lock", "search-svc"),
    (120.9, AMIR, "release", ""),
    (117.2, DANA, "user-svc: expire sessions after thirty days", "user-svc"),
    (99.5, OLU, "api-gateway: answer 503 while draining", "api-gateway"),
    (97.0, MEI, "link-frontend: fix the avatar that overlaps the name", "link-frontend"),
    (75.4, JONAS, "chat-svc: store read receipts per device", "chat-svc"),
    (73.9, TOMASZ, "Bump Go to 1.25.4 in every service", "user-svc"),
    (72.6, AMIR, "release", ""),
    (52.1, SOFIA, "ai-svc: summarise threads in the reader's language", "ai-svc"),
    (49.7, PRIYA, "discovery-svc: leave out people who blocked you", "discovery-svc"),
    (46.3, DANA, "user-svc: let people export their data", "user-svc"),
    (28.8, MEI, "link-frontend: dark mode for the settings page", "link-frontend"),
    (26.5, JONAS, "chat-svc: reconnect with a growing delay", "chat-svc"),
    (24.2, OLU, "api-gateway: limit uploads to 20 MB", "api-gateway"),
    (23.0, AMIR, "release", ""),
    (5.6, PRIYA, "search-svc: find people by their old handle", "search-svc"),
    (3.1, SOFIA, "ai-svc: stop paying for empty prompts", "ai-svc"),
    (1.4, DANA, "user-svc: send the welcome mail only once", "user-svc"),
    (0.4, MEI, "link-frontend: name the button that closes a chat", "link-frontend"),
)


def link_history(now: datetime) -> History:
    """Nine days of work on `develop`, with four releases to `main`, ending 25 minutes ago.

    The shas depend on the titles alone, so that everything that is told about the same past
    (image tags, builds, comparisons) names the same commits.
    """
    history = History({}, {})
    for hours, author, title, service in _DEVELOP:
        at = now.replace(microsecond=0) - timedelta(hours=hours)
        if title == "release":
            release(history, author, at)
        else:
            push(history, "develop", author, title, at=at, files=(f"services/{service}/main.go",))
    return history


def released(history: History) -> list[tuple[AppCommit, AppCommit]]:
    """Each release to `main`, oldest first, with the commit of `develop` that it released."""
    line = history.line(history.branches["main"])
    merges = [commit for commit in line if commit.title.startswith("Merge")]
    return [(merge, history.commits[merge.parents[-1]]) for merge in merges]


def push(
    history: History,
    branch: str,
    author: Person,
    title: str,
    *,
    at: datetime,
    files: tuple[str, ...] = (),
    body: str = "",
) -> AppCommit:
    """Add one commit to the end of `branch`."""
    parent = history.branches.get(branch, "")
    commit = AppCommit("", title, author, at, (parent,) if parent else (), files, body)
    return _add(history, branch, commit)


def release(history: History, author: Person, at: datetime) -> AppCommit:
    """Merge `develop` into `main`."""
    tips = (history.branches.get(name, "") for name in ("main", "develop"))
    title = f"Merge pull request #{380 + len(history.commits)} from link/develop"
    return _add(history, "main", AppCommit("", title, author, at, tuple(filter(None, tips))))


def _add(history: History, branch: str, commit: AppCommit) -> AppCommit:
    story = "\n".join((branch, *commit.parents, commit.title))
    commit = replace(commit, sha=hashlib.sha1(story.encode(), usedforsecurity=False).hexdigest())
    history.commits[commit.sha] = commit
    history.branches[branch] = commit.sha
    return commit
