"""Commits that no branch holds: pushed under refs/shipmate/preview/ to be rendered, then removed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from integrations.clock import Clock
from integrations.errors import NotFound
from integrations.gitops.answers import check_push
from integrations.gitops.copy import Copy
from integrations.gitops.pushers import Pushers
from integrations.gitops.reading import checked_revision
from integrations.gitops.writing import Identity, Signed, write_commit

_PREFIX = "refs/shipmate/preview/"


class Previews:
    """The temporary refs of one remote. No branch ever moves, and no working copy is needed."""

    def __init__(self, copy: Copy, pushers: Pushers, author: Identity, clock: Clock) -> None:
        self._copy = copy
        self._pushers = pushers
        self._author = author
        self._clock = clock

    async def push(self, preview_id: str, texts: Mapping[str, str], *, base: str = "") -> str:
        """Push the commit that `texts` (by path) on top of `base` would be; returns its sha.

        `base` "" is the branch as it is now. The ref carries the id, and is overwritten where it
        is there already. Remove it when it has been read. Raises UpstreamErrors; NotFound for a
        file that `base` does not hold.
        """
        ref = _ref(preview_id)
        if not base:
            base = await self._copy.fetch()

        async def written(at: str) -> str:
            files = await self._copy.known.files(self._copy.git, at, texts)
            if missing := sorted(set(texts) - set(files)):
                raise NotFound("Git", f"{missing[0]} does not exist at {at[:7]}.")
            message = f"Preview {preview_id}\n"
            signed = Signed(message, self._author, self._author, self._clock.now())
            return await write_commit(self._copy, at, files, texts, signed)

        async def pushed() -> str:
            sha = await self._copy.reading([base], lambda at: written(at[0]))
            async with self._copy.lock:
                await self._push(texts, f"+{sha}:{ref}")
            return sha

        return await self._copy.mended(pushed)

    async def remove(self, *preview_ids: str, paths: Collection[str] = ()) -> None:
        """Remove these refs, which change `paths`; those that are gone already are none of our
        business.
        """
        there = await self._there()
        if refs := [ref for preview_id in preview_ids if (ref := _ref(preview_id)) in there]:
            async with self._copy.lock:
                await self._push(paths, *(f":{ref}" for ref in refs))

    async def left(self) -> tuple[str, ...]:
        """The ids of every preview that the remote holds, such as a killed bot leaves behind."""
        return tuple(ref.removeprefix(_PREFIX) for ref in await self._there())

    async def _there(self) -> list[str]:
        git = self._copy.git
        rows = (await git.must("ls-remote", git.remote.url, f"{_PREFIX}*")).text.splitlines()
        refs = [row.partition("\t")[2] for row in rows]
        return [ref for ref in refs if ref.startswith(_PREFIX)]

    async def _push(self, paths: Collection[str], *changes: str) -> None:
        git = self._pushers.of(paths)
        done = await git.run("push", "--porcelain", "--no-verify", git.remote.url, *changes)
        check_push(done.code, done.out.decode("utf-8", "replace"), done.err)


def _ref(preview_id: str) -> str:
    """The ref of an id; ValueError where that could name another one."""
    checked_revision(preview_id)
    if "/" in preview_id or preview_id.endswith((".", ".lock")):
        raise ValueError(f"{preview_id!r} cannot name a preview")
    return f"{_PREFIX}{preview_id}"
