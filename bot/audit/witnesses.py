"""Asks those outside the bot who have kept heads of its record."""

from __future__ import annotations

from bot.audit.heads import TRAILER, Head, read_head
from integrations.gitops import GitOps


async def from_git(gitops: GitOps) -> list[Head]:
    """The heads in the commits of the GitOps branch, as it is now. Raises UpstreamError."""
    branch = await gitops.fetch()
    found = []
    for commit in await gitops.log(branch, limit=0, holding=f"{TRAILER}: "):
        witness = f"commit {commit.sha[:7]} of {commit.at:%Y-%m-%d}"
        head = read_head(commit.trailers.get(TRAILER, ""), witness)
        if head is not None:
            found.append(head)
    return found
