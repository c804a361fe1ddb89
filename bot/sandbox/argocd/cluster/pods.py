"""The pods below an object, at one moment of its rollout (pure)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.argocd.cluster.health import Assessment
from bot.sandbox.argocd.cluster.live import Generation, LiveObject, Rollout, Trouble, template_hash


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod, as `kubectl get pod` would tell of it."""

    name: str
    owner: str  # the ReplicaSet's name, or the object's own
    image: str
    sidecars: tuple[str, ...]
    containers: tuple[str, ...]
    reason: str  # Running, Pending, ImagePullBackOff, CrashLoopBackOff
    ready: bool
    restarts: int
    created_at: datetime
    health: Assessment
    digest: str = ""  # of the image as it was pulled; "" before that

    @property
    def ready_containers(self) -> int:
        """How many of its containers are ready; a sidecar is, even when the service is not."""
        return len(self.containers) if self.ready else len(self.sidecars)


def pods_of(live: LiveObject, now: datetime) -> list[Pod]:
    """New pods, and the old ones that still serve."""
    if not live.manifest.runs_pods:
        return []
    rollout, wanted, new = live.rollout, live.replicas, live.generation
    if rollout is None or rollout.is_over(now):
        return [_ready(live, new, number) for number in range(wanted)]
    ready, old = rollout.ready(wanted, now), rollout.before
    count = wanted if old is None else min(wanted, ready + 1)
    pods = [_ready(live, new, number) for number in range(min(ready, count))]
    pods += [_waiting(live, rollout, number, now) for number in range(ready, count)]
    if old is not None:
        pods += [_ready(live, old, number) for number in range(ready, wanted)]
    return pods


def _ready(live: LiveObject, generation: Generation, number: int) -> Pod:
    owner, name = _names(live, generation, number)
    return Pod(
        name=name,
        owner=owner,
        image=generation.image,
        sidecars=live.manifest.sidecars,
        containers=_containers(live),
        reason="Running",
        ready=True,
        restarts=0,
        created_at=generation.since,
        health=Assessment("Healthy"),
        digest=generation.digest,
    )


def _waiting(live: LiveObject, rollout: Rollout, number: int, now: datetime) -> Pod:
    pod = _ready(live, live.generation, number)
    reason, health, restarts = "ContainerCreating", Assessment("Progressing"), 0
    digest = ""
    match rollout.trouble:
        case Trouble.IMAGE_PULL:
            reason = "ImagePullBackOff"
            health = Assessment("Degraded", f'Back-off pulling image "{pod.image}"')
        case Trouble.CRASH:
            reason = "CrashLoopBackOff"
            what = f"container={live.manifest.name} pod={pod.name}"
            health = Assessment("Degraded", f"back-off 5m0s restarting failed {what}")
            restarts, digest = crashes(now - rollout.started), pod.digest
        case Trouble.NEVER_READY:
            reason, digest = "Running", pod.digest
        case Trouble.NONE:
            pass
    return replace(pod, reason=reason, ready=False, restarts=restarts, health=health, digest=digest)


def _names(live: LiveObject, generation: Generation, number: int) -> tuple[str, str]:
    """The names of the owner and of the pod."""
    kind, name = live.manifest.kind, live.manifest.name
    owner = f"{name}-{template_hash(name, generation)}" if kind == "Deployment" else name
    if kind not in ("Deployment", "DaemonSet"):
        return owner, f"{name}-{number}"
    seed = f"{owner}{number}{generation.template}"
    return owner, f"{owner}-{hashlib.sha256(seed.encode()).hexdigest()[:5]}"


def _containers(live: LiveObject) -> tuple[str, ...]:
    return (live.manifest.name, *(["linkerd-proxy"] if live.manifest.sidecars else []))


def crashes(age: timedelta) -> int:
    """Restarts after `age`: the back-off doubles from 10 s to 5 min."""
    count, wait, passed = 0, 10.0, 2.0
    while passed < age.total_seconds() and count < 50:
        count, passed, wait = count + 1, passed + wait, min(wait * 2, 300.0)
    return max(1, count)
