"""What the sandbox's server and its two controllers share: applications, cluster, switches."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.argocd.cluster.live import Generation, LiveObject, Trouble, made_up_digest
from bot.sandbox.argocd.controllers.queue import WorkQueue
from bot.sandbox.argocd.definitions import Definition, Key, Manifest
from bot.sandbox.argocd.informer import Informer
from bot.sandbox.argocd.repository import Repository
from bot.sandbox.argocd.state import AppState, Level, Operation, new_application
from bot.sandbox.argocd.timings import Timings
from integrations.clock import Clock


@dataclass(slots=True)
class OperationRecord:
    """One operation that was asked for, as a test counts them."""

    application: str
    infos: dict[str, str]
    initiated_by: str
    automated: bool
    revisions: tuple[str, ...]
    dry_run: bool = False
    asked: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    phase: str = ""


@dataclass(slots=True)
class Switches:
    """What has been broken on purpose in the controllers and the cluster."""

    pace: float = 1.0  # every length is this many times longer
    operations_paused: bool = False
    refreshes_hang: bool = False
    failures: dict[str, list[str]] = field(default_factory=dict)  # application -> messages
    hook_failures: dict[str, list[str]] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)  # operations that never finish
    broken_tags: dict[str, Trouble] = field(default_factory=dict)
    # The digest that a node is given for an image reference; "" where there is no such image.
    pull: Callable[[str], str] = made_up_digest
    knows_enabled: bool = True  # whether `automated.enabled` exists: v3.1 and later
    windows: list[SyncWindow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SyncWindow:
    """One window of a project, open now."""

    kind: str = "deny"
    schedule: str = "* * * * *"
    duration: str = "1h"
    manual_sync: bool = False
    project: str = "*"
    applications: tuple[str, ...] = ()

    def covers(self, app: AppState) -> bool:
        """Whether it is assigned to this application."""
        if self.project not in ("*", app.definition.project):
            return False
        return not self.applications or app.name in self.applications


class Simulation:
    """The state behind the API. Its methods are what etcd and the cluster would do."""

    def __init__(
        self,
        clock: Clock,
        repository: Repository,
        timings: Timings,
        definitions: Iterable[Definition],
        seed: int = 1,
    ) -> None:
        self.clock = clock
        self.repository = repository
        self.timings = timings
        self.switches = Switches()
        self.random = random.Random(seed)
        self.informer = Informer(clock, lambda: self.lasts(timings.informer_lag))
        self.operations: list[OperationRecord] = []
        self.applications: dict[str, AppState] = {}
        self._version = 1000
        self._open: dict[str, OperationRecord] = {}
        self._watchers: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        now = clock.now()
        for definition in definitions:
            self.applications[definition.name] = new_application(definition, now)
        # Argo CD's defaults, and what its documentation advises for a thousand applications
        # (docs/operator-manual/high_availability.md).
        many = len(self.applications)
        self.operation_queue = WorkQueue("argocd-operation", clock, max(10, many // 40))
        self.refresh_queue = WorkQueue("argocd-refresh", clock, max(20, many // 20))

    def lasts(self, seconds: float) -> float:
        """How long something takes at the present pace."""
        return seconds * self.switches.pace

    def touch(self, app: AppState, *, at_once: bool = False) -> None:
        """The record was written: a new resourceVersion, and sooner or later everyone sees it."""
        self._version += 1
        app.resource_version = self._version
        self.informer.changed(app, at_once=at_once)
        self.look()

    @property
    def version(self) -> int:
        """The newest resourceVersion."""
        return self._version

    def request_refresh(self, app: AppState, level: Level, delay: float = 0.0) -> None:
        """Ask the refresh worker for a comparison at least as deep as `level`."""
        app.level = max(app.level, level)
        self.refresh_queue.add(app.name, self.lasts(delay))

    def ask(self, app: AppState, operation: Operation) -> None:
        """Set `.operation` and clear the old operationState (util/argo SetAppOperation)."""
        app.operation, app.state = operation, None
        record = OperationRecord(
            application=app.name,
            infos=operation.info,
            initiated_by=operation.username,
            automated=operation.automated,
            revisions=operation.revisions,
            dry_run=operation.dry_run,
            asked=self.clock.now(),
        )
        self.operations.append(record)
        self._open[app.name] = record
        self.operation_queue.add(app.name, self.lasts(self.timings.pickup))
        self.touch(app)

    def record_of(self, app: AppState) -> OperationRecord:
        """The newest operation that was asked for on this application."""
        return self._open[app.name]

    def resync_in(self) -> float:
        """When an idle application is compared again: the period and its jitter."""
        return self.timings.resync + self.random.random() * self.timings.resync_jitter

    def create(self, app: AppState, manifest: Manifest, image: str, now: datetime) -> LiveObject:
        """Put an object into the cluster."""
        key = manifest.key(app.definition.destination)
        uid = str(uuid.uuid5(uuid.UUID(app.uid), f"{key}"))
        live = LiveObject(manifest, key, uid, self.generation(image, 1, now), now)
        app.live[key] = live
        return live

    def generation(self, image: str, template: int, now: datetime) -> Generation:
        """Pods that begin now: they stay with the image that the reference names now."""
        digest = self.switches.pull(image) if image else ""
        return Generation(image, template, now, digest)

    def declared(self, app: AppState) -> dict[Key, Manifest]:
        """What Git says should exist, hooks aside."""
        destination = app.definition.destination
        return {m.key(destination): m for m in app.definition.manifests if not m.hook}

    def trouble_of(self, image: str) -> Trouble:
        """What a broken tag does to the pods that run it, or one that nobody has built."""
        tag = image.partition("@")[0].rpartition(":")[2]
        missing = Trouble.NONE if self.switches.pull(image) else Trouble.IMAGE_PULL
        return self.switches.broken_tags.get(tag, missing)

    def blocked(self, app: AppState, *, manual: bool) -> bool:
        """Whether sync windows forbid a sync now."""
        assigned = [w for w in self.switches.windows if w.covers(app)]
        denies = [w for w in assigned if w.kind == "deny"]
        if denies:
            return not (manual and all(w.manual_sync for w in denies))
        return False

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until something is true of the world; looked at after every change."""
        if condition():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        watcher = (condition, future)
        self._watchers.append(watcher)
        try:
            async with self.clock.timeout(seconds):
                await future
        finally:
            self._watchers.remove(watcher)

    def look(self) -> None:
        """Wake those whose condition has come true."""
        for condition, future in self._watchers:
            if not future.done() and condition():
                future.set_result(None)
