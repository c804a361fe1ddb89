"""Asks those outside the bot who have kept heads of its record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.store import TRAILER, Head, read_head
from integrations.gitops import GitOps

DIGESTS = "digest/"
"""How the keys of weekly digests begin; a week's name and the head follow."""

Witness = Callable[[], Awaitable[Sequence[Head]]]
"""Asks one of them; raises UpstreamError."""


class Posts(Protocol):
    """The part of Slack that tells what was posted."""

    async def keys(self, channel: str, prefix: str, *, since: datetime) -> list[str]:
        """The keys of our own messages in a channel that begin so."""
        ...


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


async def from_slack(slack: Posts, channel: str, since: datetime) -> list[Head]:
    """The heads in the weekly digests that a channel has shown. Raises UpstreamError."""
    found = []
    for key in await slack.keys(channel, DIGESTS, since=since):
        week, _, text = key.removeprefix(DIGESTS).partition(" ")
        head = read_head(text, f"the weekly digest {week}")
        if head is not None:
            found.append(head)
    return found
