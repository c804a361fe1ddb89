"""What the bot asks of GitHub about one repository: runs, commits and comparisons."""

from __future__ import annotations

from urllib.parse import quote

import httpx

from integrations.clock import Clock
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
from integrations.github.remotes import repository_of
from integrations.github.rest import Rest
from integrations.github.teams import Teams
from integrations.github.wire import WireBranch, WireRepository, parse
from integrations.github.wire_checks import WireCheckRuns, WireRun, WireStatus, parse_runs
from integrations.github.wire_commits import WireCommit, WireComparison, WirePulls

_PAGE = 100
"""The most that GitHub puts on one page."""
_PAGES = 100
"""More pages than anybody has checks: who has more is told so, for none of them may go unread."""


class GitHub(Teams):
    """One repository ("owner/name") as our token sees it.

    Every method raises the UpstreamErrors of the service "GitHub"; nothing is ever written.
    """

    def __init__(self, http: httpx.AsyncClient, repository: str, token: str, clock: Clock) -> None:
        self.name = repository
        self.rest = Rest(http, token, clock)
        self._http = http
        self._base = f"repos/{quote(repository)}"

    async def repository(self) -> Repository:
        """The repository itself, and what our token may do with it."""
        return parse(WireRepository, await self.rest.get(self._base)).model()

    async def is_protected(self, remote: str, branch: str) -> bool | None:
        """Whether GitHub protects a branch of a git remote, None where that is not on this GitHub.

        https://docs.github.com/rest/branches/branches#get-a-branch
        """
        name = repository_of(remote, str(self._http.base_url))
        if not name:
            return None
        path = f"repos/{quote(name)}/branches/{quote(branch, safe='')}"
        return parse(WireBranch, await self.rest.get(path)).protected

    async def runs(
        self,
        workflow: str,
        *,
        branch: str = "",
        event: str = "push",
        status: str = "",
        head_sha: str = "",
        per_page: int = 20,
    ) -> tuple[WorkflowRun, ...]:
        """The newest runs of a workflow (its file name), newest first.

        `status` is a status or a conclusion, as GitHub takes either ("success", "in_progress").
        """
        query: dict[str, str | int] = {
            "branch": branch,
            "event": event,
            "status": status,
            "head_sha": head_sha,
            "per_page": min(per_page, _PAGE),
        }
        path = f"{self._base}/actions/workflows/{quote(workflow, safe='')}/runs"
        return parse_runs(await self.rest.get(path, query))

    async def run(self, run_id: int) -> WorkflowRun:
        """One run of any workflow."""
        return parse(WireRun, await self.rest.get(f"{self._base}/actions/runs/{run_id}")).model()

    async def commit(self, ref: str) -> Commit:
        """The commit of a sha, the beginning of one, a branch or a tag."""
        path = f"{self._base}/commits/{quote(ref, safe='')}"
        return parse(WireCommit, await self.rest.get(path, {"per_page": 1})).model()

    async def status(self, ref: str) -> CombinedStatus:
        """The commit statuses of a commit, combined as GitHub does."""
        path = f"{self._base}/commits/{quote(ref, safe='')}/status"
        first = parse(WireStatus, await self.rest.get(path, {"per_page": _PAGE}))
        listed = first.statuses
        for page in _further_pages(first.total_count):
            answer = await self.rest.get(path, {"per_page": _PAGE, "page": page})
            listed = listed + parse(WireStatus, answer).statuses
        return first.model(listed)

    async def check_runs(self, ref: str) -> tuple[CheckRun, ...]:
        """The newest check run of each name on a commit; none where nothing checks it.

        Raises NotFound where there is no such commit.
        """
        path = f"{self._base}/commits/{quote(ref, safe='')}/check-runs"
        query: dict[str, str | int] = {"filter": "latest", "per_page": _PAGE}
        first = parse(WireCheckRuns, await self.rest.get(path, query))
        listed = first.check_runs
        for page in _further_pages(first.total_count):
            answer = await self.rest.get(path, query | {"page": page})
            listed = listed + parse(WireCheckRuns, answer).check_runs
        return tuple(run.model() for run in listed)

    async def pulls(self, sha: str) -> tuple[PullRequest, ...]:
        """The pull requests that brought a commit in, or hold it; up to a hundred."""
        path = f"{self._base}/commits/{quote(sha, safe='')}/pulls"
        answer = await self.rest.get(path, {"per_page": _PAGE})
        return tuple(pull.model() for pull in parse(WirePulls, answer).root)

    async def compare(self, base: str, head: str, *, limit: int = 250) -> Comparison:
        """What `head` has beyond `base` (both a sha, the beginning of one, or a branch).

        At most the newest `limit` commits, rounded up to whole pages of a hundred.
        """
        path = f"{self._base}/compare/{quote(base, safe='')}...{quote(head, safe='')}"
        first = parse(WireComparison, await self.rest.get(path, {"per_page": _PAGE, "page": 1}))
        last = -(-first.total_commits // _PAGE)
        # The oldest come first: the pages before the newest `limit` are passed over.
        start = max(2, last - limit // _PAGE)
        listed = first.commits if start == 2 else []
        for page in range(start, last + 1):
            answer = await self.rest.get(path, {"per_page": _PAGE, "page": page})
            listed = listed + parse(WireComparison, answer).commits
        return first.model(listed)


def _further_pages(total: int) -> range:
    """The pages behind the first that hold `total` rows. Raises BadAnswer for too many of them."""
    pages = -(-total // _PAGE)
    if pages > _PAGES:
        raise BadAnswer("GitHub", f"it lists {total} checks of one commit, more than are read.")
    return range(2, pages + 1)
