"""What keeps an application from a good end, found and told by its objects and images (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.deployments.rollouts.readings import Expected
from integrations.argocd.model import Application, Health, OperationState, Phase, ResourceRef, Sync

_JOBS = ("Job", "CronJob")


def other_images(app: Application, images: Mapping[str, str], digests: Mapping[str, str]) -> str:
    """One image that runs with another tag than `images` (name -> tag) asks for, or is named by
    another digest than `digests` knows; "" for none.
    """
    for running in app.images:
        reference, _, digest = running.partition("@")
        name, _, tag = reference.rpartition(":")
        wanted, short = images.get(name), name.rpartition("/")[2]
        if wanted is not None and tag != wanted:
            return f"{short}:{tag}"
        if wanted is not None and digest and digests.get(name, digest) != digest:
            return f"{short}:{tag} as {digest[:19]}"
    return ""


def blocking(app: Application) -> tuple[tuple[ResourceRef, str], ...]:
    """The objects that keep the application from Healthy, worst first."""
    order = (Health.DEGRADED, Health.MISSING, Health.SUSPENDED, Health.PROGRESSING, Health.UNKNOWN)
    unwell = [r for r in app.resources if r.health in order]
    unwell.sort(key=lambda r: order.index(r.health or Health.UNKNOWN))
    return tuple((r.ref, r.health_message or str(r.health)) for r in unwell)


def moved_on(app: Application, expected: Expected) -> tuple[str, ...]:
    """Whether Argo CD compares with a later commit than the one deployed, which is not our doing.

    Rule D has made sure by now that it leaves our images as they are.
    """
    state = app.state
    deployed = state.revisions if state else ()
    if not expected.commit or app.sync is not Sync.OUT_OF_SYNC or not deployed:
        return ()
    newer = next((each for each in app.sync_revisions if each not in deployed), "")
    return (f"OutOfSync: Git has moved on to {newer[:7]}, beside our tags",) if newer else ()


def not_pruned(counted: OperationState) -> tuple[str, ...]:
    """A note of what an operation left that is no longer in Git; () where nothing is."""
    skipped = [str(r.ref) for r in counted.resources if r.status == "PruneSkipped"]
    if not skipped:
        return ()
    few = ", ".join(skipped[:3]) + (" …" if len(skipped) > 3 else "")
    return (f"{len(skipped)} no longer in Git and not pruned: {few}",)


def is_only_unpruned(app: Application) -> bool:
    """Whether it is OutOfSync by nothing but objects that are no longer in Git, as far as Argo CD
    tells of objects.
    """
    return app.sync is Sync.OUT_OF_SYNC and not _differing(app)


def first_differing(app: Application) -> str:
    """The first object that differs from what Git has, or the application."""
    differing = _differing(app)
    return str(differing[0]) if differing else "it"


def _differing(app: Application) -> list[ResourceRef]:
    return [r.ref for r in app.resources if r.sync is Sync.OUT_OF_SYNC and not r.requires_pruning]


def sync_failed(state: OperationState) -> tuple[tuple[ResourceRef, str], ...]:
    """The objects and hooks that an operation could not sync, with Argo CD's words."""
    return tuple(
        (result.ref, result.message)
        for result in state.resources
        if result.status == "SyncFailed"
        or (result.hook_type and result.hook_phase in (Phase.FAILED, Phase.ERROR))
    )


def first_suspended(app: Application) -> str:
    """What is paused: the first such object that is no job, or the application."""
    paused = [ref for ref in _suspended(app) if ref.kind not in _JOBS]
    return str(paused[0]) if paused else app.name


def suspended_jobs(app: Application) -> tuple[str, ...]:
    """A note where an application is Suspended by nothing but jobs, which somebody keeps that way.

    https://github.com/argoproj/argo-cd/issues/19126
    """
    paused = _suspended(app)
    if app.health is not Health.SUSPENDED or not paused:
        return ()
    if any(ref.kind not in _JOBS for ref in paused):
        return ()
    few = ", ".join(map(str, paused[:3])) + (" …" if len(paused) > 3 else "")
    return (f"suspended, and no rollout: {few}",)


def _suspended(app: Application) -> list[ResourceRef]:
    return [r.ref for r in app.resources if r.health is Health.SUSPENDED]


def degraded_words(app: Application) -> str:
    """What is Degraded, where the application itself does not say."""
    unwell = [r.ref for r in app.resources if r.health is Health.DEGRADED]
    return f"{unwell[0]} is Degraded." if unwell else "Degraded after the sync."


def not_healthy_words(app: Application) -> str:
    """What the application's health waits for."""
    unwell = blocking(app)
    if not unwell:
        return f"{app.health.value}."
    ref, said = unwell[0]
    more = f" and {len(unwell) - 1} more" if len(unwell) > 1 else ""
    return f"{app.health.value}: waiting for {ref}{more} ({said})."
