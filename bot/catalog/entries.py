"""The parts of the catalog as values: environment, application, image, grant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from bot.access import SHARED, Permission
from bot.catalog.approvals import ApprovalRule
from bot.catalog.freezes import FreezeWindow
from bot.catalog.promotions import Promotion
from bot.catalog.tags import TagFormat
from bot.catalog.words import EVERYWHERE, Channel, Entry, Name, Subject

RollbackWay = Literal["git", "argo"]


class Environment(Entry):
    """One environment. `timeout_minutes` is how long a run may show no progress; where it is
    `quiet`, what automation deploys is posted only when it fails or waits for a person. Where
    it needs approvals, checks are required and digests pinned unless the file says otherwise.

    `rollback` says who goes back: a commit that sets earlier tags, or Argo CD itself. With
    `on_failure: rollback` the bot does so by itself after a deployment that left it Degraded.
    """

    name: Name
    aliases: tuple[Name, ...] = ()
    branch: str = Field(min_length=1)
    tag_formats: tuple[TagFormat, ...] = Field(min_length=1)
    applications: tuple[Name, ...] = Field(min_length=1)
    mode: Literal["automatic", "approval"]
    verification: Literal["none", "basic", "full", "comprehensive"] = "none"
    migrations: Literal["none", "automated", "zero-downtime"] = "none"
    channel: Channel = "#deployments"
    timeout_minutes: float = Field(default=10, gt=0, le=1440)
    quiet: bool = False
    approval: ApprovalRule = ApprovalRule()
    promotion: Promotion | None = None
    require_checks: bool | None = None
    pin_digest: bool | None = None
    freezes: tuple[FreezeWindow, ...] = ()
    rollback: RollbackWay = "git"
    on_failure: Literal["nothing", "rollback"] = "nothing"

    @property
    def takes_builds(self) -> bool:
        """Whether the tag of a build can be deployed as it is."""
        return TagFormat.SHA in self.tag_formats

    @property
    def needs_approval(self) -> bool:
        """Whether somebody else must approve before anything changes."""
        return self.mode == "approval"

    @property
    def requires_checks(self) -> bool:
        """Whether a commit's checks must all be green before it is deployed here."""
        return self.needs_approval if self.require_checks is None else self.require_checks

    @property
    def requires_run(self) -> bool:
        """Whether only what ran in the environment before is deployed here."""
        rule = self.promotion
        if rule is None or rule.require_run is None:
            return self.needs_approval and rule is not None
        return rule.require_run

    @property
    def pins_digest(self) -> bool:
        """Whether Git names an image by its digest here, beside the tag."""
        return self.needs_approval if self.pin_digest is None else self.pin_digest


@dataclass(frozen=True, slots=True)
class CatalogApplication:
    """One application of Argo CD; `environment` is "" for a shared one."""

    name: str
    wave: int
    category: str
    description: str = ""
    environment: str = ""
    protected: bool = False
    rollback: RollbackWay = "git"

    @property
    def scope(self) -> str:
        """The environment, or `shared`: where a permission must be held."""
        return self.environment or SHARED


class ApplicationEntry(Entry):
    """One application as the file lists it."""

    name: Name
    description: str = ""
    protected: bool = False
    rollback: RollbackWay | None = None  # None: as its environment does


class Category(Entry):
    """The applications of one sync wave."""

    name: Name
    wave: int = Field(ge=-1000, le=1000)
    applications: tuple[ApplicationEntry, ...] = Field(min_length=1)


class Service(Entry):
    """One image. `file_in` and `application_in` name the environments that differ."""

    service: Name
    image: str = Field(pattern=r"^[a-z0-9][a-z0-9._/:-]*$")
    file_in: dict[str, str] = Field(default_factory=dict)
    application_in: dict[str, str] = Field(default_factory=dict)


class Images(Entry):
    """All images; `{environment}` stands for the environment's name."""

    file: str = Field(pattern=r"^[^/].*\.ya?ml$")
    application: str
    services: tuple[Service, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Image:
    """One service's image, and where each environment keeps its tag."""

    service: str
    name: str  # as the kustomization file says it: ghcr.io/link/user-svc
    _images: Images
    _entry: Service

    def file_in(self, environment: str) -> str:
        """The file that holds the tag, relative to the repository's root."""
        return self._entry.file_in.get(environment) or self._images.file.replace(
            "{environment}", environment
        )

    def application_in(self, environment: str) -> str:
        """The application that carries the image."""
        return self._entry.application_in.get(environment) or self._images.application.replace(
            "{environment}", environment
        )


class Grant(Entry):
    """Who (`to`) may do what (`may`) where (`in`)."""

    to: tuple[Subject, ...] = Field(min_length=1)
    may: tuple[Permission, ...] = Field(min_length=1)
    scopes: tuple[str, ...] = Field(alias="in", min_length=1)

    def covers(self, permission: Permission, scope: str) -> bool:
        """Whether this grant is about that permission in that scope."""
        return permission in self.may and (scope in self.scopes or EVERYWHERE in self.scopes)


class Ci(Entry):
    """Which workflow runs make images, and how long a deployment waits for one of them."""

    workflow: str = Field(min_length=1)
    event: str = "push"
    wait_minutes: float = Field(default=360, gt=0, le=50_400)
