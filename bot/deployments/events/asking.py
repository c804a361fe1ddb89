"""What was asked for, and the waiting for its turn."""

from __future__ import annotations

from datetime import datetime
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


class WayBack(Value):
    """Where a rollback goes back to, and what it leaves.

    `at_once` says that its images were approved and Healthy there within the last 30 days: then
    it needs nobody and passes freezes, locks and the queue. `unsafe` is what a person was warned
    of and confirmed all the same.
    """

    to: str = ""  # the deployment that brought those images, "" where none is known
    leaves: str = ""  # the deployment that had brought the scope there when it was asked for
    replaces: dict[str, str] = Field(default_factory=dict)  # service -> tag that Git held then
    at_once: bool = False
    to_review: bool = False  # it stays listed until an approver has looked at it
    unsafe: str = ""
    whole: bool = False  # every service of the environment goes back
    history_id: int | None = None  # of Argo CD's own history, where Argo CD rolls back
    revision: str = ""  # of that entry


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
    when_ready: bool = False  # wait until the source has run it for long enough
    ready_at: datetime | None = None  # when that will be, if nothing happens
    needs_approval: bool = False
    override_checks: bool = False  # gates that may be overridden are, by who may
    break_glass: bool = False
    way_back: WayBack | None = None  # of a rollback

    @property
    def goes_back_at_once(self) -> bool:
        """Whether it is a rollback that waits for nobody."""
        return self.way_back is not None and self.way_back.at_once


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
