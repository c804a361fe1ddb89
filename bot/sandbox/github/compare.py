"""What one commit has beyond another, as GitHub compares (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.github.history import AppCommit, History


@dataclass(frozen=True)
class Compared:
    """The commits of `head` that `base` lacks, oldest first, and how many it lacks itself."""

    base: AppCommit
    head: AppCommit
    merge_base: AppCommit
    ahead: list[AppCommit]
    behind: int

    @property
    def files(self) -> list[str]:
        """The paths that differ."""
        return sorted({path for commit in self.ahead for path in commit.files})


def compare(history: History, base: AppCommit, head: AppCommit) -> Compared:
    """Compare two commits of the history, which must have a common past."""
    ours, theirs = history.ancestors(head.sha), history.ancestors(base.sha)
    by_time = sorted((ours & theirs), key=lambda sha: history.commits[sha].at)
    ahead = sorted((history.commits[sha] for sha in ours - theirs), key=lambda commit: commit.at)
    return Compared(base, head, history.commits[by_time[-1]], ahead, len(theirs - ours))
