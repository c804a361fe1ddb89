"""A record, a Git and an Argo CD in memory, for stories of thousands of steps."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.store import NewEvent, Recorded, VersionConflict
from integrations import kustomization
from integrations.argocd.model import Application, ApplicationRef
from integrations.clock import SystemClock
from integrations.gitops import CommitResult
from tests.bot.deployments.histories import OLD, T0

FILE = "environments/staging/kustomization.yaml"
SERVICES = ("a", "b", "c")


class Killed(BaseException):
    """The process ends here; what was recorded stays."""


class Ticking(SystemClock):
    """Every look at it is a second later; nobody ever waits."""

    def __init__(self) -> None:
        self._seconds = itertools.count()

    def now(self) -> datetime:
        return T0 + timedelta(seconds=next(self._seconds))

    async def sleep(self, seconds: float) -> None:
        del seconds


class Record:
    """An event store that survives every kill. `meanwhile` happens once, before the next append."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.all: list[Recorded] = []
        self.streams: dict[str, list[Recorded]] = defaultdict(list)

    async def append(
        self, stream: str, expected_version: int, events: Sequence[NewEvent]
    ) -> tuple[Recorded, ...]:
        if self.meanwhile:
            first, self.meanwhile = self.meanwhile, None
            await first()
        await asyncio.sleep(0)  # others may decide while this one is written
        there = self.streams[stream]
        if len(there) != expected_version:
            raise VersionConflict(stream, expected=expected_version, actual=len(there))
        for event in events:
            recorded = Recorded(
                len(self.all) + 1, stream, len(there) + 1, T0, event.type, event.data,
                event.actor, event.door, "", "",
            )  # fmt: skip
            there.append(recorded)
            self.all.append(recorded)
        return tuple(there[expected_version:])

    async def read(self, stream: str) -> list[Recorded]:
        return list(self.streams[stream])

    async def read_all(self, after: int = 0, prefix: str = "") -> list[Recorded]:
        return [each for each in self.all[after:] if each.stream.startswith(prefix)]


class Git:
    """One branch with one kustomization file; may be told to die around the next push."""

    def __init__(self) -> None:
        entries = "".join(f"  - name: ghcr.io/link/{s}\n    newTag: {OLD}\n" for s in SERVICES)
        self.texts = [f"images:\n{entries}"]
        self.trailers: list[Mapping[str, str]] = [{}]
        self.dies: str = ""  # "before" or "after" the next push

    @property
    def head(self) -> str:
        return self._sha(len(self.texts) - 1)

    def tag(self, service: str) -> str:
        return kustomization.images(self.texts[-1])[f"ghcr.io/link/{service}"].new_tag

    def set_tag(self, service: str, tag: str) -> None:
        """Somebody else pushes."""
        image = f"ghcr.io/link/{service}"
        self.texts.append(kustomization.set_tags(self.texts[-1], {image: tag}))
        self.trailers.append({})

    def commits_of(self, key: str, deployment: str) -> int:
        return sum(1 for each in self.trailers if each.get(key) == deployment)

    async def fetch(self) -> str:
        return self.head

    async def read(self, revision: str, path: str) -> str:
        assert path == FILE
        return self.texts[int(revision, 16)]

    async def find(self, deployment: str, *, since: str, key: str = "Deploy-Id") -> str | None:
        for number in range(int(since, 16) + 1, len(self.texts)):
            if self.trailers[number].get(key) == deployment:
                return self._sha(number)
        return None

    async def commit(
        self,
        *,
        edits: Callable[[Mapping[str, str]], Mapping[str, str]],
        trailers: Mapping[str, str],
        **_: object,
    ) -> CommitResult:
        base, text = self.head, edits({FILE: self.texts[-1]})[FILE]
        self._may_die("before")
        if text == self.texts[-1]:
            return CommitResult(base, base, changed=False)
        self.texts.append(text)
        self.trailers.append(trailers)
        self._may_die("after")
        return CommitResult(self.head, base, changed=True)

    def _may_die(self, when: str) -> None:
        if self.dies == when:
            self.dies = ""
            raise Killed

    def _sha(self, number: int) -> str:
        return f"{number:040x}"


class ArgoCD:
    """Knows every application and never runs an operation."""

    async def get(self, ref: ApplicationRef) -> Application:
        return Application(ref.name)
