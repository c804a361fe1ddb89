"""How healthy objects and applications are: Argo CD's own rules (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.sandbox.argocd.cluster.live import LiveObject, Rollout
from bot.sandbox.argocd.definitions import CHECKED

WORST_LAST = ("Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown")
"""gitops-engine/pkg/health/health.go."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One object's health, and the sentence that goes with it."""

    status: str
    message: str = ""


def object_health(live: LiveObject, now: datetime) -> Assessment | None:
    """None: this kind has no health check."""
    if live.manifest.kind not in CHECKED:
        return None
    if live.paused:
        return Assessment("Suspended", f"{live.manifest.kind} is paused")
    if live.rollout is None or live.rollout.is_over(now):
        return Assessment("Healthy")
    if live.rollout.is_late(now):
        return Assessment("Degraded", degraded_message(live))
    return Assessment("Progressing", progress_message(live, live.rollout, now))


def degraded_message(live: LiveObject) -> str:
    """What the object's own health check says once its deadline has passed."""
    rollout = live.rollout
    if rollout is not None and rollout.message:
        return rollout.message
    kind, name = live.manifest.kind, live.manifest.name
    return f'{kind} "{name}" exceeded its progress deadline'


def progress_message(live: LiveObject, rollout: Rollout, now: datetime) -> str:
    """`kubectl rollout status`'s words, which the health check repeats."""
    ready, wanted = rollout.ready(live.replicas, now), live.replicas
    if live.manifest.kind == "StatefulSet":
        return f"Waiting for {wanted - ready} pods to be ready..."
    if ready == 0:
        return (
            f"Waiting for rollout to finish: {min(1, wanted)} out of {wanted} new replicas "
            "have been updated..."
        )
    return f"Waiting for rollout to finish: {ready} of {wanted} updated replicas are available..."


def application_health(objects: Iterable[Assessment | None], *, declared: bool, live: bool) -> str:
    """The worst of all objects that have a check.

    Objects that are missing from the cluster do not count (3.4+); Missing is for an application
    of which nothing lives.
    """
    if declared and not live:
        return "Missing"
    statuses = [found.status for found in objects if found is not None]
    return max(statuses, key=WORST_LAST.index, default="Healthy")
