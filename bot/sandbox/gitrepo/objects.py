"""Reading one object after another from a repository, by a git that stays."""

from __future__ import annotations

import subprocess
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO

from bot.sandbox.gitrepo.seed import environment_of_git


class Objects:
    """One `git cat-file --batch` for many questions, each of which would start a git of its own.

    It sees what is pushed meanwhile. Use it from any thread. It ends with the object.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._git: subprocess.Popen[bytes] | None = None
        self._let_go: Callable[[], object] = lambda: None
        self._folder = 0

    def read(self, name: str) -> tuple[str, bytes] | None:
        """SHA and content of what git calls `name` ("main^{commit}", "<commit>:<path>").

        None where there is no such thing, or no repository any more.
        """
        if "\n" in name:
            return None
        with self._lock:
            for _ in range(2):  # the git of before may have been killed
                try:
                    return self._answer(name)
                except OSError:
                    self._git = None
                    self._let_go()
            return None

    def _answer(self, name: str) -> tuple[str, bytes] | None:
        asked, answers = self._pipes()
        asked.write(f"{name}\n".encode())
        asked.flush()
        head = answers.readline().split()
        if not head:
            raise OSError("git has ended")
        if len(head) != 3 or head[2] in (b"missing", b"ambiguous"):
            return None
        size = int(head[2])
        content = answers.read(size + 1)
        if len(content) <= size:
            raise OSError("git has ended in the midst of an answer")
        return head[0].decode(), content[:-1]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """Raises OSError where there is no repository."""
        folder = self._path.stat().st_ino
        if self._git is None or self._git.poll() is not None or folder != self._folder:
            self._let_go()
            self._git, self._folder = self._start(), folder
            self._let_go = weakref.finalize(self, _end, self._git)
        assert self._git.stdin is not None  # noqa: S101 - both are pipes
        assert self._git.stdout is not None  # noqa: S101
        return self._git.stdin, self._git.stdout

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 the words are the sandbox's own
            ["git", "-C", str(self._path), "cat-file", "--batch"],  # noqa: S607 git is wherever PATH says
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment_of_git(),
        )


def _end(git: subprocess.Popen[bytes]) -> None:
    """It ends by itself once nobody asks any more; what one that was killed was asked is lost."""
    with suppress(OSError), git:
        pass
