"""What a scope stands at, and each state that it can be rolled back to (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.deployments.deployment import Deployment
from bot.deployments.events import WantedImage
from bot.deployments.rollbacks.targets import History, Target, tags_of
from bot.errors import Conflict

if TYPE_CHECKING:
    from bot.catalog import Environment

BEFORE = "before-"
"""How the state is named that a deployment ended, where nothing is known of what brought it."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """One environment, or one application's part of it, as it stands."""

    environment: Environment
    tags: Mapping[str, str]  # service -> tag, as Git holds them
    carriers: Mapping[str, str]  # service -> application
    history: History
    left: str = ""  # the deployment that brought the scope to where it is
    asked_last: str = ""  # the one that was asked for last
    is_whole: bool = False  # all of the environment's services

    @property
    def services(self) -> tuple[str, ...]:
        """The services whose images it carries."""
        return tuple(self.tags)


@dataclass(frozen=True, slots=True)
class Choice:
    """One state to go back to. `images` are those that differ from what Git holds now.

    `why_not` says why it needs more than the permission to roll back; "" where it does not. Where
    that `may_be_overridden`, only the digest of an image is not known.
    """

    key: str
    images: tuple[WantedImage, ...]
    why_not: str = ""
    target: Target | None = None
    undone: tuple[Deployment, ...] = ()  # whose images it takes away, newest first
    may_be_overridden: bool = False
    note: str = ""  # how it is known, where no deployment of ours tells

    @property
    def tag(self) -> str:
        """The tag that most of its images carry."""
        return tag_of(self.images)


def choices(here: Standpoint, now: datetime) -> tuple[Choice, ...]:
    """The states that are known to have run well and differ from what Git holds, newest first;
    of those alike only the newest.
    """
    found: dict[tuple[tuple[str, str], ...], Choice] = {}
    for target in here.history.targets:
        alike = tuple(sorted(tags_of(target.images).items()))
        if target.differs(here.tags):
            found.setdefault(alike, choice_of(here, target, now))
    return tuple(found.values())


def last_good(here: Standpoint, now: datetime) -> Choice:
    """The last good state before what runs now. Raises Conflict where none is known."""
    target = here.history.last_good()
    where = here.environment.name
    if target is None:
        raise Conflict(
            f"No earlier state of {where} is known to have run well.",
            hint=f"Name a tag or a revision: `/rollback {where} <tag>`. It needs an approval "
            "where the environment does.",
        )
    return unless_there(here, choice_of(here, target, now))


def tag_of(images: Sequence[WantedImage]) -> str:
    """The tag that most of the images carry (pure)."""
    names = [image.tag for image in images]
    return max(dict.fromkeys(names), key=names.count, default="")


def said_unsafe(undone: Sequence[Deployment]) -> str:
    """Why it is not safe to take these deployments back, "" where nobody said so (pure)."""
    return " ".join(f"{each.tag}: {unsafe_of(each)}" for each in undone if unsafe_of(each))


def unsafe_of(deployment: Deployment) -> str:
    """Why it is not safe to take one deployment back: as approvers were told, or its plan says."""
    reviewed = deployment.approval.asked.review.unsafe if deployment.approval else ""
    return reviewed or (deployment.plan.commits.unsafe if deployment.plan else "")


def migrations_of(deployments: Iterable[Deployment]) -> tuple[str, ...]:
    """The files that migrate a database, of all these deployments, each once."""
    plans = [each.plan for each in deployments if each.plan]
    return tuple(dict.fromkeys(path for plan in plans for path in plan.commits.migrations))


def choice_of(here: Standpoint, target: Target, now: datetime) -> Choice:
    """The choice of one state that ran well."""
    images, why_not = target.differs(here.tags), target.why_not_at_once(now)
    unrecorded = _unrecorded(images) if here.environment.needs_approval else ""
    return Choice(
        key=key_of(target),
        images=images,
        why_not=why_not or unrecorded,
        may_be_overridden=bool(unrecorded and not why_not),
        target=target,
        undone=here.history.since(target),
    )


def _unrecorded(images: Sequence[WantedImage]) -> str:
    """Which images are known by a tag alone, which may name another image by now; "" for none."""
    lacking = [f"{image.service}:{image.tag}" for image in images if not image.digest]
    if not lacking:
        return ""
    more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    return f"Digest not recorded: {lacking[0]}{more} may name another image by now."


def key_of(target: Target) -> str:
    """What `/rollback` calls the state."""
    return f"{BEFORE}{target.deployment.id}" if target.baseline else target.deployment.id


def as_known(here: Standpoint, key: str, images: Sequence[WantedImage], now: datetime) -> Choice:
    """The choice of these images: as good as the state in which all of them ran well."""
    tags = {image.service: image.tag for image in images}
    for target in here.history.targets:
        if tags_of(target.images).items() >= tags.items():
            return choice_of(here, target, now)
    differing = tuple(image for image in images if here.tags[image.service] != image.tag)
    why_not = f"It is not known to have run well in {here.environment.name}."
    return Choice(key, differing, why_not, undone=tuple(d for d, _ in here.history.steps[::-1]))


def unless_there(here: Standpoint, choice: Choice) -> Choice:
    """The choice. Raises Conflict where it runs already."""
    if choice.images:
        return choice
    raise Conflict(
        f"{here.environment.name} is at {choice.key} already: Git holds those tags.",
        hint=f"`/rollback {here.environment.name}` shows what else ran there.",
    )
