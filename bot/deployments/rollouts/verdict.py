"""Is this application really deployed? One reading of Argo CD at a time (pure).

The rules A to F: an operation that is ours, completed; a comparison made after it ended; a
revision that contains our commit; images that carry our tags; Healthy twice, `settle` apart;
the same application all along. Nothing less is success (argo-cd's own `app wait` asks less).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.deployments.events import AppOutcome
from bot.deployments.rollouts.operation import is_ours, operation_reading
from bot.deployments.rollouts.readings import (
    AskRefresh,
    AskRevision,
    Contained,
    Expected,
    Reading,
    Seen,
    Verdict,
    Waiting,
)
from bot.deployments.rollouts.unwell import (
    blocking,
    degraded_words,
    first_differing,
    first_suspended,
    is_only_unpruned,
    moved_on,
    not_healthy_words,
    not_pruned,
    other_images,
    suspended_jobs,
    sync_failed,
)
from integrations.argocd.model import (
    Application,
    Health,
    OperationState,
    Phase,
    Sync,
)

LOOK_AGAIN = 5.0
"""Seconds after which an application is judged again though nothing was heard of it."""
_FRESH_AFTER = timedelta(seconds=1)
_REFRESH_AGAIN = timedelta(seconds=10)
_STALE_LIMIT = 4


def judge(
    app: Application | None, expected: Expected, seen: Seen, now: datetime
) -> tuple[Reading, Seen]:
    """One reading of the application, and what to remember for the next.

    `app` is None when Argo CD no longer knows it.
    """
    if app is None or (expected.uid and app.uid and app.uid != expected.uid):
        gone = "was deleted" if app is None else "was deleted and created again"
        return Verdict(AppOutcome.FAILED, f"The application {gone} during the deployment."), seen
    seen = _remember(app, expected, seen, now)
    reading = operation_reading(app, expected, seen, now)
    if reading is None:
        reading, seen = _result(app, expected, seen, now)
    if isinstance(reading, Waiting) and _stuck(seen, expected, now):
        limit = span(expected.progress_timeout)
        message = f"No progress within {limit}. {reading.why}"
        return Verdict(AppOutcome.TIMED_OUT, message, failing=blocking(app)), seen
    return reading, seen


def look_again_in(seen: Seen, expected: Expected, now: datetime) -> float:
    """After how many seconds a reading may come to something else though nothing was heard."""
    since = seen.healthy_since or seen.degraded_since
    if since is None:
        return LOOK_AGAIN if seen.ours_completed is None else 1.0
    given = expected.settle if seen.healthy_since else expected.degraded_grace
    left = given - (now - since).total_seconds()
    return min(max(left, 0.05), LOOK_AGAIN)


def _remember(app: Application, expected: Expected, seen: Seen, now: datetime) -> Seen:
    state = app.state
    if state and state.phase.completed and not app.operation and is_ours(state, expected):
        seen = replace(seen, ours_completed=state)
    mark = _fingerprint(app)
    if mark != seen.fingerprint:
        seen = replace(seen, fingerprint=mark, progress_at=now)
    return replace(seen, since=seen.since or now, progress_at=seen.progress_at or now)


def _fingerprint(app: Application) -> tuple[object, ...]:
    state = app.state
    done = sum(1 for result in state.resources if result.status) if state else 0
    healthy = sum(1 for resource in app.resources if resource.health is Health.HEALTHY)
    retries = state.retry_count if state else 0
    phase = state.phase if state else None
    images = frozenset(app.images)
    return (phase, bool(app.operation), retries, done, healthy, app.health, app.sync, images)


def _stuck(seen: Seen, expected: Expected, now: datetime) -> bool:
    assert seen.progress_at is not None  # noqa: S101 - _remember sets it
    return now - seen.progress_at > timedelta(seconds=expected.progress_timeout)


def _result(
    app: Application, expected: Expected, seen: Seen, now: datetime
) -> tuple[Reading, Seen]:
    """Rules B to E, once the operation has completed."""
    state = app.state
    assert state is not None  # noqa: S101 - judge asked
    # Of one known from the history alone only that it succeeded is known: nothing else goes there.
    unseen = OperationState(state.operation, Phase.SUCCEEDED)
    counted = state if is_ours(state, expected) else (seen.ours_completed or unseen)
    if counted.phase in (Phase.FAILED, Phase.ERROR):
        message = counted.message or f"The operation ended {counted.phase.value}."
        return Verdict(AppOutcome.FAILED, message, failing=sync_failed(counted)), seen
    if expected.dry_run:
        return _dry_run(counted), seen
    stale = _stale(app, state, seen, now)
    if stale is not None:
        return stale
    reading = _revision(app, expected, state)
    if reading is not None:
        return reading, replace(seen, healthy_since=None)
    return _health(app, expected, counted, seen, now)


def _dry_run(counted: OperationState) -> Verdict:
    """What the operation would do: whatever it would change first, the rest as a number."""
    refused = sync_failed(counted)
    if refused:
        return Verdict(AppOutcome.FAILED, "The dry run was refused.", failing=refused)
    said = [result.message for result in counted.resources if result.message]
    changes = [message for message in said if " unchanged" not in message]
    same = len(said) - len(changes)
    notes = (*changes, f"{same} unchanged") if same else tuple(changes)
    return Verdict(AppOutcome.SUCCEEDED, "Dry run.", notes=notes)


def _stale(
    app: Application, state: OperationState, seen: Seen, now: datetime
) -> tuple[Reading, Seen] | None:
    """Rule C: a comparison that began strictly after the operation finished."""
    finished = state.finished_at
    if finished is None or (app.reconciled_at and app.reconciled_at > finished):
        return None
    waiting = Waiting("Synced; waiting for Argo CD to compare again.")
    if now < finished + _FRESH_AFTER:
        return waiting, seen
    last = seen.refreshed_at
    if last and now - last < _REFRESH_AGAIN:
        return waiting, seen
    if seen.refreshes >= _STALE_LIMIT:
        return Waiting("Argo CD's status is older than the operation; it does not refresh."), seen
    return AskRefresh(), replace(seen, refreshed_at=now, refreshes=seen.refreshes + 1)


def _revision(app: Application, expected: Expected, state: OperationState) -> Reading | None:
    """Rule D. Of several sources those count that are of our repository."""
    if not expected.commit:
        return None
    every = (*state.revisions, *app.sync_revisions)
    unknown = next((each for each in every if each not in expected.contained), None)
    if unknown is not None:
        return AskRevision(unknown)
    deployed, compared = expected.ours_of(state.revisions), expected.ours_of(app.sync_revisions)
    for revision in (*deployed, *compared):
        match expected.contained[revision]:
            case Contained.CHANGED:
                return Verdict(AppOutcome.SUPERSEDED, "A later commit changed our image tags.")
            case Contained.BEFORE | Contained.ELSEWHERE:
                return Waiting(f"Argo CD still compares revision {revision[:7]}, without ours.")
            case Contained.YES:
                pass
    return None


def _health(
    app: Application, expected: Expected, counted: OperationState, seen: Seen, now: datetime
) -> tuple[Reading, Seen]:
    """Rule E: Healthy twice, `settle` apart, on our images alone; Degraded is given time."""
    pruned, moved = not_pruned(counted), moved_on(app, expected)
    asleep = suspended_jobs(app)
    notes = (*pruned, *moved, *asleep)
    differs = app.sync is not Sync.SYNCED and not expected.selective and not moved
    if differs and not (pruned and is_only_unpruned(app)):
        return _out_of_sync(app, expected, seen, now)
    seen = replace(seen, out_of_sync_since=None)
    if app.health is Health.DEGRADED:
        since = seen.degraded_since or now
        seen = replace(seen, degraded_since=since, healthy_since=None)
        if now - since >= timedelta(seconds=expected.degraded_grace):
            message = app.health_message or degraded_words(app)
            return Verdict(AppOutcome.FAILED, message, notes, blocking(app)), seen
        return Waiting("Degraded; given a moment to recover."), seen
    seen = replace(seen, degraded_since=None)
    if app.health is Health.SUSPENDED and not asleep:
        message = f"The rollout is paused: resume it in Argo CD ({first_suspended(app)})."
        return Verdict(AppOutcome.SUSPENDED, message, notes, blocking(app)), seen
    if app.health is not Health.HEALTHY and not asleep:
        return Waiting(not_healthy_words(app)), replace(seen, healthy_since=None)
    wrong = other_images(app, expected.images, expected.digests)
    if wrong:
        return Waiting(f"Still running {wrong}."), replace(seen, healthy_since=None)
    since = seen.healthy_since or now
    seen = replace(seen, healthy_since=since)
    if now - since >= timedelta(seconds=expected.settle):
        revision = next(iter(expected.ours_of(counted.revisions)), "")
        said = "Synced and Healthy." if app.sync is Sync.SYNCED else "Deployed and Healthy."
        return Verdict(AppOutcome.SUCCEEDED, said, notes, revision=revision), seen
    return Waiting("Healthy; making sure it stays so."), seen


def _out_of_sync(
    app: Application, expected: Expected, seen: Seen, now: datetime
) -> tuple[Reading, Seen]:
    problem = next((c for c in app.conditions if c.is_error), None)
    said = (
        problem.message
        if problem
        else f"{first_differing(app)} is still {app.sync.value} after the sync"
    )
    if app.sync is Sync.UNKNOWN:  # Argo CD could not compare: that tells nothing of our sync
        seen = replace(seen, out_of_sync_since=None, healthy_since=None)
        return Waiting(f"Argo CD cannot compare now: {said}"), seen
    since = seen.out_of_sync_since or now
    seen = replace(seen, out_of_sync_since=since, healthy_since=None)
    if now - since > timedelta(seconds=expected.degraded_grace):
        return Verdict(AppOutcome.FAILED, said, failing=blocking(app)), seen
    return Waiting(said[:1].upper() + said[1:] + "."), seen


def span(seconds: float) -> str:
    """A limit in words: "45 s", "10 min"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
