"""Which token a change is pushed with: that of the files it changes, where they have one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from integrations.errors import Rejected
from integrations.gitops.process import Git


class Pushers:
    """`tokens` are tokens by file: what changes such a file is pushed with its token and no
    other, also where that is refused.
    """

    def __init__(self, git: Git, tokens: Mapping[str, str]) -> None:
        self._git = git
        self._tokens = tokens

    def of(self, paths: Iterable[str]) -> Git:
        """What pushes a change to these files.

        Raises Rejected where they have different tokens: neither may push the other's.
        """
        own = {self._tokens[path] for path in paths if path in self._tokens}
        if len(own) > 1:
            raise Rejected("Git", "one commit may not change files of different tokens.")
        return self._git.with_token(own.pop()) if own else self._git
