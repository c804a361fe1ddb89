"""A GitOps repository in memory, which a bot reaches by its line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integrations import kustomization
from integrations.clock import Clock
from integrations.errors import Forbidden, NotFound
from integrations.gitops import CommitResult, GitCommit
from tests.proofs.timing import Line

SERVICES = ("user-svc", "chat-svc")
FILES = {name: f"environments/{name}/kustomization.yaml" for name in ("staging", "production")}
FIRST_TAG = "v20261001-0000000"
AUTHORS = {"aaaaaaa": "dana", "bbbbbbb": "vera", "ccccccc": "a-stranger", "ddddddd": "dana"}
TAGS = tuple(f"v20261101-{sha}" for sha in AUTHORS)
BAD = TAGS[-1]
"""What runs on it is Degraded."""


@dataclass(frozen=True)
class Pushed:
    """One commit: the texts of all files after it."""

    texts: Mapping[str, str]
    at: datetime
    files: tuple[str, ...] = ()
    trailers: Mapping[str, str] = field(default_factory=dict)

    def tags(self, environment: str) -> dict[str, str]:
        """Service -> tag."""
        found = kustomization.images(self.texts[FILES[environment]])
        return {s: found[f"ghcr.io/link/{s}"].new_tag for s in SERVICES}


class Repository:
    """One branch. `witnesses` are told of every commit of a bot: what stood before, and after."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line, self._clock = line, clock
        entries = "".join(
            f"  - name: ghcr.io/link/{s}\n    newTag: {FIRST_TAG}\n" for s in SERVICES
        )
        self.commits = [Pushed(dict.fromkeys(FILES.values(), f"images:\n{entries}"), clock.now())]
        self.witnesses: list[Callable[[Pushed, Pushed], None]] = []
        self.previews = _NoPreviews()

    @property
    def at(self) -> str:
        """The branch's head."""
        return _sha(len(self.commits) - 1)

    def tags(self, revision: str = "", environment: str = "production") -> dict[str, str]:
        """Service -> tag, as a commit holds it."""
        return self.commits[int(revision or self.at, 16)].tags(environment)

    def between(self, a: str, b: str) -> list[tuple[str, Pushed]]:
        """The commits after `a` up to `b`, newest first."""
        numbers = range(int(b, 16), int(a, 16), -1)
        return [(_sha(number), self.commits[number]) for number in numbers]

    def push(self, path: str, text: str) -> None:
        """Somebody else commits a file."""
        texts = {**self.commits[-1].texts, path: text}
        self.commits.append(Pushed(texts, self._clock.now(), (path,)))

    def set_tag(self, service: str, tag: str) -> None:
        """Somebody else sets a tag of production."""
        path, image = FILES["production"], f"ghcr.io/link/{service}"
        self.push(path, kustomization.set_tags(self.commits[-1].texts[path], {image: tag}))

    async def fetch(self, branch: str = "") -> str:
        del branch
        return await self._line.through(lambda: self.at)

    head = fetch

    async def read(self, revision: str, path: str) -> str:
        def text() -> str:
            if not set(revision) <= set("0123456789abcdef") or int(revision, 16) > 10**9:
                raise NotFound("Git", "no such commit.")
            return self.commits[int(revision, 16)].texts[path]

        return await self._line.through(text)

    async def holds(self, revision: str) -> bool:
        return await self._line.through(lambda: int(revision, 16) < len(self.commits))

    async def contains(self, ancestor: str, descendant: str) -> bool:
        return await self._line.through(lambda: int(ancestor, 16) <= int(descendant, 16))

    async def read_many(self, revision: str, paths: Sequence[str]) -> dict[str, str]:
        texts = self.commits[int(revision, 16)].texts
        return await self._line.through(lambda: {p: texts[p] for p in paths if p in texts})

    async def riding(
        self, base: str, head: str = "", paths: Sequence[str] = (), *, limit: int = 100
    ) -> tuple[GitCommit, ...]:
        def told() -> tuple[GitCommit, ...]:
            found = self.between(base, head or self.at)
            commits = [
                GitCommit(sha, "", "", each.at, "", each.trailers, each.files)
                for sha, each in found
                if not paths or set(paths) & set(each.files)
            ]
            return tuple(commits[:limit])

        return await self._line.through(told)

    async def find(self, deployment: str, *, since: str = "", key: str = "Deploy-Id") -> str | None:
        return await self._line.through(lambda: self._find(key, deployment, since))

    def _find(self, key: str, value: str, since: str) -> str | None:
        found = self.between(since or _sha(0), self.at)
        return next((sha for sha, each in found if each.trailers.get(key) == value), None)

    async def commit(
        self,
        *,
        edits: Callable[[Mapping[str, str]], Mapping[str, str]],
        paths: Sequence[str],
        trailers: Mapping[str, str],
        since: str = "",
        key: str = "Deploy-Id",
        on: Callable[[str], Awaitable[None]] | None = None,
        **_: object,
    ) -> CommitResult:
        if on is not None:
            await on(self.at)

        def write() -> CommitResult:
            base, there = self.at, self.commits[-1]
            earlier = self._find(key, trailers[key], since) if since else None
            if earlier:
                return CommitResult(earlier, base, changed=True)
            texts = {**there.texts, **edits({path: there.texts[path] for path in paths})}
            if texts == there.texts:
                return CommitResult(base, base, changed=False)
            pushed = Pushed(texts, self._clock.now(), tuple(paths), dict(trailers))
            for witness in self.witnesses:
                witness(there, pushed)
            self.commits.append(pushed)
            return CommitResult(self.at, base, changed=True)

        return await self._line.through(write)


class _NoPreviews:
    """A repository that takes no refs but its branch: nothing is previewed."""

    async def push(self, *_: object, **__: object) -> str:
        raise Forbidden("Git", "no refs but the branch.")

    async def remove(self, *_: object, **__: object) -> None:
        """There is none."""


def _sha(number: int) -> str:
    return f"{number:040x}"
