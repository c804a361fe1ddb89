"""One change of the GitOps repository: read, edit, commit, push, and look again when overtaken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from integrations.clock import Clock
from integrations.errors import NotFound, UpstreamError
from integrations.gitops.answers import Damaged, Locked, Overtaken
from integrations.gitops.copy import Copy
from integrations.gitops.process import Git
from integrations.gitops.reading import GitFile, find_trailer, is_ancestor, parent
from integrations.gitops.writing import Identity, Signed, push, write_commit

Edit = Callable[[Mapping[str, str]], Mapping[str, str]]
"""From the texts of the files in Git, by path, to the texts they shall have.

Runs in a thread, and again on newer texts when the branch moved; what it raises is passed on and
nothing is written.
"""

OnTop = Callable[[str], Awaitable[None]]
"""Is told the commit that the change goes on top of, before anything is written; what it raises
is passed on.
"""

_TRIES = 5


@dataclass(frozen=True)
class CommitResult:
    """What became of a commit: its sha and parent, or `changed=False` and the branch's head."""

    sha: str
    base: str
    changed: bool


@dataclass(frozen=True)
class Wanted:
    """What shall be committed. `trailer` is the key and value that make it this very change."""

    branch: str
    edit: Edit
    paths: Sequence[str]
    message: str
    on: OnTop | None
    author: Identity
    committer: Identity
    trailer: tuple[str, str]


class Change:
    """One wanted change on its way to the remote.

    It remembers what it has sent, so it may be run again after the clone was mended.
    """

    def __init__(
        self,
        copy: Copy,
        wanted: Wanted,
        *,
        pusher: Git,
        since: str,
        clock: Clock,
        jitter: Callable[[], float],
    ) -> None:
        self._copy = copy
        self._pusher = pusher
        self._wanted = wanted
        self._since = since
        self._clock = clock
        self._jitter = jitter
        self._sent: list[str] = []
        self._uncertain = False

    async def run(self) -> CommitResult:
        """Bring it to the remote exactly once; the caller holds the copy's lock.

        Raises what the edit raises, and UpstreamErrors whose `changed` is "unknown" only where a
        push went out and the remote could not be asked what became of it.
        """
        try:
            return await self._run()
        except (Damaged, Locked):
            raise
        except UpstreamError as error:
            if self._uncertain:
                error.changed = "unknown"
            raise

    async def _run(self) -> CommitResult:
        trouble: UpstreamError = Overtaken("Git", "nothing was tried.")
        for attempt in range(_TRIES):
            base = "" if attempt else self._just_seen()
            if not base:
                base = await self._copy.fetch_locked(self._wanted.branch)
                if earlier := await self._earlier(base):
                    return earlier
            try:
                return await self._attempt(base)
            except Overtaken as error:
                trouble = error
            except UpstreamError as error:
                if error.changed == "no":
                    raise
                trouble, self._uncertain = error, True
            await self._clock.sleep((0.1 + 0.4 * self._jitter()) * 2**attempt)
        base = await self._copy.fetch_locked(self._wanted.branch)
        if earlier := await self._earlier(base):
            return earlier
        raise trouble

    def _just_seen(self) -> str:
        """The head that the caller's plan was made on, where no later look found another.

        The push is a compare-and-swap on it: had the branch moved since, by an earlier try of
        this very change too, it is refused, and the next attempt fetches and looks.
        """
        is_newest = self._since and self._since == self._copy.last_seen(self._wanted.branch)
        return self._since if is_newest else ""

    async def _attempt(self, base: str) -> CommitResult:
        wanted = self._wanted
        if wanted.on is not None:
            await wanted.on(base)
        files = await self._copy.known.files(self._copy.git, base, wanted.paths)
        texts = await self._edited(files)
        if not texts:
            return CommitResult(base, base, changed=False)
        signed = Signed(wanted.message, wanted.author, wanted.committer, self._clock.now())
        sha = await write_commit(self._copy, base, files, texts, signed)
        self._since = self._since or base
        self._sent.append(sha)
        self._copy.wrote(sha)
        await push(self._pusher, sha, wanted.branch, base)
        self._copy.saw(wanted.branch, sha)
        return CommitResult(sha, base, changed=True)

    async def _edited(self, files: Mapping[str, GitFile]) -> dict[str, str]:
        """The texts that differ from what Git holds."""
        paths = set(self._wanted.paths)
        if missing := sorted(paths - set(files)):
            raise NotFound("Git", f"{missing[0]} does not exist in {self._wanted.branch}.")
        before = {path: file.text for path, file in files.items()}
        after = await asyncio.to_thread(self._wanted.edit, before)
        if outside := sorted(set(after) - paths):
            raise ValueError(f"the edit reached outside its files: {outside[0]}")
        return {path: text for path, text in after.items() if text != before[path]}

    async def _earlier(self, head: str) -> CommitResult | None:
        """This very change, if an earlier push of it reached the remote after all."""
        git = self._copy.git
        if not self._since:
            return None
        for sent in self._sent:
            if await is_ancestor(git, sent, head):
                return CommitResult(sent, await parent(git, sent), changed=True)
        sha = await find_trailer(git, *self._wanted.trailer, self._since, head)
        return CommitResult(sha, await parent(git, sha), changed=True) if sha else None
