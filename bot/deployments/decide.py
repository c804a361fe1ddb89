"""What a deployment does next: the one place that decides (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments import endings, next_steps
from bot.deployments.actions import (
    Action,
    AskApproval,
    AwaitApproval,
    AwaitSource,
    AwaitTurn,
    BeginWave,
    FindBuild,
    Finish,
    GiveTags,
    HoldQueue,
    JoinQueue,
    MakePlan,
    PinScope,
    PushCommit,
    Rest,
    RunWave,
    Start,
    StopAhead,
    StopOperations,
)
from bot.deployments.deployment import ApplicationRun, Deployment, Stage, State
from bot.deployments.events import AppOutcome, Outcome


def decide(deployment: Deployment, ahead: Sequence[Deployment]) -> Action:
    """The next action.

    `ahead` holds the other deployments that share an application: earlier ones that have not
    ended, any that run, and those that this one was told it queues behind.
    """
    if deployment.state.has_ended:
        return Rest()
    if deployment.cancel:
        return _cancelled(deployment)
    if deployment.request.kind == "deploy" and not deployment.found:
        return FindBuild()
    if deployment.awaits_source:
        return AwaitSource()
    if deployment.awaits_approval:
        return _approval(deployment)
    if deployment.state is State.QUEUED:
        turn = _queued(deployment, ahead)
        return AwaitTurn() if deployment.approval and isinstance(turn, Rest) else turn
    if not deployment.planned:
        return MakePlan()
    if deployment.request.kind == "deploy" and not deployment.commit:
        return GiveTags() if deployment.lacks_tags else PushCommit()
    if deployment.is_rollback and not deployment.pinned:
        return PinScope()
    return _waves(deployment)


def _approval(deployment: Deployment) -> Action:
    approval = deployment.approval
    if approval is None:
        return AskApproval()
    if approval.rejected:
        return Finish(Outcome.REJECTED, endings.rejected(approval.rejected))
    return AwaitApproval()


def _queued(deployment: Deployment, ahead: Sequence[Deployment]) -> Action:
    if deployment.request.goes_back_at_once:
        return _going_back(deployment, ahead)
    in_the_way = [other for other in ahead if _is_in_the_way(deployment, other)]
    hold = _hold(deployment, ahead, in_the_way)
    if hold:
        is_told = deployment.held is not None and deployment.held.by == hold.by
        return Rest() if is_told else hold
    if not in_the_way:
        return Start()
    behind = tuple(other.id for other in in_the_way)
    known = deployment.queued.behind if deployment.queued else ()
    if set(known) >= set(behind) and deployment.held is None:
        return Rest()
    used = {app for other in in_the_way for app in other.request.applications}
    shared = used & set(deployment.request.applications)
    return JoinQueue(tuple(dict.fromkeys((*known, *behind))), tuple(sorted(shared)))


def _going_back(deployment: Deployment, ahead: Sequence[Deployment]) -> Action:
    """A rollback passes all that wait, and stops what runs; by itself the bot stops nobody."""
    running = [other for other in ahead if other.started_at and not other.state.has_ended]
    if not running:
        return Start()
    still = tuple(other.id for other in running if other.cancel is None)
    by_machine = deployment.request.actor.kind != "slack"
    return Rest() if by_machine or not still else StopAhead(still)


def _is_in_the_way(deployment: Deployment, other: Deployment) -> bool:
    """Whether `deployment` waits for the other: not for a build, nor for one that stays held
    while a person let this one go on.
    """
    if other.state.has_ended or other.lets_others_pass:
        return False
    return not (other.held and deployment.resumed_at)


def _hold(
    deployment: Deployment, ahead: Sequence[Deployment], in_the_way: Sequence[Deployment]
) -> HoldQueue | None:
    """The newest bad end ahead that nothing has made good since, or what holds those ahead."""
    told = deployment.queued.behind if deployment.queued else ()
    bad = [
        other
        for other in ahead
        if other.id in told and other.holds_queue and not _is_made_good(deployment, other, ahead)
    ]
    if bad:
        newest = max(bad, key=lambda other: other.ended_at or other.updated_at)
        return HoldQueue(newest.id, newest.state.value)
    held = next((other.held for other in in_the_way if other.held), None)
    return HoldQueue(held.by, held.outcome) if held else None


def _is_made_good(deployment: Deployment, bad: Deployment, ahead: Sequence[Deployment]) -> bool:
    """Whether a person said go on, or a later run brought the same applications to a good end."""
    ended_at = bad.ended_at
    assert ended_at is not None  # noqa: S101 - it holds the queue
    if deployment.resumed_at and deployment.resumed_at >= ended_at:
        return True
    shared = set(bad.request.applications) & set(deployment.request.applications)
    return any(
        other.state is State.SUCCEEDED
        and not other.is_rollback
        and other.started_at is not None
        and other.started_at >= ended_at
        and shared <= set(other.request.applications)
        for other in ahead
    )


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
    outcome = Outcome.CANCELLED if deployment.reverted else Outcome.SUCCEEDED
    return Finish(outcome, endings.success(deployment), next_steps.after_success(deployment))


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
    said = endings.failure(deployment, first, not_attempted(deployment))
    return Finish(outcome, said, next_steps.next_step(deployment, first))


def not_attempted(deployment: Deployment) -> tuple[str, ...]:
    """The applications of later waves, which a failure kept from starting."""
    later = deployment.waves[deployment.wave + 1 :]
    return tuple(app.name for wave in later for app in wave)


def _cancelled(deployment: Deployment) -> Action:
    cancel = deployment.cancel
    assert cancel is not None  # noqa: S101 - decide() asked
    if deployment.request.kind == "deploy" and not deployment.commit:
        if deployment.commit_intended:
            return PushCommit(look_only=True)
        return Finish(Outcome.CANCELLED, endings.cancelled(deployment))
    if deployment.reverted:
        return _waves(deployment)
    if _may_run(deployment) or (cancel.revert and _can_revert(deployment)):
        return StopOperations(cancel.revert and _can_revert(deployment))
    step = next_steps.after_stopping(deployment)
    return Finish(Outcome.CANCELLED, endings.cancelled(deployment), step)


def _can_revert(deployment: Deployment) -> bool:
    return bool(deployment.commit and deployment.commit.changed)


def _may_run(deployment: Deployment) -> bool:
    return any(run.stage in (Stage.INTENDED, Stage.SYNCING) for run in deployment.runs.values())
