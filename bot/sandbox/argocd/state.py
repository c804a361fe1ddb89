"""One application's record: what Argo CD has written about it, true or stale."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum

from bot.sandbox.argocd.cluster.health import Assessment
from bot.sandbox.argocd.cluster.live import LiveObject
from bot.sandbox.argocd.definitions import Definition, Key, Source


class Level(IntEnum):
    """How deep a comparison looks (controller/appcontroller.go CompareWith)."""

    RECENT = 0  # something moved in the cluster: the known revision is good enough
    LATEST = 1  # resync
    FORCE = 2  # a person asked, or an operation ended: resolve the branch anew


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as it was asked for: `operation`."""

    revisions: tuple[str, ...]
    username: str = ""
    automated: bool = False
    infos: tuple[tuple[str, str], ...] = ()
    dry_run: bool = False
    prune: bool = False
    strategy: str = "hook"  # or "apply", which skips hooks
    force: bool = False
    resources: tuple[Key, ...] = ()
    retry_limit: int = 0
    sync_options: tuple[str, ...] | None = None
    heal_attempts: int = 0
    sources: tuple[Source, ...] = ()  # a rollback brings its own

    @property
    def info(self) -> dict[str, str]:
        """The infos, by name."""
        return dict(self.infos)


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation did to one object."""

    key: Key
    version: str
    status: str
    message: str
    hook_type: str = ""
    hook_phase: str = "Running"
    sync_phase: str = "Sync"
    images: tuple[str, ...] = ()


@dataclass(slots=True)
class OperationState:
    """`status.operationState`, and where the worker is with it."""

    operation: Operation
    started_at: datetime
    due: datetime  # when the worker goes on
    phase: str = "Running"
    message: str = ""
    finished_at: datetime | None = None
    retry_count: int = 0
    results: dict[Key, Result] = field(default_factory=dict)
    revisions: tuple[str, ...] = ()
    stage: int = 0
    fails_with: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.phase in ("Succeeded", "Failed", "Error")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One finished deployment: `status.history[]`."""

    id: int
    revisions: tuple[str, ...]
    started_at: datetime
    deployed_at: datetime
    username: str = ""
    automated: bool = False
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceStatus:
    """One managed object as of the newest comparison: `status.resources[]`."""

    key: Key
    version: str
    status: str
    health: Assessment | None = None
    requires_pruning: bool = False
    wave: int = 0


@dataclass(slots=True)
class AppState:
    """Everything the sandbox knows of one application."""

    definition: Definition
    created_at: datetime
    uid: str
    resource_version: int = 0
    generation: int = 1
    automated: Mapping[str, bool] | None = None  # spec.syncPolicy.automated
    owned_policy: Mapping[str, bool] | None = None  # what an ApplicationSet writes there
    owner: str = ""  # the ApplicationSet that wrote it, or the Application that applied it
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    operation: Operation | None = None
    state: OperationState | None = None
    sync: str = ""
    sync_revisions: tuple[str, ...] = ()
    health: str = ""
    health_since: datetime | None = None
    reconciled_at: datetime | None = None
    conditions: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    resources: tuple[ResourceStatus, ...] = ()
    images: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    next_history_id: int = 0
    live: dict[Key, LiveObject] = field(default_factory=dict)
    level: Level = Level.RECENT
    refreshed: list[asyncio.Future[None]] = field(default_factory=list)
    refresh: str = ""  # the annotation's value: "", normal, hard
    heal_attempts: int = 0
    repository_failed_at: datetime | None = None
    deleted: bool = False

    @property
    def name(self) -> str:
        """The application's name."""
        return self.definition.name

    @property
    def auto_sync(self) -> bool:
        """Whether Argo CD syncs it by itself."""
        return self.automated is not None and self.automated.get("enabled") is not False

    @property
    def self_heal(self) -> bool:
        """Whether drift is healed."""
        return self.auto_sync and bool((self.automated or {}).get("selfHeal"))

    @property
    def auto_prune(self) -> bool:
        """Whether auto-sync prunes."""
        return bool((self.automated or {}).get("prune"))

    @property
    def targets(self) -> tuple[str, ...]:
        """The branch, tag or chart version that each source follows."""
        return tuple(source.target_revision for source in self.definition.sources)

    def follow(self, target_revision: str) -> None:
        """Point every Git source at another branch, tag or commit."""
        sources = tuple(
            source if source.chart else replace(source, target_revision=target_revision)
            for source in self.definition.sources
        )
        self.definition = replace(self.definition, sources=sources)


def new_application(definition: Definition, now: datetime, salt: str = "") -> AppState:
    """An application that was created and never reconciled."""
    uid = uuid.uuid5(uuid.NAMESPACE_DNS, f"{definition.namespace}/{definition.name}{salt}")
    return AppState(
        definition=definition,
        created_at=now,
        uid=str(uid),
        automated=policy(definition) if definition.auto_sync else None,
        labels=dict(definition.labels),
        annotations={"argocd.argoproj.io/sync-wave": str(definition.wave)},
    )


def policy(definition: Definition) -> dict[str, bool]:
    """`automated` as the definition has it; Go leaves out what is false."""
    chosen = {"prune": definition.auto_prune, "selfHeal": definition.self_heal}
    return {word: True for word, on in chosen.items() if on}
