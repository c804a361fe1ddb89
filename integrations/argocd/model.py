"""Argo CD's applications as values: what the rest of the house sees of them.

Names and strings are Argo CD's own (argo-cd pkg/apis/application/v1alpha1/types.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from integrations.argocd.policy import AutoSync, Owner


class Health(StrEnum):
    """`status.health.status`; an application that was never reconciled reads Unknown."""

    HEALTHY = "Healthy"
    SUSPENDED = "Suspended"
    PROGRESSING = "Progressing"
    MISSING = "Missing"
    DEGRADED = "Degraded"
    UNKNOWN = "Unknown"


class Sync(StrEnum):
    """`status.sync.status`."""

    SYNCED = "Synced"
    OUT_OF_SYNC = "OutOfSync"
    UNKNOWN = "Unknown"


class Phase(StrEnum):
    """`status.operationState.phase`."""

    RUNNING = "Running"
    TERMINATING = "Terminating"
    FAILED = "Failed"
    ERROR = "Error"
    SUCCEEDED = "Succeeded"

    @property
    def completed(self) -> bool:
        """Whether the operation has ended, well or badly."""
        return self in (Phase.FAILED, Phase.ERROR, Phase.SUCCEEDED)


@dataclass(frozen=True, slots=True)
class ApplicationRef:
    """How to address one application. Without `project` Argo CD answers 403 where it means 404."""

    name: str
    namespace: str = ""
    project: str = ""


@dataclass(frozen=True, slots=True)
class ResourceRef:
    """One Kubernetes object."""

    kind: str
    name: str
    group: str = ""
    namespace: str = ""
    version: str = ""
    uid: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class ResourceResult:
    """What an operation did to one object (`operationState.syncResult.resources[]`)."""

    ref: ResourceRef
    status: str = ""  # Synced, SyncFailed, Pruned, PruneSkipped, or "" when not applied yet
    message: str = ""
    hook_type: str = ""
    hook_phase: str = ""
    sync_phase: str = ""


@dataclass(frozen=True, slots=True)
class ResourceStatus:
    """One managed object as the application sees it (`status.resources[]`)."""

    ref: ResourceRef
    sync: Sync = Sync.UNKNOWN
    health: Health | None = None  # None: this kind has no health check, or it was not sent
    health_message: str = ""
    requires_pruning: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as it was asked for (`operation`, or `operationState.operation`)."""

    infos: Mapping[str, str] = field(default_factory=dict)
    initiated_by: str = ""
    automated: bool = False
    revision: str = ""
    dry_run: bool = False
    prune: bool = False
    resources: tuple[ResourceRef, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationState:
    """How the newest operation went (`status.operationState`)."""

    operation: Operation
    phase: Phase
    message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None  # also set between retries, while phase is Running
    retry_count: int = 0
    revisions: tuple[str, ...] = ()  # of syncResult: what was really applied
    resources: tuple[ResourceResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One of `status.conditions[]`."""

    type: str
    message: str

    @property
    def is_error(self) -> bool:
        """Argo CD's own rule: a condition is an error when its type ends in "Error"."""
        return self.type.endswith("Error")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One finished deployment (`status.history[]`); `id` 0 is a real one."""

    id: int
    revision: str
    deployed_at: datetime | None = None
    started_at: datetime | None = None
    initiated_by: str = ""
    automated: bool = False
    others: tuple[str, ...] = ()  # the revisions of further sources, where there are several


@dataclass(frozen=True, slots=True)
class Source:
    """Where an application's manifests come from."""

    repo_url: str = ""
    path: str = ""
    target_revision: str = ""
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """One Argo CD application.

    `complete` is False for a row of a masked LIST: then `reconciled_at`, `conditions`, `history`
    and the details of `state` are absent, not empty; nothing follows from their absence.
    """

    name: str
    namespace: str = ""
    project: str = ""
    uid: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    sync_wave: int = 0  # annotation argocd.argoproj.io/sync-wave; not an integer reads 0
    destination_namespace: str = ""
    sources: tuple[Source, ...] = ()
    automated: AutoSync | None = None  # None: its spec has none
    owner: Owner | None = None  # who would write its spec again; a masked row may not tell
    health: Health = Health.UNKNOWN
    health_message: str = ""
    health_since: datetime | None = None
    sync: Sync = Sync.UNKNOWN
    sync_revisions: tuple[str, ...] = ()  # what was compared, not what was deployed
    reconciled_at: datetime | None = None  # start of the newest comparison, whole seconds
    operation: Operation | None = None  # asked for and not finished
    state: OperationState | None = None
    images: tuple[str, ...] = ()
    external_urls: tuple[str, ...] = ()
    resources: tuple[ResourceStatus, ...] = ()
    conditions: tuple[Condition, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    complete: bool = True
    refresh_timed_out: bool = False  # a refresh was asked for, and this is the state before it

    @property
    def auto_sync(self) -> bool:
        """Whether Argo CD syncs it by itself."""
        return self.automated is not None and self.automated.is_on

    @property
    def self_heal(self) -> bool:
        """Whether what drifts is healed."""
        return self.automated is not None and self.automated.self_heal

    @property
    def ref(self) -> ApplicationRef:
        """How to address this application in further calls."""
        return ApplicationRef(self.name, self.namespace, self.project)

    def tags_of(self, image: str) -> tuple[str, ...]:
        """The tags of this image (its name with the registry) that the pods run, () for none."""
        tags = []
        for running in self.images:
            name, _, tag = running.partition("@")[0].rpartition(":")
            if name == image:
                tags.append(tag)
        return tuple(tags)

    @property
    def target_revision(self) -> str:
        """The branch, tag or commit that the first source follows."""
        return self.sources[0].target_revision if self.sources else ""


class Change(StrEnum):
    """What the stream says happened to an application."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One frame of the application stream."""

    change: Change
    application: Application
