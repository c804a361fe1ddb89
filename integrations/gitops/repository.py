"""The GitOps repository as the bot uses it: one object over a bare clone of one remote."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from integrations.clock import Clock
from integrations.errors import NotFound, UpstreamError
from integrations.gitops import history, reading
from integrations.gitops.change import Change, CommitResult, Edit, OnTop, Wanted
from integrations.gitops.copy import Copy
from integrations.gitops.environment import Remote
from integrations.gitops.history import FileVersion
from integrations.gitops.previews import Previews
from integrations.gitops.process import Git
from integrations.gitops.pushers import Pushers
from integrations.gitops.reading import GitCommit, checked_revision
from integrations.gitops.writing import Identity, with_trailers

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_TIDYING_PATIENCE = 2
"""How many times longer it may take to pack what has gathered in months."""


class GitOps:
    """Reads and changes one git remote through a bare clone in `clone`, which it owns.

    Every method raises UpstreamErrors of the service "Git". The clone is made on first use, and
    made anew when it turns out to be damaged. `timeout` is in real seconds, for one git process.
    `tokens` are tokens by file, for whatever changes them (pushers.py).
    Raises ValueError for a remote, branch or author that git could not use.
    """

    def __init__(
        self,
        remote: str,
        clone: Path,
        *,
        branch: str = "main",
        author: str = "shipmate <shipmate@localhost>",
        token: str | None = None,
        tokens: Mapping[str, str] | None = None,
        clock: Clock,
        timeout: float = 60.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._copy = Copy(Remote.of(remote, token), clone.absolute(), branch, timeout=timeout)
        self._git = self._copy.git
        self._pushers = Pushers(self._git, tokens or {})
        self._author = Identity.of(author)
        self._clock = clock
        self._jitter = jitter
        self.previews = Previews(self._copy, self._pushers, self._author, clock)

    @property
    def branch(self) -> str:
        """The branch that is meant where none is named."""
        return self._copy.branch

    @property
    def remote(self) -> str:
        """The remote's address, without credentials."""
        return self._git.remote.url

    @property
    def processes(self) -> int:
        """How many git processes were started so far."""
        return self._git.started

    async def tidy(self) -> None:
        """Pack what has gathered in the clone, where it is much; other work on it waits meanwhile."""
        with contextlib.suppress(UpstreamError):  # an untidy clone is as good
            async with self._copy.lock:
                await self._git.run("gc", "--auto", "--quiet", patience=_TIDYING_PATIENCE)

    async def probe(self) -> str:
        """The branch's head as the remote says it now, without touching the clone."""
        ref = f"refs/heads/{self.branch}"
        row = (await self._git.must("ls-remote", self.remote, ref)).text
        if not row:
            raise NotFound("Git", f"the repository has no branch {self.branch}.")
        return row.split("\t")[0]

    def has_own_token(self, paths: Iterable[str]) -> bool:
        """Whether a change to these files is pushed with a token of theirs."""
        return self._pushers.of(paths) is not self._git

    async def check_push(self, paths: Sequence[str] = ()) -> None:
        """Raise what a push of a change to these files would be refused with, as far as the
        remote says without one.
        """
        head = await self.fetch()
        ref = f"refs/heads/{self.branch}"
        await self._pushers.of(paths).must(
            "push", "--dry-run", "--porcelain", self.remote, f"{head}:{ref}"
        )

    async def fetch(self, branch: str = "") -> str:
        """Ask the remote for the branch and return its head.

        Callers that wait at the same time share one look, which began after each of them asked.
        """
        return await self._copy.fetch(branch)

    async def head(self, branch: str = "") -> str:
        """The branch's head as it was last seen; fetched if it never was."""
        branch = branch or self.branch
        return self._copy.last_seen(branch) or await self.fetch(branch)

    async def read(self, revision: str, path: str) -> str:
        """The text of a file at a commit or branch (as last fetched); NotFound without either."""
        found = await self.read_many(revision, [path])
        if path not in found:
            raise NotFound("Git", f"{path} does not exist at {revision[:7]}.")
        return found[path]

    async def read_many(self, revision: str, paths: Sequence[str]) -> dict[str, str]:
        """The texts of several files by path; those that do not exist are left out."""
        found = await self._copy.reading(
            [revision], lambda at: self._copy.known.files(self._git, at[0], paths)
        )
        return {path: file.text for path, file in found.items()}

    async def find(
        self, deploy_id: str, *, since: str = "", branch: str = "", key: str = "Deploy-Id"
    ) -> str | None:
        """The newest commit of the branch after `since` whose trailer `key` is `deploy_id`.

        Fetches first. Where `since` is "" or no longer exists, the last 5,000 are searched.
        """
        head = await self.fetch(branch)
        return await self._copy.reading(
            [head], lambda at: reading.find_trailer(self._git, key, deploy_id, since, at[0])
        )

    async def holds(self, revision: str) -> bool:
        """Whether it is a whole sha of a commit in the repository; asks the remote where our clone
        does not know it.
        """
        try:
            whole = _SHA.fullmatch(revision) is not None
            return whole and bool(await self._copy.reading([revision], _themselves))
        except NotFound:
            return False

    async def contains(self, ancestor: str, descendant: str) -> bool:
        """Whether `descendant` is `ancestor` or has it in its history; unknown commits do not."""
        if self._copy.is_newer(ancestor, descendant):
            return False
        try:
            return await self._copy.reading(
                [ancestor, descendant],
                lambda at: self._copy.known.once(
                    ("contains", *at), lambda: reading.is_ancestor(self._git, at[0], at[1])
                ),
            )
        except NotFound:
            return False

    async def diff(self, a: str, b: str, paths: Sequence[str] = ()) -> str:
        """The unified diff from `a` to `b`, in these paths or everywhere."""
        return await self._copy.reading(
            [a, b], lambda at: reading.diff(self._git, at[0], at[1], paths)
        )

    async def log(
        self,
        revisions: str,
        paths: Sequence[str] = (),
        *,
        limit: int = 100,
        holding: str = "",
    ) -> tuple[GitCommit, ...]:
        """The commits of a revision, or of `a..b`, that touch these paths, newest first.

        `limit` 0 is all of them; `holding` keeps those whose message has that very text.
        """
        return await self._copy.reading(
            revisions.split(".."),
            lambda at: reading.commits(
                self._git, "..".join(at), paths, limit=limit, holding=holding
            ),
        )

    async def riding(
        self, base: str, head: str = "", paths: Sequence[str] = (), *, limit: int = 100
    ) -> tuple[GitCommit, ...]:
        """The newest commits after `base` up to `head` ("": the branch as last seen), with the
        files each one changed; only those that touch these paths (files or folders), if any.

        NotFound where `base` is not in the repository (any more).
        """
        return await self._copy.reading(
            [base, head or await self.head()],
            lambda at: self._copy.histories.once(
                ("riding", *at, *paths, limit),
                lambda: history.riding(self._git, at[0], at[1], paths, limit=limit),
            ),
        )

    async def versions(
        self, path: str, *, revision: str = "", limit: int = 20
    ) -> tuple[FileVersion, ...]:
        """What a file said after each commit that changed it, newest first."""
        return await self._copy.reading(
            [revision or await self.head()],
            lambda at: history.versions(self._git, at[0], path, limit=limit),
        )

    async def commit(
        self,
        branch: str,
        edits: Edit,
        paths: Sequence[str],
        message: str,
        trailers: Mapping[str, str],
        *,
        since: str = "",
        author: str = "",
        key: str = "Deploy-Id",
        on: OnTop | None = None,
    ) -> CommitResult:
        """Change these files on the remote's branch ("" is the default) by exactly one commit.

        A moved branch is read, edited and pushed again, five times. A push whose answer was lost
        is looked up by the trailer `key` before the next one; with `since` (any commit before the
        first attempt) so is one of an earlier life of the bot. Nothing to change is
        `changed=False`. Raises Rejected with the remote's own message, NotFound for a missing
        file, and whatever `edits` and `on` raise; `changed` of an error is "unknown" only where a push
        went out and the remote could not be asked what became of it.
        """
        by = Identity.of(author) if author else self._author
        wanted = Wanted(
            branch=checked_revision(branch or self.branch),
            edit=edits,
            paths=[reading.checked_path(path) for path in paths],
            message=with_trailers(message, trailers),
            on=on,
            author=by,
            committer=self._author,
            trailer=(key, trailers.get(key, "")),
        )
        return await self._made(wanted, self._pushers.of(paths), since)

    async def _made(self, wanted: Wanted, pusher: Git, since: str) -> CommitResult:
        """One change at a time, on a copy that is mended where it is broken."""
        change = Change(
            self._copy,
            wanted,
            pusher=pusher,
            since=since,
            clock=self._clock,
            jitter=self._jitter,
        )

        async def locked() -> CommitResult:
            async with self._copy.lock:
                return await change.run()

        return await self._copy.mended(locked)


async def _themselves(commits: Sequence[str]) -> Sequence[str]:
    return commits
