"""What was asked for, and the waiting for its turn."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.access import Actor
from bot.deployments.events.event import Event
from bot.deployments.plan import Value


class SyncTarget(Value):
    """What `/sync` was asked for: the word typed, and one object of it where named."""

    words: str
    applications: tuple[str, ...]
    left_out: tuple[str, ...] = ()  # named by the words, and not touched
    resource: str = ""  # "kind/name", or "" for the whole application
    force: bool = False
    prune: bool = False
    dry_run: bool = False

    @property
    def is_sharp(self) -> bool:
        """Whether it replaces or deletes objects: those are named, and asked for each time."""
        return (self.force or self.prune) and not self.dry_run


class WantedImage(Value):
    """One service's image, where each has a tag of its own: a promotion, a rollback."""

    service: str
    tag: str
    digest: str = ""  # "sha256:…", "" where it is not known


class DeploymentRequested(Event):
    """Someone asked. `kind` "deploy" sets images of an environment; "sync" only syncs.

    `purpose` says why images are set: a promotion ships what `source` runs, a rollback goes back
    to `images` that ran here. What needs an approval waits for it unless `break_glass`.
    """

    type: Literal["DeploymentRequested"] = "DeploymentRequested"
    id: str
    kind: Literal["deploy", "sync"]
    actor: Actor
    environment: str = ""  # "" for a sync of applications of several environments
    applications: tuple[str, ...]  # what this run locks
    channel: str  # where the card lives: a channel's name with "#"
    tag: str = ""  # "" means: find the newest
    services: tuple[str, ...] = ()  # () means: all of the environment
    reason: str = ""
    when_green: int = 0  # workflow run to wait for, 0 for none
    sync: SyncTarget | None = None
    retry_of: str = ""
    purpose: Literal["deploy", "promotion", "rollback"] = "deploy"
    images: tuple[WantedImage, ...] = ()  # () means: `tag` for every service
    source: str = ""  # the environment that a promotion ships from
    needs_approval: bool = False
    override_checks: bool = False  # gates that may be overridden are, by who may
    break_glass: bool = False


class DeploymentQueued(Event):
    """Other runs hold some of the applications. `tags` is what Git held then, per service."""

    type: Literal["DeploymentQueued"] = "DeploymentQueued"
    behind: tuple[str, ...]
    applications: tuple[str, ...]
    tags: dict[str, str] = Field(default_factory=dict)


class QueueHeld(Event):
    """The run ahead did not end well: this one waits for a person's word."""

    type: Literal["QueueHeld"] = "QueueHeld"
    by: str
    outcome: str


class QueueResumed(Event):
    """A person said go on."""

    type: Literal["QueueResumed"] = "QueueResumed"
    actor: Actor


class DeploymentStarted(Event):
    """The run has its applications and goes."""

    type: Literal["DeploymentStarted"] = "DeploymentStarted"
