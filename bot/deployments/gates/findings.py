"""What a gate found in the way: facts alone, which `wording.py` puts into sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.access import Actor
from bot.controls.events import HotfixHeld
from bot.controls.standing import Frozen, Window
from bot.controls.state import Lock, Pin
from bot.deployments.releases.checks import Checks
from bot.deployments.releases.soak import Soak
from integrations.argocd.details import SyncWindow


@dataclass(frozen=True, slots=True)
class NotPermitted:
    """The person lacks a permission; both are sentences, as the choke point words them."""

    refused: str
    holders: str


@dataclass(frozen=True, slots=True)
class TagNotTaken:
    """The newest build's tag has none of the `forms` that the environment takes. `source` is what
    is promoted to it, "" where nothing is.
    """

    environment: str
    tag: str
    forms: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class ImagesAbsent:
    """The registry lacks these, named as "user-svc:sha-1a2b3c4"."""

    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagsTaken:
    """The registry has other images under these tags, named in the same way."""

    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChecksNotGreen:
    """The checks of a commit, of any light but green."""

    checks: Checks


@dataclass(frozen=True, slots=True)
class NotOnBranch:
    """A commit (`about`) that is not on the branch, or of which nobody can tell."""

    about: str
    branch: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class NeverRan:
    """Images that `source` never ran Healthy, as far as anybody knows. `first` is the tag that
    `/deploy` takes there, "" where they have none in common.
    """

    source: str
    images: tuple[str, ...]
    first: str = ""


@dataclass(frozen=True, slots=True)
class NotSoaked:
    """The source has not run them for long enough, as of `at`."""

    soak: Soak
    at: datetime


@dataclass(frozen=True, slots=True)
class NotListed:
    """Argo CD lists no such application, or hides it from the bot."""

    application: str


@dataclass(frozen=True, slots=True)
class MayNotSync:
    """The bot's account may not sync the application."""

    project: str
    application: str


@dataclass(frozen=True, slots=True)
class WindowShut:
    """The project's sync windows keep the application shut; `active` are those that apply now."""

    project: str
    application: str
    active: tuple[SyncWindow, ...] = ()


@dataclass(frozen=True, slots=True)
class FrozenBySomebody:
    """A freeze; `thaws` says who may end it, as a sentence."""

    frozen: Frozen
    thaws: str = ""


@dataclass(frozen=True, slots=True)
class FrozenByCatalog:
    """A freeze window of the catalog, which nobody ends early."""

    scope: str
    window: Window


@dataclass(frozen=True, slots=True)
class LockedBySomebody:
    """A lock, how many wait for it, and who may take it, as a sentence."""

    scope: str
    lock: Lock
    waiting: int = 0
    unlocks: str = ""


@dataclass(frozen=True, slots=True)
class LockedByOneself:
    """The lock of whoever asks, which stops all others."""

    scope: str
    owner: Actor
    until: datetime


@dataclass(frozen=True, slots=True)
class HeldAfterHotfix:
    """Automation is held since a hotfix; `resumes` says who may end it, as a sentence."""

    scope: str
    hold: HotfixHeld
    resumes: str = ""


@dataclass(frozen=True, slots=True)
class PinnedByRollback:
    """Automation stays away since a rollback; `resumes` says who may end it, as a sentence."""

    scope: str
    pin: Pin
    resumes: str = ""


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """Somebody else has to say yes for this environment."""

    environment: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The deployments that have some of the applications first."""

    deployments: tuple[str, ...]


OfRelease = (
    TagNotTaken | ImagesAbsent | TagsTaken | ChecksNotGreen | NotOnBranch | NeverRan | NotSoaked
)
OfArgoCD = NotListed | MayNotSync | WindowShut
OfControls = (
    FrozenBySomebody | FrozenByCatalog | LockedBySomebody | HeldAfterHotfix | PinnedByRollback
)
Finding = NotPermitted | OfRelease | OfArgoCD | OfControls | NeedsApproval | Ahead
Warned = LockedByOneself | HeldAfterHotfix | PinnedByRollback
