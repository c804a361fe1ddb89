"""What Argo CD can tell of the inside of one application, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from integrations.argocd.model import Health, ResourceRef


@dataclass(frozen=True, slots=True)
class ResourceNode:
    """One node of the resource tree."""

    ref: ResourceRef
    parents: tuple[ResourceRef, ...] = ()
    health: Health | None = None
    health_message: str = ""
    images: tuple[str, ...] = ()
    info: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KubernetesEvent:
    """One Kubernetes event about an object of the application."""

    type: str  # Normal or Warning
    reason: str
    message: str
    count: int = 1
    first_at: datetime | None = None
    last_at: datetime | None = None
    about: ResourceRef | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line a pod wrote."""

    content: str
    at: datetime | None
    pod: str = ""


@dataclass(frozen=True, slots=True)
class SyncWindow:
    """One window of the project: kind is "allow" or "deny"; schedule is cron; duration Go's."""

    kind: str
    schedule: str
    duration: str
    manual_sync: bool = False


@dataclass(frozen=True, slots=True)
class SyncWindows:
    """What the project's sync windows say of this application now, for a manual sync."""

    can_sync: bool
    active: tuple[SyncWindow, ...] = ()
    assigned: tuple[SyncWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisionMetadata:
    """Who wrote a revision, and its message; untrusted text."""

    author: str = ""
    message: str = ""
    at: datetime | None = None
    tags: tuple[str, ...] = ()
