"""The sandbox's GitOps repository: what others do to it, what it refuses, what it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.github.history import JONAS, Person
from bot.sandbox.gitrepo.files import kustomization_path
from bot.sandbox.gitrepo.seed import ENVIRONMENTS, SeedCommit, fast_import, write_repository
from integrations.clock import Clock
from integrations.gitops import GitCommit
from integrations.gitops.environment import Remote
from integrations.gitops.process import Git
from integrations.gitops.reading import commits, read_file
from integrations.kustomization import images, set_tags

_PROTECTED = "GH006: Protected branch update failed for refs/heads/main."
_TRIES = 10


@dataclass(frozen=True)
class SeededRepo:
    """A real bare repository at `path`; its branch is `main`."""

    path: Path
    clock: Clock

    async def head(self) -> str:
        """The sha that `main` points to."""
        return (await self._git().must("rev-parse", "refs/heads/main")).text

    async def text(self, path: str, revision: str = "refs/heads/main") -> str:
        """A file's text."""
        return await read_file(self._git(), revision, path)

    async def tags(self, environment: str, revision: str = "refs/heads/main") -> dict[str, str]:
        """An environment's tags, by service."""
        listed = images(await self.text(kustomization_path(environment), revision))
        return {name.rpartition("/")[2]: image.new_tag for name, image in listed.items()}

    async def log(self, since: str = "", *, limit: int = 0) -> tuple[GitCommit, ...]:
        """The commits of `main` after `since`, newest first; the deployment's carry trailers."""
        span = f"{since}..refs/heads/main" if since else "refs/heads/main"
        return await commits(self._git(), span, limit=limit)

    async def changed_files(self, commit: str) -> list[str]:
        """The paths in which a commit differs from its parent."""
        answer = await self._git().must("diff", "--name-only", f"{commit}^", commit)
        return answer.text.splitlines()

    async def commit_beside(self, title: str = "Note the on-call rota") -> str:
        """Somebody else commits to another file; returns the new head."""
        path = "README.md"
        return await self._change(title, JONAS, path, lambda text: f"{text}\n{title}.\n")

    async def commit_near(self, environment: str, title: str = "Say who is on call") -> str:
        """Somebody else changes another line of the file that holds an environment's tags."""
        path = kustomization_path(environment)
        return await self._change(title, JONAS, path, lambda text: f"{text}# {title}.\n")

    async def commit_inside(
        self, environment: str, service: str, tag: str, *, author: Person = JONAS
    ) -> str:
        """Somebody else sets the tag of one image ("" is all of them); returns the new head."""

        def edit(text: str) -> str:
            names = [name for name in images(text) if name.endswith(f"/{service}") or not service]
            return set_tags(text, dict.fromkeys(names, tag), dict.fromkeys(names, ""))

        title = f"Set {service or 'everything'} to {tag} in {environment}"
        return await self._change(title, author, kustomization_path(environment), edit)

    async def write(self, files: Mapping[str, str], title: str, author: Person = JONAS) -> str:
        """Somebody else writes whole files; returns the new head."""
        stream = fast_import(
            [SeedCommit(title, author, self.clock.now(), files)], start="refs/heads/main^0"
        )
        await self._git().must("fast-import", "--quiet", stdin=stream)
        return await self.head()

    def reject_pushes(self, times: int = 1_000_000, message: str = _PROTECTED) -> None:
        """Refuse the next pushes with this message, as a hook or a protected branch does."""
        (self.path / "sandbox/message").write_text(f"{message}\n")
        self._owe("reject", times)

    def accept_pushes(self) -> None:
        """No fault is owed any more."""
        for fault in ("reject", "overtake", "lose", "slow"):
            self._owe(fault, 0)

    def move_branch_on_next_push(self, times: int = 1) -> None:
        """Somebody else is faster, in the very middle of the next pushes."""
        self._owe("overtake", times)

    def lose_answer_of_next_push(self, times: int = 1) -> None:
        """The next pushes succeed, and whoever pushed is cut off before hearing of it."""
        self._owe("lose", times)

    def slow_pushes(self, seconds: float, times: int = 1) -> None:
        """The next pushes take so many real seconds longer."""
        (self.path / "sandbox/seconds").write_text(f"{seconds}\n")
        self._owe("slow", times)

    def take_away(self) -> None:
        """The remote is gone until `bring_back`."""
        if self.path.exists():
            self.path.rename(self._away)

    def bring_back(self) -> None:
        """The remote is there again, as it was."""
        if self._away.exists():
            self._away.rename(self.path)

    @property
    def _away(self) -> Path:
        return self.path.with_name(f"{self.path.name}.away")

    async def _change(
        self, title: str, author: Person, path: str, edit: Callable[[str], str]
    ) -> str:
        for attempt in range(_TRIES):
            base = await self.head()
            change = {path: edit(await self.text(path, base))}
            commit = SeedCommit(title, author, self.clock.now(), change)
            stream = fast_import([commit], start=base)
            if (await self._git().run("fast-import", "--quiet", stdin=stream)).code == 0:
                return await self.head()
            await asyncio.sleep(0.01 * attempt)
        raise RuntimeError("the branch kept moving")

    def _owe(self, fault: str, times: int) -> None:
        (self.path / "sandbox" / fault).write_text(f"{times}\n")

    def _git(self) -> Git:
        return Git(self.path, Remote(str(self.path)))


def seed(path: Path, clock: Clock, environments: Sequence[str] = ENVIRONMENTS) -> SeededRepo:
    """Make the repository at `path`, which must not exist yet. Blocks for some 50 ms."""
    write_repository(path, clock, environments)
    return SeededRepo(path, clock)
