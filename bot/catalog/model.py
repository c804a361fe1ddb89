"""The catalog: everything its file says, and the questions the bot asks of it (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pydantic import Field

from bot.access import PRIVILEGED, SHARED, Grants, named
from bot.catalog.approvals import WorkingHours
from bot.catalog.entries import (
    CatalogApplication,
    Category,
    Ci,
    Environment,
    Grant,
    Image,
    Images,
)
from bot.catalog.migrations import MigrationRules
from bot.catalog.words import Channel, Entry
from bot.errors import NotKnown, UsageError
from bot.grammar import brief, nearest

ALL = "all"


class Catalog(Entry):
    """Everything the catalog file says, and the questions the bot asks of it."""

    default_channel: Channel = "#deployments"
    settle_seconds: float = Field(default=5, ge=0, le=600)
    degraded_grace_seconds: float = Field(default=30, ge=0, le=3600)
    start_timeout_seconds: float = Field(default=30, gt=0, le=3600)
    queued_per_person: int = Field(default=5, ge=1, le=1000)
    watch_minutes: float = Field(default=15, ge=0, le=1440)
    working_hours: WorkingHours = WorkingHours()
    ci: Ci
    migrations: MigrationRules = MigrationRules()
    environments: tuple[Environment, ...] = Field(min_length=1)
    categories: tuple[Category, ...] = Field(min_length=1)
    images: Images
    decides_after_hours: float = Field(default=24, ge=0, le=720)
    granted: tuple[Grant, ...] = Field(default=(), alias="access")
    slash_commands: tuple[str, ...] = ()
    github_logins: dict[str, str] = Field(default_factory=dict)

    def environment(self, word: str) -> Environment:
        """The environment of that name or alias. Raises NotKnown with the nearest names."""
        found = self._environments.get(word.casefold())
        if found is None:
            names = tuple(each.name for each in self.environments)
            near = self._near(word, names, self._environments)
            raise NotKnown(
                f"There is no environment “{brief(word)}”.",
                near=near,
                hint="" if near else f"The environments are {', '.join(names)}.",
                field="environment",
            )
        return found

    def leading_to(self, environment: str) -> tuple[str, ...]:
        """The environments through which images come to this one (its name), nearest first."""
        found: dict[str, None] = {}
        here = self._environments.get(environment)
        while here and here.promotion and here.promotion.source not in found:
            found[here.promotion.source] = None
            here = self._environments.get(here.promotion.source)
        return tuple(found)

    def application(self, name: str) -> CatalogApplication:
        """The application of that name. Raises NotKnown with the nearest names."""
        found = self._applications.get(name)
        if found is None:
            raise NotKnown(
                f"There is no application “{brief(name)}” in the catalog.",
                near=nearest(name, self._applications),
                field="application",
            )
        return found

    def service(self, word: str) -> Image:
        """The image of that service. Raises NotKnown with the nearest names."""
        found = self._images.get(word)
        if found is None:
            near = nearest(word, self._images)
            raise NotKnown(
                f"There is no service “{brief(word)}”.",
                near=near,
                hint="" if near else f"The services are {', '.join(self._images)}.",
                field="services",
            )
        return found

    @cached_property
    def applications(self) -> tuple[CatalogApplication, ...]:
        """All applications, by wave and then as the file lists them."""
        owner = {app: env.name for env in self.environments for app in env.applications}
        way = {app: env.rollback for env in self.environments for app in env.applications}
        return tuple(
            CatalogApplication(
                name=entry.name,
                wave=category.wave,
                category=category.name,
                description=entry.description,
                environment=owner.get(entry.name, ""),
                protected=entry.protected,
                rollback=entry.rollback or way.get(entry.name, "git"),
            )
            for category in sorted(self.categories, key=lambda each: each.wave)
            for entry in category.applications
        )

    def applications_of(self, environment: str) -> tuple[CatalogApplication, ...]:
        """The applications of one environment (its name), in wave order."""
        return tuple(app for app in self.applications if app.environment == environment)

    def scope_of(self, application: str) -> str:
        """The environment's name, or `shared`, also for an application the catalog lacks."""
        found = self._applications.get(application)
        return found.scope if found else SHARED

    def in_group(self, word: str) -> tuple[tuple[CatalogApplication, ...], ...]:
        """What a word of /sync means: `all`, a category, or one application, in waves.

        Raises NotKnown with the nearest names.
        """
        if word == ALL:
            return _waves(self.applications)
        named = [app for app in self.applications if word in (app.category, app.name)]
        if not named:
            words = (ALL, *(each.name for each in self.categories), *self._applications)
            raise NotKnown(
                f"There is no application or category “{brief(word)}”.",
                near=nearest(word, words),
                hint=f"The categories are {_and([each.name for each in self.categories])}.",
                field="application",
            )
        return _waves(named)

    @property
    def services(self) -> tuple[Image, ...]:
        """Every image, as the file lists them."""
        return tuple(self._images.values())

    def has_service(self, word: str) -> bool:
        """Whether a service has that name."""
        return word in self._images

    def images_of(self, environment: str) -> tuple[Image, ...]:
        """The images whose tags the environment (its name) keeps, as the file lists them."""
        self.environment(environment)
        return tuple(self._images.values())

    def check_tag(self, environment: str, tag: str) -> None:
        """Raise UsageError, with the allowed forms in words, unless the tag has one of them."""
        here = self.environment(environment)
        if any(form.accepts(tag) for form in here.tag_formats):
            return
        forms = " or ".join(form.words for form in here.tag_formats)
        elsewhere = [
            each.name
            for each in self.environments
            if any(form.accepts(tag) for form in each.tag_formats)
        ]
        uses = "uses" if len(elsewhere) == 1 else "use"
        hint = f"“{brief(tag)}” has the form that {_and(elsewhere)} {uses}." if elsewhere else ""
        for meant in (tag.casefold(), f"sha-{tag.casefold()}"):
            if any(form.accepts(meant) for form in here.tag_formats):
                hint = f"Did you mean {brief(meant)}?"
        if here.promotion and here.promotion.source in elsewhere:
            way = f"{here.promotion.source} {here.name}"
            hint += f" `/promote {way}` ships what {here.promotion.source} runs."
        raise UsageError(
            f"“{brief(tag)}” is not a tag for {here.name}: it takes {forms}.",
            hint=hint,
            field="tag",
        )

    @cached_property
    def access(self) -> Grants:
        """All grants, in the order of the file."""
        return Grants(self.granted)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """Where permissions can be held: the environments, and `shared`."""
        return (*(each.name for each in self.environments), SHARED)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The Slack user groups that grants and quorums name, by handle or ID."""
        return self._named("group")

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """The GitHub teams that grants and quorums name, "organisation/team"."""
        return self._named("team")

    @cached_property
    def privileged_groups(self) -> frozenset[str]:
        """The groups and teams that may decide or freeze somewhere: their members are recorded."""
        subjects = {
            subject
            for grant in self.granted
            if not PRIVILEGED.isdisjoint(grant.may)
            for subject in grant.to
        }
        subjects.update(self._in_quorums())
        return named(subjects, "group") | named(subjects, "team")

    def _named(self, kind: str) -> tuple[str, ...]:
        """The names of all subjects of one kind, as the file lists them."""
        subjects = dict.fromkeys(subject for grant in self.granted for subject in grant.to)
        subjects |= dict.fromkeys(self._in_quorums())
        prefix = f"{kind}:"
        return tuple(each.removeprefix(prefix) for each in subjects if each.startswith(prefix))

    def _in_quorums(self) -> tuple[str, ...]:
        """The subjects from whom some of an environment's approvals must come."""
        return tuple(each.of for here in self.environments for each in here.approval.quorum)

    @cached_property
    def _environments(self) -> dict[str, Environment]:
        return {
            word.casefold(): each
            for each in self.environments
            for word in (each.name, *each.aliases)
        }

    @cached_property
    def _applications(self) -> dict[str, CatalogApplication]:
        return {app.name: app for app in self.applications}

    @cached_property
    def _images(self) -> dict[str, Image]:
        return {
            entry.service: Image(entry.service, entry.image, self.images, entry)
            for entry in self.images.services
        }

    def _near(
        self, word: str, names: Sequence[str], known: dict[str, Environment]
    ) -> tuple[str, ...]:
        found = {known[each].name: None for each in nearest(word, known)}
        return tuple(name for name in names if name in found)


def _waves(
    applications: Sequence[CatalogApplication],
) -> tuple[tuple[CatalogApplication, ...], ...]:
    numbers = sorted({app.wave for app in applications})
    return tuple(tuple(app for app in applications if app.wave == number) for number in numbers)


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
