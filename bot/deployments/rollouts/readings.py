"""What is expected of one application, what was seen of it, and what one reading can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.deployments.events import AppOutcome
from integrations.argocd.model import OperationState, ResourceRef

OPERATION_KEY = "shipmate-deploy-id"
"""The name under which an operation carries our id in its `infos`."""


DEPLOY_KEY = "Deploy-Id"
"""The trailer under which a commit carries our id."""
REVERT_KEY = "Reverts-Deploy-Id"
"""The one under which the commit that takes it back does."""


class Contained(StrEnum):
    """How a revision stands to our commit."""

    YES = "yes"  # it is our commit, or descends from it with our image lines unchanged
    BEFORE = "before"  # it does not contain our commit
    CHANGED = "changed"  # it descends from our commit, and our image lines differ
    ELSEWHERE = "elsewhere"  # it is none of our repository: a chart's version, another repository's


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to become true of one application. Durations are in seconds.

    `commit` is "" for a sync that has none. `contained` tells of every revision looked up so far.
    An operation that began before `since` (to the second) is not ours, whatever it deployed.
    """

    operation_id: str
    since: datetime
    uid: str = ""
    commit: str = ""
    rollback_to: str = ""  # the revision, where Argo CD rolls back: it takes no id of ours along
    images: Mapping[str, str] = field(default_factory=dict)  # image name -> tag
    digests: Mapping[str, str] = field(default_factory=dict)  # image name -> digest, where known
    contained: Mapping[str, Contained] = field(default_factory=dict)
    dry_run: bool = False
    selective: bool = False
    settle: float = 5
    degraded_grace: float = 30
    start_timeout: float = 30
    progress_timeout: float = 600

    def ours_of(self, revisions: Sequence[str]) -> tuple[str, ...]:
        """Of the revisions of an application's sources those that are not known to be of another
        repository or a chart; all of them, where none is left.
        """
        ours = [one for one in revisions if self.contained.get(one) is not Contained.ELSEWHERE]
        return tuple(ours) or tuple(revisions)


@dataclass(frozen=True, slots=True)
class Seen:
    """What earlier readings showed; begins empty after every restart, which only costs time."""

    since: datetime | None = None  # first reading
    ours_completed: OperationState | None = None
    healthy_since: datetime | None = None
    degraded_since: datetime | None = None
    out_of_sync_since: datetime | None = None
    refreshed_at: datetime | None = None
    refreshes: int = 0
    fingerprint: tuple[object, ...] = ()
    progress_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Not yet. `why` is a sentence for the card; `late` marks a watchdog that has spoken."""

    why: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class AskRefresh:
    """The status may be older than the operation: have Argo CD compare again."""


@dataclass(frozen=True, slots=True)
class AskRevision:
    """Find out how this revision stands to our commit."""

    revision: str


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Another operation holds the application and ours never was there: ask again when free."""

    by: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end for this application."""

    outcome: AppOutcome
    message: str = ""
    notes: tuple[str, ...] = ()
    failing: tuple[tuple[ResourceRef, str], ...] = ()  # object, Argo CD's message
    revision: str = ""


Reading = Waiting | AskRefresh | AskRevision | NotOurs | Verdict
