"""GitHub's JSON for pull requests, as its REST API writes them in lists (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.github.history import AppCommit
from bot.sandbox.github.shapes_repository import Json, RepositoryShapes, wire_time


def pull_request(
    shapes: RepositoryShapes, number: int, commit: AppCommit, labels: Sequence[str]
) -> Json:
    """The merged pull request that brought a commit in."""
    at = wire_time(commit.at)
    return {
        **_nobody(),
        "id": 90_000 + number,
        "node_id": f"PR_{number}",
        "number": number,
        "state": "closed",
        "locked": False,
        "draft": False,
        "title": commit.title,
        "body": None,
        "user": shapes.user(commit.author.login or "ghost"),
        "author_association": "MEMBER",
        "labels": [_label(shapes, name) for name in labels],
        "created_at": at,
        "updated_at": at,
        "closed_at": at,
        "merged_at": at,
        "merge_commit_sha": commit.sha,
        "auto_merge": None,
        "head": _end(shapes, commit, f"pull-{number}"),
        "base": _end(shapes, commit, "develop"),
        **_addresses(shapes, number, commit),
    }


def _nobody() -> Json:
    """Nobody is assigned to it, and nobody is asked for a review."""
    return {
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
    }


def _addresses(shapes: RepositoryShapes, number: int, commit: AppCommit) -> Json:
    """Where it is, and everything about it."""
    api, page = f"{shapes.api}/pulls/{number}", f"{shapes.web}/pull/{number}"
    issue = f"{shapes.api}/issues/{number}"
    links = {
        "self": api,
        "html": page,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{api}/comments",
        "review_comment": f"{shapes.api}/pulls/comments{{/number}}",
        "commits": f"{api}/commits",
        "statuses": f"{shapes.api}/statuses/{commit.sha}",
    }
    return {
        "url": api,
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue,
        **{f"{word}_url": links[word] for word in _URLS},
        "_links": {word: {"href": address} for word, address in links.items()},
    }


_URLS = ("comments", "review_comments", "review_comment", "commits", "statuses")


def _label(shapes: RepositoryShapes, name: str) -> Json:
    return {
        "id": sum(name.encode()),
        "node_id": f"LA_{name}",
        "url": f"{shapes.api}/labels/{name}",
        "name": name,
        "description": "",
        "color": "d73a4a",
        "default": False,
    }


def _end(shapes: RepositoryShapes, commit: AppCommit, branch: str) -> Json:
    return {
        "label": f"{shapes.owner}:{branch}",
        "ref": branch,
        "sha": commit.sha,
        "user": shapes.user(shapes.owner, "Organization"),
        "repo": shapes.repository(commit.at, commit.at),
    }
