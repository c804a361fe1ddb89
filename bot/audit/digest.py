"""What an approver should know of a week: changes of production, and what went past its rules (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.audit.answered import TYPE as ANSWERED
from bot.audit.answered import Result
from bot.audit.entries import Entry
from bot.audit.week import Week

if TYPE_CHECKING:
    from bot.store import Recorded


@dataclass(frozen=True, slots=True)
class Digest:
    """One week, oldest first. `unreviewed` are open still, begun in it or before."""

    week: Week
    changes: tuple[Entry, ...] = ()
    refusals: tuple[Entry, ...] = ()
    overrides: tuple[Entry, ...] = ()
    break_glass: tuple[Entry, ...] = ()
    rollbacks: tuple[Entry, ...] = ()
    unreviewed: tuple[Entry, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        parts = (self.changes, self.refusals, self.overrides, self.unreviewed)
        return not any((*parts, self.break_glass, self.rollbacks))


def digest(
    week: Week,
    told: Sequence[tuple[Recorded, Entry]],
    production: AbstractSet[str],
    awaiting_review: AbstractSet[str] = frozenset(),
) -> Digest:
    """The digest of a week. `told` are events from its beginning or from before, oldest first;
    `production` the environments that need approvals, `awaiting_review` ids of deployments.
    """
    ends = {line.deployment: line for _, line in told if line.kind == "DeploymentEnded"}
    now = [pair for pair in told if week.holds(pair[0].at)]
    asked = [
        (event, _ended(line, ends))
        for event, line in now
        if line.kind == "DeploymentRequested" and production & {*line.environments}
    ]
    open_ones = [
        _ended(line, ends)
        for event, line in told
        if event.at < week.ends
        and line.kind == "DeploymentRequested"
        and line.deployment in awaiting_review
    ]
    yes = [line for event, line in now if line.kind == "Approved" and event.data.get("override")]
    return Digest(
        week=week,
        changes=tuple(line for _, line in asked),
        refusals=tuple(
            line for _, line in now if line.kind == ANSWERED and line.outcome == Result.REFUSED
        ),
        overrides=(*_flagged(asked, "override_checks"), *yes),
        break_glass=tuple(_flagged(asked, "break_glass")),
        rollbacks=tuple(line for event, line in asked if event.data.get("purpose") == "rollback"),
        unreviewed=tuple(open_ones),
    )


def _ended(line: Entry, ends: dict[str, Entry]) -> Entry:
    end = ends.get(line.deployment)
    return replace(line, outcome=end.outcome, message=end.message) if end else line


def _flagged(asked: Iterable[tuple[Recorded, Entry]], flag: str) -> list[Entry]:
    return [line for event, line in asked if event.data.get(flag)]
