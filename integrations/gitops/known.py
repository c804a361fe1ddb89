"""What was read of commits, and need not be read again: a commit never changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import Any, TypeVar

from integrations.gitops.process import Git
from integrations.gitops.reading import GitFile, read_files

T = TypeVar("T")

_MOST = 300
_LONGEST = 100_000
"""Characters of a file that is kept; what deploys is a few thousand long."""


class Known:
    """The newest `most` answers about commits, which are named by their whole sha and nothing
    else.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._answers: dict[Hashable, Any] = {}

    async def files(self, git: Git, commit: str, paths: Iterable[str]) -> dict[str, GitFile]:
        """As `read_files`, which reads what is not known yet."""
        known = {path: self._answers.get((commit, path)) for path in paths}
        unread = [path for path, file in known.items() if file is None]
        found = await read_files(git, commit, unread)
        for path, file in found.items():
            if len(file.text) <= _LONGEST:
                self._keep((commit, path), file)
        read = {**known, **found}
        return {path: file for path, file in read.items() if file is not None}

    async def once(self, question: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to a question that names commits, asked where it is not known yet."""
        if question not in self._answers:
            self._keep(question, await ask())
        answer: T = self._answers[question]
        return answer

    def _keep(self, question: Hashable, answer: object) -> None:
        self._answers[question] = answer
        while len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]
