"""The sandbox's GitHub: what happens in the repository, and what goes wrong with GitHub itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.github.checks import Checks
from bot.sandbox.github.faults import Faults
from bot.sandbox.github.history import DANA, AppCommit, Person, link_history, push, release
from bot.sandbox.github.routes import routes
from bot.sandbox.github.runs import Run, past_runs
from bot.sandbox.github.shapes import Shapes
from bot.sandbox.github.shapes_repository import Json
from bot.sandbox.github.teams import Teams
from integrations.clock import Clock


@dataclass(frozen=True)
class Call:
    """One request that came in; `status` 0 where it was cut off."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    status: int


class SandboxGitHub:
    """A GitHub that knows one repository, with branches develop and main.

    `token` is the only one it accepts ("" accepts anything, and none at all). `base_url` is where
    it is served, without a trailing slash; links lead there as well. Set it once it is known.
    `when_green` is told of each build that succeeds from now on: it pushed its images.
    """

    def __init__(self, clock: Clock, repository: str = "link/app", *, token: str = "") -> None:
        self.clock = clock
        self.name = repository
        self.token = token
        self.base_url = "https://github.example"
        self.history = link_history(clock.now())
        self.runs = past_runs(self.history, clock.now())
        self.checks = Checks(self.runs)
        self.statuses: defaultdict[str, list[Json]] = defaultdict(list)
        self.teams = Teams()
        self.pulls: defaultdict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
        self.protected = {"main"}  # branches
        self.faults = Faults(clock)
        self.calls: list[Call] = []
        self.when_green: Callable[[Run, AppCommit], None] = lambda _run, _commit: None

    def app(self) -> web.Application:
        """The REST API at /repos/…, and a small page behind each link."""
        app = web.Application(middlewares=[self._record, self.faults.middleware])
        app.add_routes(routes(self))
        return app

    @web.middleware
    async def _record(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        status = 0
        try:
            answer = await handler(request)
            status = answer.status
        except web.HTTPException as refusal:
            status = refusal.status
            raise
        finally:
            query = tuple(request.query.items())
            self.calls.append(Call(request.method, request.path, query, status))
        return answer

    @property
    def shapes(self) -> Shapes:
        """What writes this repository's JSON."""
        return Shapes(self.name, self.base_url, self.base_url)

    @property
    def requests(self) -> Counter[str]:
        """How often each method and path was asked for."""
        return Counter(f"{call.method} {call.path}" for call in self.calls)

    def newest(self, branch: str = "develop") -> AppCommit:
        """The commit that a branch points to."""
        return self.history.commits[self.history.branches[branch]]

    def add_commit(
        self,
        title: str,
        *,
        branch: str = "develop",
        author: Person = DANA,
        files: Sequence[str] = ("services/user-svc/main.go",),
        body: str = "",
    ) -> AppCommit:
        """Somebody pushes; there is no build of it until `add_run`."""
        at = self.clock.now()
        return push(self.history, branch, author, title, at=at, files=tuple(files), body=body)

    def add_branch(self, name: str, start: AppCommit) -> None:
        """Somebody makes a branch of an older commit, for a hotfix beside everybody's work."""
        self.history.branches[name] = start.sha

    def add_pull(self, commit: AppCommit, *labels: str) -> int:
        """The commit came in by a pull request with these labels; returns its number."""
        number = 400 + sum(map(len, self.pulls.values()))
        self.pulls[commit.sha].append((number, labels))
        return number

    def set_checks(self, commit: AppCommit, checks: Mapping[str, str]) -> None:
        """Let these be the check runs of a commit: see Checks.set."""
        self.checks.set(commit.sha, checks, self.clock.now())

    def set_status(self, commit: AppCommit, state: str, context: str = "ci/external") -> None:
        """Another system posts a commit status: error, failure, pending or success."""
        rows = self.statuses[commit.sha]
        given: Json = {"state": state, "context": context}
        row = self.shapes.status(len(rows) + 1, commit.sha, given, self.clock.now())
        rows[:] = [other for other in rows if other["context"] != context] + [row]

    def add_release(self, author: Person = DANA) -> AppCommit:
        """Somebody merges develop into main."""
        return release(self.history, author, self.clock.now())

    def add_run(
        self,
        commit: AppCommit,
        *,
        branch: str = "develop",
        status: str = "completed",
        conclusion: str = "success",
        event: str = "push",
    ) -> Run:
        """A build of a commit, as it is now: `status` "in_progress" has no conclusion yet."""
        now = self.clock.now()
        run = self.runs.add(commit, branch, now, status=status, conclusion=conclusion, event=event)
        return self._told(run)

    def finish_run(self, run: Run, conclusion: str = "success") -> Run:
        """The build ends."""
        return self._told(self.runs.finish(run.id, conclusion, self.clock.now()))

    def _told(self, run: Run) -> Run:
        if run.conclusion == "success":
            self.when_green(run, self.history.commits[run.sha])
        return run
