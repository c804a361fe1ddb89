"""GitHub's JSON for accounts and repositories, as its REST API writes it (pure)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TypeAlias

Json: TypeAlias = dict[str, object]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_USER_URLS = _words(
    "events followers following gists organizations received_events repos starred subscriptions"
)
_REPOSITORY_URLS = _words(
    "archive assignees blobs branches collaborators comments commits compare contents contributors"
    " deployments downloads events forks git_commits git_refs git_tags hooks issue_comment"
    " issue_events issues keys labels languages merges milestones notifications pulls releases"
    " stargazers statuses subscribers subscription tags teams trees"
)
_COUNTS = _words("forks forks_count open_issues open_issues_count stargazers_count watchers")


class RepositoryShapes:
    """Writes JSON for one repository; `api` and `web` are base URLs without a trailing slash."""

    def __init__(self, repository: str, api: str, web: str) -> None:
        self.full_name = repository
        self.owner, _, self.name = repository.partition("/")
        self.api = f"{api}/repos/{repository}"
        self.web = f"{web}/{repository}"
        self._hosts = (api, web)

    def user(self, login: str, kind: str = "User") -> Json:
        """An account."""
        api, web = self._hosts
        number = _number(login)
        return {
            "login": login,
            "id": number,
            "node_id": f"U_{number}",
            "avatar_url": f"{web}/avatars/{number}",
            "gravatar_id": "",
            "url": f"{api}/users/{login}",
            "html_url": f"{web}/{login}",
            **{f"{word}_url": f"{api}/users/{login}/{word}" for word in _USER_URLS},
            "type": kind,
            "site_admin": False,
        }

    def minimal_repository(self) -> Json:
        """The repository as it stands inside other things."""
        return {
            "id": _number(self.full_name),
            "node_id": f"R_{_number(self.full_name)}",
            "name": self.name,
            "full_name": self.full_name,
            "private": True,
            "owner": self.user(self.owner, "Organization"),
            "html_url": self.web,
            "description": "The Link social platform",
            "fork": False,
            "url": self.api,
            **{f"{word}_url": f"{self.api}/{word}" for word in _REPOSITORY_URLS},
        }

    def repository(self, created: datetime, pushed: datetime) -> Json:
        """The repository asked for by itself."""
        return {
            **self.minimal_repository(),
            "clone_url": f"{self.web}.git",
            "git_url": f"git://{self.web.partition('://')[2]}.git",
            "ssh_url": f"git@{self.web.partition('://')[2].replace('/', ':', 1)}.git",
            "svn_url": self.web,
            "mirror_url": None,
            "homepage": None,
            "language": "Go",
            "license": None,
            "default_branch": "develop",
            "size": 48_120,
            **dict.fromkeys(_COUNTS, 0),
            **dict.fromkeys(("watchers_count", "network_count", "subscribers_count"), 0),
            **dict.fromkeys(("has_issues", "has_projects", "has_wiki"), True),
            **dict.fromkeys(("has_pages", "has_downloads", "has_discussions"), False),
            **dict.fromkeys(("archived", "disabled"), False),
            "visibility": "private",
            "permissions": {"admin": False, "maintain": False, "push": True, "pull": True},
            "created_at": wire_time(created),
            "updated_at": wire_time(pushed),
            "pushed_at": wire_time(pushed),
        }


def wire_time(at: datetime) -> str:
    """A time as GitHub writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def made_up_sha(text: str) -> str:
    """Forty hexadecimal digits that depend on `text` alone."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _number(text: str) -> int:
    return int(made_up_sha(text)[:7], 16)
