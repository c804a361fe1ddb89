"""Which images change, which applications sync, and in which waves (pure)."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict


@cache
def _fields_of(kind: type[BaseModel]) -> set[str]:
    return set(kind.model_fields)


class Value(BaseModel):
    """A frozen value that is stored inside events.

    All of one class share the set of their fields that were given: nobody asks which they were, and a
    set for each is half of what the memory of all deployments takes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_post_init(self, _: Any, /) -> None:
        """Let go of the set of one's own."""
        object.__setattr__(self, "__pydantic_fields_set__", _fields_of(type(self)))


class ImageChange(Value):
    """One image tag in one file, from what Git holds to what was asked."""

    service: str
    image: str
    file: str
    before: str
    after: str
    application: str = ""  # which application carries it
    live: tuple[str, ...] = ()  # the tags that its pods ran when planned; () where not known
    digest_before: str = ""  # of the image that runs, "sha256:…"; "" where it is not known
    digest: str = ""  # of `after`, as the registry says; "" where it was not asked
    pin_before: str = ""  # the digest that Git names beside the tag; "" for none
    pin: str = ""  # the digest that Git is to name beside it; "" for none

    @property
    def is_noop(self) -> bool:
        """Whether Git already says so."""
        return self.before == self.after and self.pin_before == self.pin

    @property
    def runs(self) -> tuple[str, ...]:
        """The tags that run elsewhere than where it leads: of the pods, or else Git's."""
        others = tuple(tag for tag in self.live if tag != self.after)
        return others or self.live[:1] or (self.before,)


class PlannedApplication(Value):
    """One application of a plan, as Argo CD described it when the plan was made."""

    name: str
    namespace: str = ""
    project: str = ""
    uid: str = ""
    wave: int = 0
    environment: str = ""  # "" for shared
    auto_sync: bool = False
    target_revision: str = ""
    guarded: bool = False  # its environment needs an approval, whoever asks
    skip: str = ""  # why it is not synced ("already Synced and Healthy"), or ""


class LeftOut(Value):
    """An application that the words named and the plan leaves alone, and why."""

    application: str
    why: str


class Commit(Value):
    """One commit of the application's own repository, or of the GitOps repository."""

    sha: str
    author: str = ""
    title: str = ""
    url: str = ""
    login: str = ""  # the author's GitHub login, "" where GitHub does not know them
    ours: bool = False  # the bot wrote it: whoever asked for it was held to the rules then


class Commits(Value):
    """What would ship beyond what runs: GitHub's comparison.

    `status` is ahead, behind, diverged, identical, or unknown (with `why`). `total` may exceed
    the commits listed. `migrations` are the changed files that migrate a database, `unsafe` says
    why there is no way back behind them; with `files_cut` there may be others.
    """

    status: str = "unknown"
    why: str = ""
    total: int = 0
    commits: tuple[Commit, ...] = ()
    url: str = ""
    migrations: tuple[str, ...] = ()
    unsafe: str = ""
    files_cut: bool = False


class Build(Value):
    """The workflow run, or the person's own word, that a tag comes from."""

    tag: str
    sha: str = ""
    branch: str = ""
    title: str = ""
    author: str = ""
    run_id: int = 0
    url: str = ""
    finished_at: datetime | None = None
    named_by_person: bool = False
    is_unknown: bool = False  # GitHub knows no such commit
    source: str = ""  # the environment that it is promoted from


class NewerBuild(Value):
    """A newer run that is still building when a tag was chosen."""

    run_id: int
    sha: str
    title: str = ""
    url: str = ""


class Plan(Value):
    """What one deployment will do. `base` is the Git commit it was computed on."""

    base: str = ""
    changes: tuple[ImageChange, ...] = ()
    waves: tuple[tuple[PlannedApplication, ...], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    commits: Commits = Commits()
    sharp: tuple[str, ...] = ()  # what a sync is narrowed to, deletes, replaces: "--prune Job/x"
    warnings: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()  # worth knowing, and nothing to worry about: for the details

    @property
    def applications(self) -> tuple[PlannedApplication, ...]:
        """All applications, in wave order."""
        return tuple(app for wave in self.waves for app in wave)

    @property
    def effective(self) -> tuple[ImageChange, ...]:
        """The changes that Git does not hold yet."""
        return tuple(change for change in self.changes if not change.is_noop)
