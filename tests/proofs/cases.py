"""What one deployment is to the law: who asked, what was shown, who said what, what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.access import Actor
from tests.proofs.repository import Pushed

Tags = tuple[tuple[str, str, str], ...]  # service, before, after


@dataclass(frozen=True)
class Decision:
    """Somebody said yes or no; `digest` "" is said to whatever there is. `told` once answered, or
    recorded: whatever died before both was never said.
    """

    who: Actor
    digest: str
    at: datetime
    override: bool = False
    told: bool = False


@dataclass
class Asking:
    """What was put before the approvers once, and what they said to that."""

    digest: str
    at: datetime
    changes: Tags
    riding: frozenset[str]
    status: str
    logins: tuple[str, ...]
    was_well: bool
    yes: list[Decision] = field(default_factory=list)
    no: list[Decision] = field(default_factory=list)
    void: bool = False


@dataclass
class Case:
    """One deployment, as the record tells of it and the world has seen it."""

    asked: Mapping[str, Any]
    requester: Actor
    askings: list[Asking] = field(default_factory=list)
    started: datetime | None = None
    intended: datetime | None = None
    cancels: list[Decision] = field(default_factory=list)
    committed: tuple[str, Tags] | None = None
    reverted: bool = False
    by_approval: bool = False
    ended: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether anybody said no to what is asked now."""
        return bool(self.askings and self.askings[-1].no)


def asking_of(told: Mapping[str, Any], now: datetime, *, was_well: bool) -> Asking:
    """What the record says was put before the approvers."""
    plan, review = told["plan"], told["review"]
    return Asking(
        digest=told["digest"],
        at=now,
        changes=tuple(sorted((c["service"], c["before"], c["after"]) for c in plan["changes"])),
        riding=frozenset(commit["sha"] for commit in review["riding"]),
        status=plan["commits"]["status"],
        logins=tuple(commit["login"] for commit in plan["commits"]["commits"]),
        was_well=was_well,
    )


def moved(before: Pushed, after: Pushed) -> Tags:
    """Which tags of production a commit changed."""
    was, now = before.tags("production"), after.tags("production")
    return tuple(sorted((s, was[s], now[s]) for s in was if was[s] != now[s]))
