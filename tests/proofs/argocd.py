"""An Argo CD in memory with one application, which a bot must ask to sync."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from integrations.argocd.changes import Board, Changes
from integrations.argocd.details import SyncWindows
from integrations.argocd.model import (
    Application,
    ApplicationRef,
    Health,
    HistoryEntry,
    Operation,
    OperationState,
    Phase,
    ResourceRef,
    Source,
    Sync,
)
from integrations.argocd.objects import RunningImage
from integrations.clock import Clock
from integrations.errors import Forbidden
from tests.proofs.repository import BAD, FILES, Repository
from tests.proofs.timing import Line

APPLICATION = "link-app-production"
_POD = ResourceRef("Pod", "pod-1")


class ArgoCD:
    """One application, which a bot must ask to sync. `witnesses` are told of every time."""

    SECONDS = timedelta(seconds=5)

    def __init__(self, line: Line, clock: Clock, git: Repository) -> None:
        self._line, self._clock, self._git = line, clock, git
        self._board = Board(clock)
        self.synced = git.at
        self.history = [HistoryEntry(0, git.at, clock.now(), clock.now())]
        self.asked: list[tuple[Operation, datetime]] = []
        self.witnesses: list[Callable[[Operation], None]] = []
        self.connected, self.age_seconds = True, 0.0
        self.pods_tell = True

    @property
    def applications(self) -> Mapping[str, Application]:
        """As the watch knows them."""
        return {APPLICATION: self.now()}

    def now(self) -> Application:
        """How the application stands."""
        tags = self._git.tags(self.synced)
        new = self._git.between(self.synced, self._git.at)
        ours = [each for _, each in new if FILES["staging"] not in each.files]
        operation, state = self._operation()
        return Application(
            APPLICATION,
            "argocd",
            "link",
            "u-1",
            sources=(Source(target_revision="main"),),
            health=Health.DEGRADED if BAD in tags.values() else Health.HEALTHY,
            sync=Sync.OUT_OF_SYNC if ours else Sync.SYNCED,
            sync_revisions=(self._git.at,),
            reconciled_at=self._clock.now() + timedelta(seconds=1),
            operation=operation,
            state=state,
            images=tuple(f"ghcr.io/link/{s}:{tag}" for s, tag in tags.items()),
            history=tuple(self.history),
        )

    def _operation(self) -> tuple[Operation | None, OperationState | None]:
        if not self.asked:
            return None, None
        operation, at = self.asked[-1]
        if self._clock.now() < at + self.SECONDS:
            return operation, None
        done = at + self.SECONDS
        state = OperationState(
            operation, Phase.SUCCEEDED, "", at, done, revisions=(self.history[-1].revision,)
        )
        return None, state

    def get(self, name: str, namespace: str = "") -> Application | None:
        """As the watch knows it."""
        del namespace
        return self.now() if name == APPLICATION else None

    async def look(self, ref: ApplicationRef, refresh: str = "") -> Application:
        del refresh
        assert ref.name == APPLICATION
        return await self._line.through(self.now)

    def subscribe(self) -> Changes:
        """Hear of changes; there is no news but what one looks for."""
        return self._board.join()

    async def sync_windows(self, ref: ApplicationRef) -> SyncWindows:
        return await self._line.through(lambda: SyncWindows(can_sync=bool(ref)))

    async def can_i(self, *what: str) -> bool:
        return await self._line.through(lambda: bool(what))

    async def list_applications(self) -> list[Application]:
        return await self._line.through(lambda: [self.now()])

    async def sync(
        self, ref: ApplicationRef, *, infos: Mapping[str, str], revision: str = "", **_: object
    ) -> Application:
        def begin() -> Application:
            assert ref.name == APPLICATION
            operation = Operation(dict(infos), "shipmate", revision=revision)
            for witness in self.witnesses:
                witness(operation)
            self.asked.append((operation, self._clock.now()))
            self.synced = revision or self._git.at
            entry = HistoryEntry(
                len(self.history), self.synced, self._clock.now(), self._clock.now()
            )
            self.history.append(entry)
            return self.now()

        return await self._line.through(begin)

    async def terminate(self, ref: ApplicationRef) -> None:
        """Too late: it goes on."""
        assert ref.name == APPLICATION


class AsClient:
    """The same Argo CD as its client shows it: `get` asks."""

    def __init__(self, argocd: ArgoCD) -> None:
        self._argocd = argocd
        self.sync, self.terminate = argocd.sync, argocd.terminate
        self.can_i, self.sync_windows = argocd.can_i, argocd.sync_windows
        self.list_applications = argocd.list_applications

    async def get(self, ref: ApplicationRef) -> Application:
        return await self._argocd.look(ref)

    async def running_images(
        self, ref: ApplicationRef, images: Collection[str]
    ) -> tuple[RunningImage, ...]:
        """A pod for each image; a tag always names the same one."""
        app = await self._argocd.look(ref)
        if not self._argocd.pods_tell:
            return ()
        return tuple(
            RunningImage(_POD, "main", f"{name}:{tag}", f"sha256:{tag:0>64}", ready=True)
            for name in images
            for tag in app.tags_of(name)
        )

    async def managed_objects(self, ref: ApplicationRef) -> None:
        raise Forbidden("Argo CD", f"{ref.name} is not to be read.")
