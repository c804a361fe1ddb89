"""Objects as they are in the sandbox's cluster, and the rollouts they go through."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
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
class Generation:
    """Pods of one template; `image` is the whole reference of their main container.

    `digest` is the image that the reference named when the pods began; "" could not be pulled.
    """

    image: str
    template: int
    since: datetime
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Rollout:
    """New pods replacing old ones, one after the other, over `seconds`.

    `before` are the pods that make room; None where there were none, or where the pods that
    already run have come into trouble. With trouble no pod becomes ready; after `deadline`
    seconds the object is called Degraded.
    """

    started: datetime
    seconds: float
    deadline: float
    before: Generation | None = None
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


@dataclass(frozen=True, slots=True)
class Lasting:
    """A trouble that every rollout meets until it is healed, whatever is deployed."""

    trouble: Trouble = Trouble.NONE
    message: str = ""
    at_once: bool = False


@dataclass(slots=True)
class LiveObject:
    """One object in the cluster. `drifted` says that somebody changed
    it by hand.
    """

    manifest: Manifest
    key: Key
    uid: str
    generation: Generation
    created_at: datetime
    drifted: bool = False
    paused: bool = False
    lasting: Lasting = Lasting()
    rollout: Rollout | None = None

    @property
    def image(self) -> str:
        """The main container's image as last applied, "" for objects without pods."""
        return self.generation.image

    @property
    def revision(self) -> int:
        """How often it was changed, counted from 1."""
        return self.generation.template

    @property
    def replicas(self) -> int:
        """How many pods it wants."""
        return self.manifest.replicas

    def is_other_than(self, image: str) -> bool:
        """Whether applying its manifest with `image` would change it."""
        return self.drifted or self.image != image

    def settle(self, now: datetime) -> None:
        """Forget a rollout that is over."""
        if self.rollout is not None and self.rollout.is_over(now):
            self.rollout = None

    def images(self, now: datetime) -> tuple[str, ...]:
        """The main images that really run: old and new while a rollout is under way."""
        if not self.manifest.runs_pods or not self.image:
            return ()
        old = self.rollout.before if self.rollout is not None else None
        if old is None or self.rollout is None or self.rollout.is_over(now):
            return (self.image,)
        return tuple(sorted({self.image, old.image}))


def template_hash(name: str, generation: Generation) -> str:
    """The pod-template-hash of one version of an object, ten characters like Kubernetes'."""
    digest = hashlib.sha256(f"{name}|{generation.image}|{generation.template}".encode()).digest()
    letters = "bcdfghjklmnpqrstvwxz2456789"
    return "".join(letters[byte % len(letters)] for byte in digest[:10])


def made_up_digest(image: str) -> str:
    """The digest of an image that no registry of the sandbox holds: its own, or one by its name."""
    _, at, digest = image.partition("@")
    return digest if at else f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"
