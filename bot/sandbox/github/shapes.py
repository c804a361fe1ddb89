"""GitHub's JSON for commits, comparisons, runs and statuses, as its REST API writes it (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.sandbox.github.history import AppCommit, Person
from bot.sandbox.github.runs import WORKFLOW_FILE, WORKFLOW_ID, Run
from bot.sandbox.github.shapes_repository import Json, RepositoryShapes, made_up_sha, wire_time


class Shapes(RepositoryShapes):
    """Writes everything that this repository holds."""

    def branch(self, name: str, tip: AppCommit, *, protected: bool) -> Json:
        """A branch: https://docs.github.com/rest/branches/branches#get-a-branch."""
        url = f"{self.api}/branches/{name}"
        return {
            "name": name,
            "commit": self.commit(tip),
            "_links": {"self": url, "html": f"{self.web}/tree/{name}"},
            "protected": protected,
            "protection": {"enabled": protected},
            "protection_url": f"{url}/protection",
        }

    def commit(self, commit: AppCommit) -> Json:
        """A commit."""
        written = {
            "name": commit.author.name,
            "email": commit.author.email,
            "date": wire_time(commit.at),
        }
        tree = made_up_sha(f"tree {commit.sha}")
        return {
            "sha": commit.sha,
            "node_id": f"C_{commit.short}",
            "url": f"{self.api}/commits/{commit.sha}",
            "html_url": f"{self.web}/commit/{commit.sha}",
            "comments_url": f"{self.api}/commits/{commit.sha}/comments",
            "commit": {
                "author": written,
                "committer": written,
                "message": commit.message,
                "tree": {"sha": tree, "url": f"{self.api}/git/trees/{tree}"},
                "url": f"{self.api}/git/commits/{commit.sha}",
                "comment_count": 0,
                "verification": {
                    "verified": False,
                    "reason": "unsigned",
                    "signature": None,
                    "payload": None,
                    "verified_at": None,
                },
            },
            "author": self._account(commit.author),
            "committer": self._account(commit.author),
            "parents": [self._parent(sha) for sha in commit.parents],
        }

    def comparison(
        self,
        base: AppCommit,
        head: AppCommit,
        merge_base: AppCommit,
        *,
        counts: tuple[int, int],
        commits: Sequence[AppCommit],
        files: Sequence[str] | None,
    ) -> Json:
        """A page of a comparison; `counts` are the commits ahead and behind, `files` page one's."""
        ahead, behind = counts
        span = f"{base.sha}...{head.sha}"
        listed = {} if files is None else {"files": [self._file(path, head) for path in files]}
        return {
            "url": f"{self.api}/compare/{span}",
            "html_url": f"{self.web}/compare/{span}",
            "permalink_url": f"{self.web}/compare/{span}",
            "diff_url": f"{self.web}/compare/{span}.diff",
            "patch_url": f"{self.web}/compare/{span}.patch",
            "base_commit": self.commit(base),
            "merge_base_commit": self.commit(merge_base),
            "status": _STATUS[ahead > 0, behind > 0],
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": ahead,
            "commits": [self.commit(commit) for commit in commits],
            **listed,
        }

    def run(self, run: Run, commit: AppCommit) -> Json:
        """A workflow run."""
        url = f"{self.api}/actions/runs/{run.id}"
        return {
            "id": run.id,
            "name": "CI/CD Pipeline",
            "node_id": f"WFR_{run.id}",
            "head_branch": run.branch,
            "head_sha": run.sha,
            "path": f".github/workflows/{WORKFLOW_FILE}",
            "display_title": commit.title,
            "run_number": run.number,
            "run_attempt": 1,
            "event": run.event,
            "status": run.status,
            "conclusion": run.conclusion,
            "workflow_id": WORKFLOW_ID,
            "check_suite_id": run.id + 1,
            "url": url,
            "html_url": f"{self.web}/actions/runs/{run.id}",
            "pull_requests": [],
            "created_at": wire_time(run.created_at),
            "updated_at": wire_time(run.updated_at),
            "run_started_at": wire_time(run.created_at),
            "actor": self.user(commit.author.login or "link-ci"),
            "triggering_actor": self.user(commit.author.login or "link-ci"),
            **{f"{word}_url": f"{url}/{word}" for word in ("jobs", "logs", "artifacts")},
            **{f"{word}_url": f"{url}/{word}" for word in ("cancel", "rerun")},
            "check_suite_url": f"{self.api}/check-suites/{run.id + 1}",
            "previous_attempt_url": None,
            "workflow_url": f"{self.api}/actions/workflows/{WORKFLOW_ID}",
            "head_commit": self._head_commit(commit),
            "repository": self.minimal_repository(),
            "head_repository": self.minimal_repository(),
        }

    def combined_status(self, commit: AppCommit, statuses: Sequence[Json]) -> Json:
        """The statuses of a commit, and what they come to."""
        states = {status["state"] for status in statuses}
        failed = states & {"failure", "error"}
        return {
            "state": "failure" if failed else "success" if states == {"success"} else "pending",
            "statuses": list(statuses),
            "sha": commit.sha,
            "total_count": len(statuses),
            "repository": self.minimal_repository(),
            "commit_url": f"{self.api}/commits/{commit.sha}",
            "url": f"{self.api}/commits/{commit.sha}/status",
        }

    def status(self, number: int, sha: str, given: Json, at: datetime) -> Json:
        """One commit status, from what was posted."""
        return {
            "id": number,
            "node_id": f"SC_{number}",
            "url": f"{self.api}/statuses/{sha}",
            "avatar_url": f"{self.web}/avatar",
            "state": given["state"],
            "context": given.get("context") or "default",
            "description": given.get("description"),
            "target_url": given.get("target_url"),
            "created_at": wire_time(at),
            "updated_at": wire_time(at),
        }

    def _account(self, person: Person) -> Json | None:
        """Whose address is in the commit; GitHub knows nobody by some addresses."""
        return self.user(person.login) if person.login else None

    def _parent(self, sha: str) -> Json:
        url = f"{self.api}/commits/{sha}"
        return {"sha": sha, "url": url, "html_url": f"{self.web}/commit/{sha}"}

    def _head_commit(self, commit: AppCommit) -> Json:
        return {
            "id": commit.sha,
            "tree_id": made_up_sha(f"tree {commit.sha}"),
            "message": commit.message,
            "timestamp": wire_time(commit.at),
            "author": _signature(commit.author),
            "committer": _signature(commit.author),
        }

    def _file(self, path: str, head: AppCommit) -> Json:
        return {
            "sha": made_up_sha(f"{path} {head.sha}"),
            "filename": path,
            "status": "modified",
            "additions": 12,
            "deletions": 4,
            "changes": 16,
            "blob_url": f"{self.web}/blob/{head.sha}/{path}",
            "raw_url": f"{self.web}/raw/{head.sha}/{path}",
            "contents_url": f"{self.api}/contents/{path}?ref={head.sha}",
        }


_STATUS = {
    (True, True): "diverged",
    (True, False): "ahead",
    (False, True): "behind",
    (False, False): "identical",
}


def _signature(person: Person) -> Json:
    return {"name": person.name, "email": person.email}
