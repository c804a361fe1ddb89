"""What approvers are shown beside the plan: looked up when they are asked, and kept with it."""

from __future__ import annotations

from datetime import datetime

from bot.access import Actor
from bot.deployments.approvals.differences import Preview
from bot.deployments.plan import Commit, Value

RIDING = "Commits that ride along"
"""How the sentence begins that says that they are not known."""


class Standing(Value):
    """How one application of the plan stood when the approval was asked for."""

    application: str
    sync: str = ""  # as Argo CD says: Synced, OutOfSync, …; "" where it is not known
    health: str = ""
    auto_sync: bool = False


class SeenGate(Value):
    """A gate that was closed when the approval was asked for."""

    name: str
    why: str
    opens: str = ""


class TakenBack(Value):
    """The rollback that took back, here and not long ago, what the plan brings again."""

    id: str
    actor: Actor
    at: datetime
    reason: str = ""


class Review(Value):
    """The answer to "what am I approving?" beyond images and commits.

    `unknown` holds a sentence for everything that could not be looked up, and why.
    """

    riding: tuple[Commit, ...] = ()  # commits of the GitOps repository that deploy along
    riding_is_cut: bool = False  # there are more of them, which nobody looked at
    migrations: tuple[str, ...] = ()  # changed files that migrate a database
    unsafe: str = ""  # why it cannot be rolled back, "" where nothing says so
    standing: tuple[Standing, ...] = ()
    gates: tuple[SeenGate, ...] = ()
    judged: tuple[str, ...] = ()  # names of all gates that were asked, closed or open
    previous: str = ""  # id of the last deployment here that changed something
    soak: str = ""  # how long the source environment ran it, as a sentence
    verification: str = ""  # what the source environment's checks said
    preview: Preview | None = None  # of the manifests; None where nobody looked
    taken_back: TakenBack | None = None  # None where no rollback left what the plan brings
    unknown: tuple[str, ...] = ()

    @property
    def riding_is_unknown(self) -> bool:
        """Whether nobody could tell what rides along."""
        return any(said.startswith(RIDING) for said in self.unknown)
