"""Objects as they are in the sandbox's cluster, and the rollouts they go through."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.sandbox.argocd.definitions import Key, Manifest


class Trouble(StrEnum):
    """What keeps new pods from becoming ready."""

    NONE = ""
    IMAGE_PULL = "ImagePullBackOff"
    CRASH = "CrashLoopBackOff"
    NEVER_READY = "NeverReady"  # runs, fails its readiness probe, and no deadline ends it


@dataclass(frozen=True, slots=True)
class Rollout:
    """New pods replacing old ones, one after the other, over `seconds`.

    `before` are the main image ("" for none) and template of the pods that make room. With trouble no new
    pod ever becomes ready; after `deadline` seconds the object is called Degraded.
    """

    started: datetime
    seconds: float
    deadline: float
    before: tuple[str, int]
    trouble: Trouble = Trouble.NONE
    message: str = ""
    at_once: bool = False  # Degraded without waiting for the deadline

    def ready(self, replicas: int, now: datetime) -> int:
        """How many new pods are ready."""
        if self.trouble:
            return 0
        if self.seconds <= 0:
            return replicas
        passed = (now - self.started).total_seconds() / self.seconds
        return max(0, min(replicas, int(passed * replicas + 1e-6)))

    def is_over(self, now: datetime) -> bool:
        """Whether every new pod is ready."""
        return not self.trouble and (now - self.started).total_seconds() >= self.seconds

    def is_late(self, now: datetime) -> bool:
        """Whether the progress deadline has passed."""
        if self.trouble in (Trouble.NONE, Trouble.NEVER_READY):
            return False
        return self.at_once or (now - self.started).total_seconds() >= self.deadline

    def next_change(self, replicas: int, now: datetime) -> datetime | None:
        """When this rollout will look different, if left alone."""
        if self.trouble:
            waits = not self.is_late(now) and self.trouble is not Trouble.NEVER_READY
            return self.started + timedelta(seconds=self.deadline) if waits else None
        ready = self.ready(replicas, now)
        if ready >= replicas:
            return None
        return self.started + timedelta(seconds=self.seconds * (ready + 1) / replicas)


@dataclass(slots=True)
class LiveObject:
    """One object in the cluster.

    `image` is the whole reference of its main container. `drifted` says that somebody changed
    it by hand; `surplus`, that Git no longer has it.
    """

    manifest: Manifest
    key: Key
    uid: str
    image: str
    created_at: datetime
    template: int = 1
    revision: int = 1
    drifted: bool = False
    surplus: bool = False
    paused: bool = False
    rollout: Rollout | None = None
    restarts: dict[str, int] = field(default_factory=dict)

    @property
    def replicas(self) -> int:
        """How many pods it wants."""
        return self.manifest.replicas

    def settle(self, now: datetime) -> None:
        """Forget a rollout that is over."""
        if self.rollout is not None and self.rollout.is_over(now):
            self.rollout = None

    def images(self, now: datetime) -> tuple[str, ...]:
        """The main images that really run: old and new while a rollout is under way."""
        if not self.manifest.runs_pods or not self.image:
            return ()
        if self.rollout is None or self.rollout.is_over(now):
            return (self.image,)
        if self.rollout.before[1] == self.template:
            return (self.image,)
        return tuple(sorted({self.image, self.rollout.before[0]} - {""}))


def template_hash(name: str, image: str, template: int) -> str:
    """The pod-template-hash of one version of an object, ten characters like Kubernetes'."""
    digest = hashlib.sha256(f"{name}|{image}|{template}".encode()).digest()
    letters = "bcdfghjklmnpqrstvwxz2456789"
    return "".join(letters[byte % len(letters)] for byte in digest[:10])
