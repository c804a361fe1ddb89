"""Is the operation that Argo CD shows ours, and has it completed? Rules A and B (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.deployments.events import AppOutcome
from bot.deployments.rollouts.readings import (
    OPERATION_KEY,
    AskRevision,
    Contained,
    Expected,
    NotOurs,
    Reading,
    Seen,
    Verdict,
    Waiting,
)
from integrations.argocd.model import Application, Operation, OperationState, Phase


def operation_reading(
    app: Application, expected: Expected, seen: Seen, now: datetime
) -> Reading | None:
    """Rules A and B: None once the operation that counts has completed."""
    pending = app.operation
    if pending:
        return _in_progress(app, expected, seen, now)
    state = app.state
    if state is None:
        return Waiting("Argo CD has not started the operation yet.")
    if not state.phase.completed:
        return Waiting(_running_words(app))
    if is_ours(state, expected):
        return None
    unknown = _unknown_revision(state, expected)
    if unknown:
        return AskRevision(unknown)
    if seen.ours_completed:
        return None  # a later one (auto-sync, self-heal, a person) replaced it in the status
    if _in_history(app, expected, state):
        return None
    if expected.commit and any(
        expected.contained.get(revision) is Contained.CHANGED for revision in state.revisions
    ):
        return Verdict(AppOutcome.SUPERSEDED, "A later commit set other tags before ours ran.")
    return NotOurs(_who(app), state.message)


def _in_progress(app: Application, expected: Expected, seen: Seen, now: datetime) -> Reading:
    pending = app.operation
    assert pending is not None  # noqa: S101 - operation_reading asked
    ours = carries(pending, expected.operation_id, expected.rollback_to)
    if not ours and not seen.ours_completed:
        return Waiting(f"Argo CD runs another operation, by {_who(app)}; ours waits for it.")
    if app.state is None:
        late = seen.since is not None and now - seen.since > timedelta(
            seconds=expected.start_timeout
        )
        limit = int(expected.start_timeout)
        text = (
            f"Argo CD accepted the sync and has not started it within {limit} s; "
            "is its application controller running?"
        )
        return Waiting(text, late=True) if late else Waiting("Argo CD starts the operation.")
    return Waiting(_running_words(app))


def _running_words(app: Application) -> str:
    state = app.state
    if state is None:
        return "Argo CD starts the operation."
    if state.phase is Phase.TERMINATING:
        return "The operation is being terminated."
    if state.retry_count:
        return f"Retry {state.retry_count}: {state.message}"
    return state.message or "The operation is running."


def _unknown_revision(state: OperationState, expected: Expected) -> str:
    if not expected.commit:
        return ""
    return next((rev for rev in state.revisions if rev not in expected.contained), "")


def _in_history(app: Application, expected: Expected, state: OperationState) -> bool:
    """Whether a deployment between our intent and the operation now shown was recorded."""
    floor = expected.since.replace(microsecond=0)
    for entry in app.history:
        if entry.started_at is None or entry.started_at < floor:
            continue
        if state.started_at and entry.started_at >= state.started_at:
            continue
        known = [
            expected.contained.get(one) for one in expected.ours_of((entry.revision, *entry.others))
        ]
        if not expected.commit or all(each is Contained.YES for each in known):
            return True
    return False


def _who(app: Application) -> str:
    operation = app.operation or (app.state.operation if app.state else None)
    if operation is None:
        return "someone"
    if operation.automated:
        return "auto-sync"
    return operation.initiated_by or "someone"


def carries(operation: Operation, operation_id: str, rollback_to: str = "") -> bool:
    """Whether it is what we asked for: by our id, or for a rollback by where it leads. Whoever
    else asks for that very rollback does our work.
    """
    if not rollback_to:
        return operation.infos.get(OPERATION_KEY) == operation_id
    return not operation.automated and operation.revision == rollback_to


def was_asked(app: Application, expected: Expected) -> bool:
    """Whether the application shows what we asked for, under way or ended."""
    key, leads_to, state = expected.operation_id, expected.rollback_to, app.state
    if app.operation and carries(app.operation, key, leads_to):
        return True
    if state is None or not carries(state.operation, key, leads_to):
        return False
    return not leads_to or _in_time(state, expected)


def _in_time(state: OperationState, expected: Expected) -> bool:
    started = state.started_at
    return started is not None and started >= expected.since.replace(microsecond=0)


def is_ours(state: OperationState, expected: Expected) -> bool:
    """Whether this operation is the one we asked for, or already deploys our commit."""
    if carries(state.operation, expected.operation_id, expected.rollback_to):
        return not expected.rollback_to or _in_time(state, expected)
    if not expected.commit or not state.revisions or state.started_at is None:
        return False
    if state.operation.dry_run or state.operation.resources:
        return False
    known = [expected.contained.get(one) for one in expected.ours_of(state.revisions)]
    return _in_time(state, expected) and all(answer is Contained.YES for answer in known)
