"""The pods below an object, at one moment of its rollout (pure)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.argocd.health import Assessment
from bot.sandbox.argocd.live import LiveObject, Trouble, template_hash


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod, as `kubectl get pod` would tell of it."""

    name: str
    owner: str  # the ReplicaSet's name, or the object's own
    template: int
    image: str
    sidecars: tuple[str, ...]
    containers: tuple[str, ...]
    reason: str  # Running, Pending, ImagePullBackOff, CrashLoopBackOff
    ready: bool
    restarts: int
    created_at: datetime
    health: Assessment

    @property
    def ready_containers(self) -> int:
        """How many of its containers are ready; a sidecar is, even when the service is not."""
        return len(self.containers) if self.ready else len(self.sidecars)


def pods_of(live: LiveObject, now: datetime) -> list[Pod]:
    """New pods, and the old ones that still serve."""
    if not live.manifest.runs_pods:
        return []
    rollout, wanted = live.rollout, live.replicas
    if rollout is None or rollout.is_over(now):
        return [_pod(live, live.image, live.template, n, now) for n in range(wanted)]
    ready = rollout.ready(wanted, now)
    image, template = rollout.before
    replaces = bool(image) and template != live.template
    old = [_pod(live, image, template, n, now) for n in range(ready, wanted)] if replaces else []
    count = min(wanted, ready + 1) if replaces else wanted
    trouble = rollout.trouble
    new = [_pod(live, live.image, live.template, n, now, n < ready, trouble) for n in range(count)]
    return new + old


def _pod(
    live: LiveObject,
    image: str,
    template: int,
    number: int,
    now: datetime,
    ready: bool = True,
    trouble: Trouble = Trouble.NONE,
) -> Pod:
    kind, name = live.manifest.kind, live.manifest.name
    owner = name
    if kind == "Deployment":
        owner = f"{name}-{template_hash(name, image, template)}"
    suffix = hashlib.sha256(f"{owner}{number}".encode()).hexdigest()[:5]
    pod_name = f"{owner}-{suffix}" if kind in ("Deployment", "DaemonSet") else f"{name}-{number}"
    is_new = live.rollout is not None and template == live.template
    started = live.rollout.started if live.rollout is not None else live.created_at
    created = started if is_new else live.created_at
    restarts = crashes(now - created) if trouble is Trouble.CRASH and not ready else 0
    return Pod(
        name=pod_name,
        owner=owner,
        template=template,
        image=image,
        sidecars=live.manifest.sidecars,
        containers=(name, *(["linkerd-proxy"] if live.manifest.sidecars else [])),
        reason=_reason(ready, trouble),
        ready=ready,
        restarts=restarts,
        created_at=created,
        health=_health(name, pod_name, image, ready, trouble),
    )


def crashes(age: timedelta) -> int:
    """Restarts after `age`: the back-off doubles from 10 s to 5 min."""
    count, wait, passed = 0, 10.0, 2.0
    while passed < age.total_seconds() and count < 50:
        count, passed, wait = count + 1, passed + wait, min(wait * 2, 300.0)
    return max(1, count)


def _reason(ready: bool, trouble: Trouble) -> str:
    if ready:
        return "Running"
    match trouble:
        case Trouble.NONE:
            return "ContainerCreating"
        case Trouble.NEVER_READY:
            return "Running"
        case _:
            return str(trouble)


def _health(name: str, pod: str, image: str, ready: bool, trouble: Trouble) -> Assessment:
    if ready:
        return Assessment("Healthy")
    match trouble:
        case Trouble.IMAGE_PULL:
            return Assessment("Degraded", f'Back-off pulling image "{image}"')
        case Trouble.CRASH:
            said = f"back-off 5m0s restarting failed container={name} pod={pod}"
            return Assessment("Degraded", said)
        case _:
            return Assessment("Progressing")
