"""Whose operation Argo CD shows, and whether it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.deployments.events import AppOutcome
from bot.deployments.rollouts.operation import is_ours, operation_reading, was_asked
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
from integrations.argocd.model import (
    Application,
    HistoryEntry,
    Operation,
    OperationState,
    Phase,
    ResourceRef,
)
from tests.bot.deployments.histories import OURS, at

OTHER = "d" * 40
MINE = Operation(infos={OPERATION_KEY: "op-1"})
ADMINS = Operation(initiated_by="admin")
EXPECTED = Expected(
    operation_id="op-1", since=at(0.5), commit=OURS, contained={OURS: Contained.YES}
)
PLAIN = replace(EXPECTED, commit="", contained={})


def state(
    operation: Operation = MINE,
    phase: Phase = Phase.SUCCEEDED,
    *,
    revision: str = OURS,
    begin: float = 1,
    message: str = "",
    retries: int = 0,
) -> OperationState:
    return OperationState(
        operation, phase, message, at(begin), at(begin + 5), retries, (revision,)
    )  # fmt: skip


def reading(
    app: Application, expected: Expected = EXPECTED, seen: Seen | None = None, second: float = 20
) -> Reading | None:
    return operation_reading(app, expected, seen or Seen(since=at(1)), at(second))


def words(found: Reading | None) -> str:
    assert isinstance(found, Waiting), found
    return found.why


def test_our_operation_once_completed_is_judged_further() -> None:
    for phase in (Phase.SUCCEEDED, Phase.FAILED, Phase.ERROR):
        assert reading(Application("a", state=state(phase=phase))) is None


def test_what_is_asked_for_and_not_begun_is_waited_for() -> None:
    asked = Application("a", operation=MINE)

    assert words(reading(asked)) == "Argo CD starts the operation."
    assert words(reading(Application("a"))) == "Argo CD has not started the operation yet."
    late = reading(asked, second=40)
    assert isinstance(late, Waiting)
    assert late.late


def test_what_runs_is_told_in_its_own_words() -> None:
    def running(phase: Phase = Phase.RUNNING, message: str = "", retries: int = 0) -> Application:
        now = state(phase=phase, message=message, retries=retries)
        return Application("a", operation=MINE, state=now)

    assert words(reading(running())) == "The operation is running."
    assert words(reading(running(message="waiting for hook"))) == "waiting for hook"
    assert words(reading(running(message="refused", retries=2))) == "Retry 2: refused"
    assert "being terminated" in words(reading(running(Phase.TERMINATING)))


def test_another_operation_that_runs_is_named() -> None:
    by_admin = Application("a", operation=ADMINS, state=state(ADMINS, Phase.RUNNING))
    by_itself = Application("a", operation=Operation(automated=True))

    assert "by admin; ours waits" in words(reading(by_admin))
    assert "by auto-sync; ours waits" in words(reading(by_itself))


def test_a_later_operation_after_ours_completed_is_only_waited_for() -> None:
    seen = Seen(since=at(1), ours_completed=state())
    later = Application("a", operation=ADMINS, state=state(ADMINS, Phase.RUNNING, begin=9))
    assert "ours waits" not in words(reading(later, seen=seen))

    done = Application("a", state=state(ADMINS, begin=9))
    assert reading(done, seen=seen) is None


def test_an_operation_that_never_was_ours_took_its_place() -> None:
    app = Application("a", state=state(ADMINS, revision=OTHER, message="synced"))
    known = replace(EXPECTED, contained={OTHER: Contained.BEFORE})

    assert reading(app, known) == NotOurs("admin", "synced")
    assert reading(app, PLAIN) == NotOurs("admin", "synced")


def test_a_revision_that_is_not_known_is_asked_for_first() -> None:
    assert reading(Application("a", state=state(ADMINS, revision=OTHER))) == AskRevision(OTHER)


def test_another_operation_with_other_tags_than_ours_supersedes() -> None:
    app = Application("a", state=state(ADMINS, revision=OTHER))

    found = reading(app, replace(EXPECTED, contained={OTHER: Contained.CHANGED}))

    assert isinstance(found, Verdict)
    assert found.outcome is AppOutcome.SUPERSEDED


@pytest.mark.parametrize("operation", [ADMINS, Operation(automated=True)])
def test_whoever_deploys_our_commit_does_our_work(operation: Operation) -> None:
    assert is_ours(state(operation), EXPECTED)


@pytest.mark.parametrize(
    "other",
    [
        state(ADMINS, begin=-9),
        state(ADMINS, revision=OTHER),
        state(replace(ADMINS, dry_run=True)),
        state(replace(ADMINS, resources=(ResourceRef("Service", "x"),))),
        replace(state(ADMINS), revisions=()),
        replace(state(ADMINS), started_at=None),
    ],
    ids=["earlier", "elsewhere", "dry run", "selective", "no revision", "no start"],
)
def test_nothing_less_than_our_commit_deployed_since_counts_as_ours(other: OperationState) -> None:
    assert not is_ours(other, EXPECTED)


def test_without_a_commit_only_our_id_makes_it_ours() -> None:
    assert is_ours(state(), PLAIN)
    assert not is_ours(state(ADMINS), PLAIN)


def test_an_operation_unseen_between_two_looks_is_found_in_the_history() -> None:
    app = Application("a", state=state(ADMINS, revision=OTHER, begin=20))
    known = replace(EXPECTED, contained={OTHER: Contained.YES, OURS: Contained.YES})
    entry = HistoryEntry(1, OURS, at(10), at(5))
    assert reading(replace(app, history=(entry,)), PLAIN) is None
    before = replace(entry, started_at=at(-5))
    assert isinstance(reading(replace(app, history=(before,)), PLAIN), NotOurs)
    assert reading(app, known) is None


BACK = replace(PLAIN, rollback_to=OTHER)


@pytest.mark.parametrize(
    ("operation", "started", "ours"),
    [
        (Operation(initiated_by="shipmate", revision=OTHER), at(1), True),
        (Operation(initiated_by="shipmate", revision=OTHER), at(-5), False),
        (Operation(initiated_by="shipmate", revision=OURS), at(1), False),
        (Operation(automated=True, revision=OTHER), at(1), False),
        (Operation(initiated_by="shipmate", revision=OTHER), None, False),
    ],
)
def test_a_rollback_by_argo_cd_is_known_by_where_it_leads_and_when_it_began(
    operation: Operation, started: datetime | None, *, ours: bool
) -> None:
    state = OperationState(operation, Phase.SUCCEEDED, started_at=started)
    assert is_ours(state, BACK) is ours
    assert was_asked(Application("a", state=state), BACK) is ours


def test_a_rollback_that_has_not_begun_is_known_too() -> None:
    pending = Application("a", operation=Operation(initiated_by="shipmate", revision=OTHER))
    assert was_asked(pending, BACK)
    assert not was_asked(Application("a", operation=ADMINS), BACK)
