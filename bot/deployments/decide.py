"""What a deployment does next: the one place that decides (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.deployments.deployment import ApplicationRun, Deployment, Stage, State
from bot.deployments.events import AppOutcome, Outcome


@dataclass(frozen=True, slots=True)
class FindBuild:
    """Learn which tag ships."""


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Say which runs are ahead."""

    behind: tuple[str, ...]
    applications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldQueue:
    """The run ahead ended badly: wait for a person."""

    by: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Start:
    """Take the applications."""


@dataclass(frozen=True, slots=True)
class MakePlan:
    """Compute what changes and what syncs, and ask every gate."""


@dataclass(frozen=True, slots=True)
class PushCommit:
    """Put the tags into Git, or find that they already are. `look_only` pushes nothing new."""

    look_only: bool = False


@dataclass(frozen=True, slots=True)
class BeginWave:
    """Open the next wave."""

    wave: int


@dataclass(frozen=True, slots=True)
class RunWave:
    """Sync and watch the open applications of the current wave."""

    applications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopOperations:
    """Terminate our operations that still run, then put the earlier tags back if asked."""

    revert: bool


@dataclass(frozen=True, slots=True)
class Finish:
    """The end."""

    outcome: Outcome
    message: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do until something is appended."""


Action = (
    FindBuild
    | JoinQueue
    | HoldQueue
    | Start
    | MakePlan
    | PushCommit
    | BeginWave
    | RunWave
    | StopOperations
    | Finish
    | Rest
)


def decide(deployment: Deployment, ahead: Sequence[Deployment]) -> Action:
    """The next action.

    `ahead` holds the earlier deployments that share an application: those that have not ended,
    and those that this one was told it queues behind.
    """
    if deployment.state.has_ended:
        return Rest()
    if deployment.cancel:
        return _cancelled(deployment)
    if deployment.request.kind == "deploy" and not deployment.found:
        return FindBuild()
    if deployment.state is State.QUEUED:
        return _queued(deployment, ahead)
    if not deployment.planned:
        return MakePlan()
    if deployment.request.kind == "deploy" and not deployment.commit:
        return PushCommit()
    return _waves(deployment)


def _queued(deployment: Deployment, ahead: Sequence[Deployment]) -> Action:
    if deployment.held:
        return Rest()
    open_ones = [other for other in ahead if not other.state.has_ended]
    if open_ones:
        shared = {app for other in open_ones for app in other.request.applications}
        shared &= set(deployment.request.applications)
        behind = tuple(other.id for other in open_ones)
        queued = deployment.queued
        if queued and set(queued.behind) >= set(behind):
            return Rest()
        known = queued.behind if queued else ()
        return JoinQueue(tuple(dict.fromkeys((*known, *behind))), tuple(sorted(shared)))
    told = deployment.queued.behind if deployment.queued else ()
    for other in ahead:
        waved_through = other.id in deployment.resumed
        if other.id in told and other.state.ended_badly and not waved_through:
            return HoldQueue(other.id, other.state.value)
    return Start()


def _waves(deployment: Deployment) -> Action:
    waves = deployment.waves
    if deployment.wave >= 0:
        current = [deployment.runs[app.name] for app in waves[deployment.wave]]
        still_open = tuple(run.planned.name for run in current if run.stage is not Stage.ENDED)
        if still_open:
            return RunWave(still_open)
        bad = [run for run in current if run.outcome is not AppOutcome.SUCCEEDED]
        if bad:
            return _failed(deployment, bad)
    if deployment.wave + 1 < len(waves):
        return BeginWave(deployment.wave + 1)
    return _succeeded(deployment)


def _succeeded(deployment: Deployment) -> Finish:
    if deployment.reverted:
        return Finish(Outcome.CANCELLED, "The earlier tags are back in Git and running again.")
    ran = [run for run in deployment.runs.values() if not run.skipped]
    if not deployment.runs:
        return Finish(Outcome.SUCCEEDED, "There was nothing to sync.")
    if not ran:
        return Finish(Outcome.SUCCEEDED, "Everything was already Synced and Healthy.")
    sync = deployment.request.sync
    if sync and sync.dry_run:
        return Finish(Outcome.SUCCEEDED, "The dry run found nothing that would be refused.")
    if deployment.commit and not deployment.commit.changed:
        return Finish(
            Outcome.SUCCEEDED, "Git already had these tags; every application is Healthy."
        )
    return Finish(Outcome.SUCCEEDED, "Every application is Synced and Healthy.")


_WORST = (
    AppOutcome.FAILED,
    AppOutcome.TIMED_OUT,
    AppOutcome.SUPERSEDED,
    AppOutcome.SUSPENDED,
    AppOutcome.CANCELLED,
    AppOutcome.NOT_ATTEMPTED,
)


def _failed(deployment: Deployment, bad: Sequence[ApplicationRun]) -> Finish:
    first = min(bad, key=lambda run: _WORST.index(run.outcome or AppOutcome.NOT_ATTEMPTED))
    outcome = {
        AppOutcome.TIMED_OUT: Outcome.TIMED_OUT,
        AppOutcome.SUPERSEDED: Outcome.SUPERSEDED,
        AppOutcome.CANCELLED: Outcome.CANCELLED,
    }.get(first.outcome or AppOutcome.FAILED, Outcome.FAILED)
    name = first.planned.name
    said = first.ended.message if first.ended else ""
    message = f"{name}: {said}" if said else f"{name} {str(first.outcome).lower()}."
    left = not_attempted(deployment)
    if left:
        message += f" Not attempted: {', '.join(left)}."
    return Finish(outcome, message, _next_step(first))


def _next_step(run: ApplicationRun) -> str:
    match run.outcome:
        case AppOutcome.SUSPENDED:
            return f"Resume the rollout in Argo CD, then sync {run.planned.name} again."
        case AppOutcome.TIMED_OUT:
            return "Look at the object named above; Retry starts over when it is mended."
        case AppOutcome.SUPERSEDED:
            return "The newer change decides; nothing needs to be done here."
        case _:
            return "Mend what the object above says, then Retry."


def not_attempted(deployment: Deployment) -> tuple[str, ...]:
    """The applications of later waves, which a failure kept from starting."""
    later = deployment.waves[deployment.wave + 1 :]
    return tuple(app.name for wave in later for app in wave)


def _cancelled(deployment: Deployment) -> Action:
    cancel = deployment.cancel
    assert cancel is not None  # noqa: S101 - decide() asked
    by = f"Cancelled by {cancel.actor.name or cancel.actor.id}."
    if deployment.request.kind == "deploy" and not deployment.commit:
        if deployment.commit_intended:
            return PushCommit(look_only=True)
        return Finish(Outcome.CANCELLED, f"{by} Nothing was changed.")
    if deployment.reverted:
        return _waves(deployment)
    if _may_run(deployment) or (cancel.revert and _can_revert(deployment)):
        return StopOperations(cancel.revert and _can_revert(deployment))
    return Finish(Outcome.CANCELLED, f"{by} {_what_runs(deployment)}")


def _can_revert(deployment: Deployment) -> bool:
    return bool(deployment.commit and deployment.commit.changed)


def _may_run(deployment: Deployment) -> bool:
    return any(run.stage in (Stage.INTENDED, Stage.SYNCING) for run in deployment.runs.values())


def _what_runs(deployment: Deployment) -> str:
    done = [name for name, run in deployment.runs.items() if run.started_at]
    if not deployment.started_at or not done:
        return "Nothing was changed."
    verb = "already runs" if len(done) == 1 else "already run"
    if deployment.request.kind == "sync":
        return f"Synced before that: {', '.join(done)}."
    return f"{', '.join(done)} {verb} the new image or may be about to."
