"""The routes of the sandbox's GitHub: its REST API, and a small page behind each link."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from bot.sandbox.github.compare import compare
from bot.sandbox.github.history import AppCommit
from bot.sandbox.github.runs import WORKFLOW_FILE, WORKFLOW_ID, Run
from bot.sandbox.github.shapes_checks import check_run
from bot.sandbox.github.shapes_pulls import pull_request
from bot.sandbox.github.shapes_repository import Json
from bot.sandbox.github.teams import membership

if TYPE_CHECKING:
    from bot.sandbox.github.sandbox import SandboxGitHub

T = TypeVar("T")

_STATES = ("error", "failure", "pending", "success")


def routes(github: SandboxGitHub) -> list[web.RouteDef]:
    """Everything that is served."""
    api = _Api(github)
    base = "/repos/{owner}/{name}"
    return [
        web.get(base, api.repository),
        web.get(f"{base}/actions/workflows/{{workflow}}/runs", api.runs),
        web.get(f"{base}/actions/runs", api.runs),
        web.get(f"{base}/actions/runs/{{run}}", api.run),
        web.get(f"{base}/branches/{{branch:.+}}", api.branch),
        web.get(f"{base}/commits/{{ref}}", api.commit),
        web.get(f"{base}/commits/{{ref}}/status", api.status),
        web.get(f"{base}/commits/{{ref}}/check-runs", api.check_runs),
        web.get(f"{base}/commits/{{ref}}/pulls", api.pulls),
        web.post(f"{base}/statuses/{{ref}}", api.add_status),
        web.get(f"{base}/compare/{{basehead:.+}}", api.compare),
        web.get("/orgs/{org}/teams/{slug}/memberships/{login}", api.team_membership),
        web.get("/orgs/{org}/teams/{slug}/members", api.team_members),
        web.get("/{owner}/{name}/{kind:commit|compare|actions}/{rest:.+}", api.page),
    ]


class _Api:
    """The handlers of one SandboxGitHub."""

    def __init__(self, github: SandboxGitHub) -> None:
        self._github = github

    async def repository(self, request: web.Request) -> web.Response:
        """GET /repos/{owner}/{repo}."""
        self._admit(request)
        commits = sorted(self._github.history.commits.values(), key=lambda commit: commit.at)
        answer = self._github.shapes.repository(commits[0].at, commits[-1].at)
        return self._answer(request, answer)

    async def runs(self, request: web.Request) -> web.Response:
        """GET …/actions/runs and …/actions/workflows/{workflow}/runs."""
        self._admit(request)
        workflow = request.match_info.get("workflow", WORKFLOW_FILE)
        if workflow not in (WORKFLOW_FILE, str(WORKFLOW_ID)):
            raise _refusal(404, "Not Found")
        asked = {name: request.query.get(name, "") for name in ("branch", "event", "status")}
        found = self._github.runs.newest(**asked, head_sha=request.query.get("head_sha", ""))
        rows = [self._run(run) for run in _page(request, found, 30)]
        return self._answer(request, {"total_count": len(found), "workflow_runs": rows})

    async def run(self, request: web.Request) -> web.Response:
        """GET …/actions/runs/{run_id}."""
        self._admit(request)
        number = request.match_info["run"]
        run = self._github.runs.get(int(number)) if number.isdigit() else None
        if run is None:
            raise _refusal(404, "Not Found")
        return self._answer(request, self._run(run))

    async def commit(self, request: web.Request) -> web.Response:
        """GET …/commits/{ref}."""
        self._admit(request)
        commit = self._commit(request.match_info["ref"])
        return self._answer(request, self._github.shapes.commit(commit))

    async def branch(self, request: web.Request) -> web.Response:
        """GET …/branches/{branch}."""
        self._admit(request)
        name, history = request.match_info["branch"], self._github.history
        if name not in history.branches:
            raise _refusal(404, "Branch not found")
        tip = history.commits[history.branches[name]]
        protected = name in self._github.protected
        return self._answer(request, self._github.shapes.branch(name, tip, protected=protected))

    async def status(self, request: web.Request) -> web.Response:
        """GET …/commits/{ref}/status."""
        self._admit(request)
        commit = self._commit(request.match_info["ref"])
        statuses = self._github.statuses[commit.sha]
        answer = self._github.shapes.combined_status(commit, statuses)
        answer["statuses"] = list(_page(request, statuses, 30))
        return self._answer(request, answer)

    async def check_runs(self, request: web.Request) -> web.Response:
        """GET …/commits/{ref}/check-runs."""
        self._admit(request)
        commit = self._commit(request.match_info["ref"])
        found = self._github.checks.of(commit.sha)
        rows = [check_run(self._github.shapes, one, commit) for one in _page(request, found, 30)]
        return self._answer(request, {"total_count": len(found), "check_runs": rows})

    async def pulls(self, request: web.Request) -> web.Response:
        """GET …/commits/{commit_sha}/pulls."""
        self._admit(request)
        commit = self._commit(request.match_info["ref"])
        shapes, found = self._github.shapes, self._github.pulls[commit.sha]
        rows = [pull_request(shapes, number, commit, labels) for number, labels in found]
        return self._answer(request, list(_page(request, rows, 30)))

    async def add_status(self, request: web.Request) -> web.Response:
        """POST …/statuses/{sha}."""
        self._admit(request)
        commit = self._commit(request.match_info["ref"])
        given = await request.json()
        if not isinstance(given, dict) or given.get("state") not in _STATES:
            raise _refusal(422, "Validation Failed")
        shapes, rows = self._github.shapes, self._github.statuses[commit.sha]
        row = shapes.status(len(rows) + 1, commit.sha, given, self._github.clock.now())
        rows[:] = [other for other in rows if other["context"] != row["context"]] + [row]
        creator = shapes.user("shipmate[bot]", "Bot")
        return self._answer(request, {**row, "creator": creator}, status=201)

    async def compare(self, request: web.Request) -> web.Response:
        """GET …/compare/{base}...{head}."""
        self._admit(request)
        base, dots, head = request.match_info["basehead"].partition("...")
        if not dots:
            raise _refusal(404, "Not Found")
        found = compare(self._github.history, self._commit(base), self._commit(head))
        first = request.query.get("page", "1") == "1"
        answer = self._github.shapes.comparison(
            found.base,
            found.head,
            found.merge_base,
            counts=(len(found.ahead), found.behind),
            commits=_page(request, found.ahead, 250),
            files=found.files[:300] if first else None,
        )
        return self._answer(request, answer)

    async def team_membership(self, request: web.Request) -> web.Response:
        """GET /orgs/{org}/teams/{team_slug}/memberships/{username}."""
        self._admit_token(request)
        team, login = "{org}/{slug}".format(**request.match_info), request.match_info["login"]
        state = self._github.teams.state(team, login)
        if state is None:
            raise _refusal(404, "Not Found")
        return self._answer(request, membership(self._github.base_url, team, login, state))

    async def team_members(self, request: web.Request) -> web.Response:
        """GET /orgs/{org}/teams/{team_slug}/members."""
        self._admit_token(request)
        logins = self._github.teams.members("{org}/{slug}".format(**request.match_info))
        if logins is None:
            raise _refusal(404, "Not Found")
        rows = [self._github.shapes.user(login) for login in _page(request, logins, 30)]
        return self._answer(request, rows)

    async def page(self, request: web.Request) -> web.Response:
        """What a person sees who follows a link."""
        path = html.escape(f"{request.match_info['kind']} {request.match_info['rest']}")
        known = self._github.history.find(request.match_info["rest"])
        title = html.escape(known.title) if known else ""
        body = f"<!doctype html><title>{path}</title><h1>{title or path}</h1><p>{path}</p>"
        return web.Response(text=body, content_type="text/html")

    def _admit(self, request: web.Request) -> None:
        """Refuse strangers, and repositories that are not this one."""
        self._admit_token(request)
        if "{owner}/{name}".format(**request.match_info) != self._github.name:
            raise _refusal(404, "Not Found")

    def _admit_token(self, request: web.Request) -> None:
        token = self._github.token
        if token and request.headers.get("Authorization") != f"Bearer {token}":
            raise _refusal(401, "Bad credentials")

    def _commit(self, ref: str) -> AppCommit:
        commit = self._github.history.find(ref)
        if commit is None:
            raise _refusal(404, "Not Found")
        return commit

    def _run(self, run: Run) -> Json:
        return self._github.shapes.run(run, self._github.history.commits[run.sha])

    def _answer(
        self, request: web.Request, answer: Json | list[Json], status: int = 200
    ) -> web.Response:
        """The answer with its ETag, or 304 when that is what the asker holds."""
        text = json.dumps(answer)
        etag = f'W/"{hashlib.sha256(text.encode()).hexdigest()}"'
        if request.method == "GET" and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        headers = {"ETag": etag}
        return web.json_response(text=text, status=status, headers=headers)


def _page(request: web.Request, rows: Sequence[T], size: int) -> Sequence[T]:
    """The page that was asked for; `size` is what one holds unless `per_page` says otherwise."""
    asked, page = request.query.get("per_page", ""), request.query.get("page", "1")
    size = min(int(asked), 100) if asked.isdigit() else size
    start = size * (int(page) - 1) if page.isdigit() else 0
    return rows[start : start + size]


def _refusal(status: int, message: str) -> web.HTTPException:
    kinds = {401: web.HTTPUnauthorized, 404: web.HTTPNotFound, 422: web.HTTPUnprocessableEntity}
    body = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return kinds[status](text=json.dumps(body), content_type="application/json")
