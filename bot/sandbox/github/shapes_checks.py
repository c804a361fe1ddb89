"""GitHub's JSON for check runs, as its REST API writes it (pure)."""

from __future__ import annotations

from bot.sandbox.github.checks import Check
from bot.sandbox.github.history import AppCommit
from bot.sandbox.github.shapes_repository import Json, RepositoryShapes, wire_time


def check_run(shapes: RepositoryShapes, check: Check, commit: AppCommit) -> Json:
    """One check run of GitHub's own CI."""
    page = f"{shapes.web}/runs/{check.id}"
    at = wire_time(check.at)
    return {
        "id": check.id,
        "node_id": f"CR_{check.id}",
        "head_sha": commit.sha,
        "external_id": "",
        "url": f"{shapes.api}/check-runs/{check.id}",
        "html_url": page,
        "details_url": page,
        "name": check.name,
        "status": check.status,
        "conclusion": check.conclusion,
        "started_at": at,
        "completed_at": at if check.conclusion else None,
        "output": {
            "title": None,
            "summary": None,
            "text": None,
            "annotations_count": 0,
            "annotations_url": f"{shapes.api}/check-runs/{check.id}/annotations",
        },
        "check_suite": {"id": check.id // 10},
        "app": _actions(shapes),
        "pull_requests": [],
    }


def _actions(shapes: RepositoryShapes) -> Json:
    """The app that runs workflows."""
    return {
        "id": 15368,
        "slug": "github-actions",
        "node_id": "MDM6QXBwMTUzNjg=",
        "owner": shapes.user("github", "Organization"),
        "name": "GitHub Actions",
        "description": "Automate your workflow from idea to production",
        "external_url": "https://help.github.com/en/actions",
        "html_url": "https://github.com/apps/github-actions",
        "created_at": "2018-07-30T09:30:17Z",
        "updated_at": "2025-12-07T18:03:05Z",
        "permissions": {"checks": "write", "contents": "read"},
        "events": ["check_run", "push"],
    }
