"""What a deployment can do next: each action is one step of its controller (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.deployments.events import Outcome


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
class StopAhead:
    """A rollback goes first: stop these runs."""

    running: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """Take the applications."""


@dataclass(frozen=True, slots=True)
class AwaitSource:
    """Wait until the source of a promotion has run it for long enough."""


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Make the plan, ask every gate, and put it before the approvers."""


@dataclass(frozen=True, slots=True)
class AwaitApproval:
    """Wait for a yes or a no; remind, expire, and see whether the plan still holds."""


@dataclass(frozen=True, slots=True)
class AwaitTurn:
    """Approved, and others are still ahead: wait, for as long as the approval lasts."""


@dataclass(frozen=True, slots=True)
class MakePlan:
    """Compute what changes and what syncs, and ask every gate."""


@dataclass(frozen=True, slots=True)
class GiveTags:
    """Give what is promoted its tags in the registry, or find that it has them."""


@dataclass(frozen=True, slots=True)
class PushCommit:
    """Put the tags into Git, or find that they already are. `look_only` pushes nothing new."""

    look_only: bool = False


@dataclass(frozen=True, slots=True)
class PinScope:
    """Hold the applications where a rollback puts them."""


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
    | AwaitSource
    | AskApproval
    | AwaitApproval
    | AwaitTurn
    | JoinQueue
    | HoldQueue
    | StopAhead
    | Start
    | MakePlan
    | GiveTags
    | PushCommit
    | PinScope
    | BeginWave
    | RunWave
    | StopOperations
    | Finish
    | Rest
)
