"""Our copy of the remote: fetched on demand, shared by all who ask, mended when it breaks."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from integrations.errors import BadAnswer, NotFound, UpstreamError
from integrations.gitops import clone
from integrations.gitops.answers import Damaged, Locked
from integrations.gitops.environment import Remote
from integrations.gitops.known import Known
from integrations.gitops.process import Git
from integrations.gitops.reading import checked_revision, resolve

T = TypeVar("T")

_SHA = re.compile(r"[0-9a-f]{7,64}")
_MENDINGS = 3
_HISTORIES = 20
"""How many answers of a thousand commits each are remembered: of a megabyte or so."""
_FIRST_FETCH_PATIENCE = 10
"""How many times longer the fetch of a whole history may take."""


@dataclass(frozen=True)
class _Seen:
    """What the `order`-th look at a branch of the remote came to."""

    order: int
    sha: str = ""
    error: UpstreamError | None = None


class Copy:
    """A bare clone of one remote. Whatever changes it, or the remote, holds `lock`.

    Branches are kept under refs/remotes/origin; nothing is ever checked out.
    """

    def __init__(self, remote: Remote, directory: Path, branch: str, *, timeout: float) -> None:
        self.git = Git(directory, remote, timeout=timeout)
        self.branch = checked_revision(branch)
        self.known = Known()
        self.histories = Known(_HISTORIES)
        self.lock = asyncio.Lock()
        self._ready = False
        self._made = 0  # how often the clone was made anew
        self._looks = 0
        self._seen: dict[str, _Seen] = {}
        self._heads: dict[str, str] = {}
        self._held: dict[str, int] = {}  # commits in the clone, and how many were before them
        self._written: dict[str, int] = {}  # our own, by how many were held when we made them

    async def fetch(self, branch: str = "") -> str:
        """Ask the remote for the branch and return its head.

        Callers that wait at the same time share one look, which began after each of them asked.
        """
        branch, asked = checked_revision(branch or self.branch), self._looks

        async def look() -> str:
            async with self.lock:
                seen = self._seen.get(branch)
                if seen is None or seen.order <= asked:
                    return await self.fetch_locked(branch)
                if seen.error is not None:
                    raise seen.error
                return seen.sha

        return await self.mended(look)

    async def fetch_locked(self, branch: str) -> str:
        """Fetch now, for a caller that holds `lock`."""
        await self._ensure()
        self._looks += 1
        order = self._looks
        try:
            sha = await self._fetch(branch)
        except (Damaged, Locked):
            raise
        except UpstreamError as error:
            self._seen[branch] = _Seen(order, error=error)
            raise
        self._seen[branch] = _Seen(order, sha)
        self._note(branch, sha)
        return sha

    def saw(self, branch: str, sha: str) -> None:
        """Note the branch's head as our own push has just set it."""
        self._looks += 1
        self._seen[branch] = _Seen(self._looks, sha)
        self._note(branch, sha)

    def wrote(self, sha: str) -> None:
        """Note a commit that was just made here, before anybody else could know of it."""
        if sha not in self._held:
            self._written.setdefault(sha, len(self._held))

    def is_newer(self, ours: str, other: str) -> bool:
        """Whether `ours` is known to have been made here when `other` was there already."""
        held, made = self._held.get(other), self._written.get(ours)
        return held is not None and made is not None and held < made

    def _note(self, branch: str, sha: str) -> None:
        self._heads[branch] = sha
        self._hold([sha])

    def _hold(self, commits: Sequence[str]) -> None:
        for sha in commits:
            self._held.setdefault(sha, len(self._held))

    def last_seen(self, branch: str) -> str:
        """The branch's head as the last look that succeeded found it, or "" before any."""
        return self._heads.get(branch, "")

    async def reading(
        self, revisions: Sequence[str], step: Callable[[Sequence[str]], Awaitable[T]]
    ) -> T:
        """Run `step` on the commits that shas or branch names stand for.

        Fetches those that the clone does not hold, also when it had to be made anew meanwhile.
        Raises NotFound for what the remote does not hold either.
        """

        async def known_first() -> T:
            return await step(await self._known(revisions))

        return await self.mended(known_first)

    async def mended(self, step: Callable[[], Awaitable[T]]) -> T:
        """Run `step`; where our clone turns out locked or damaged, mend it and run it again.

        `step` must not hold `lock` when it is called, and may be run more than once.
        """
        for _ in range(_MENDINGS):
            made = self._made
            try:
                return await step()
            except Locked as error:
                await asyncio.to_thread(clone.unlock, self.git.directory, error.path)
            except Damaged:
                await self._renew(made)
        return await step()

    async def _known(self, revisions: Sequence[str]) -> list[str]:
        names = [self._name(revision) for revision in revisions]
        if self._held.keys() >= set(names):
            return names
        found = await self._resolved(revisions)
        self._hold(found)
        return found

    async def _resolved(self, revisions: Sequence[str]) -> list[str]:
        await self._ensure_unlocked()
        found = await resolve(self.git, [self._name(revision) for revision in revisions])
        if all(found):
            return found
        missing = [name for name, sha in zip(revisions, found, strict=True) if not sha]
        for branch in {self.branch, *(name for name in missing if not _SHA.fullmatch(name))}:
            await self.fetch(branch)
        found = await resolve(self.git, [self._name(revision) for revision in revisions])
        for revision, sha in zip(revisions, found, strict=True):
            if not sha:
                raise NotFound("Git", f"{revision} is not in the repository.")
        return found

    def _name(self, revision: str) -> str:
        """The revision as our clone can resolve it."""
        if sha := self.last_seen(revision):
            return sha
        checked_revision(revision)
        return revision if _SHA.fullmatch(revision) else f"refs/remotes/origin/{revision}"

    async def _fetch(self, branch: str) -> str:
        filled = await asyncio.to_thread(clone.is_filled, self.git.directory)
        await self.git.must(
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-auto-maintenance",
            "--no-recurse-submodules",
            self.git.remote.url,
            f"+refs/heads/{branch}:refs/remotes/origin/{branch}",
            patience=1 if filled else _FIRST_FETCH_PATIENCE,
        )
        # git notes what it fetched here, which saves asking it again.
        noted = await asyncio.to_thread((self.git.directory / "FETCH_HEAD").read_text, "utf-8")
        if not (found := _SHA.match(noted)):
            raise BadAnswer("Git", "the fetch left no trace of what it found.")
        return found[0]

    async def _ensure_unlocked(self) -> None:
        if not self._ready:
            async with self.lock:
                await self._ensure()

    async def _ensure(self) -> None:
        if self._ready:
            return
        if await asyncio.to_thread(clone.is_made, self.git.directory):
            await asyncio.to_thread(clone.sweep, self.git.directory)
        else:
            await clone.make(self.git)
        self._ready = True

    async def _renew(self, made: int) -> None:
        """Make the clone anew, unless somebody did since this caller looked."""
        async with self.lock:
            if self._made == made:
                await clone.make(self.git)
                self._made += 1
                self.known = Known()
                self.histories = Known(_HISTORIES)
                self._seen.clear()
                self._heads.clear()
                self._held.clear()
                self._written.clear()
