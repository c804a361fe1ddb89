"""Whether an environment has run an image Healthy before the next one gets it (pure)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.catalog import Environment, TagFormat
from bot.catalog.tags import sha_of
from bot.deployments.deployment import Deployment
from bot.deployments.plan import ImageChange
from bot.deployments.rollbacks.targets import is_good

_SHORT = 7


@dataclass(frozen=True, slots=True)
class Ran:
    """One service's image that ran Healthy; "" for whichever of the two is not known."""

    service: str
    commit: str = ""
    digest: str = ""

    def is_of(self, change: ImageChange) -> bool:
        """Whether it is what the change brings: the same image, or the same commit where one of
        the two images is not known.
        """
        return self.is_same(Ran(change.service, commit_of(change.after), change.digest))

    def is_same(self, other: Ran) -> bool:
        """Whether both are one image, by its digest or, where one is not known, by its commit."""
        if self.service != other.service:
            return False
        if self.digest and other.digest:
            return self.digest == other.digest
        return bool(self.commit) and self.commit == other.commit


@dataclass(frozen=True, slots=True)
class Order:
    """What would skip an environment: changes that `source` never ran Healthy, as far as anybody
    knows. `takes_builds` says that it takes the tag of a build as it is.
    """

    source: str
    takes_builds: bool = True
    skipping: tuple[ImageChange, ...] = ()


def commit_of(tag: str) -> str:
    """The commit that a tag names, short; "" for none."""
    return sha_of(tag)[:_SHORT]


def recorded(deployments: Iterable[Deployment]) -> frozenset[Ran]:
    """What these deployments of one environment brought to run Healthy, by what is known now."""
    return frozenset(
        Ran(change.service, commit_of(change.after), change.digest)
        for each in deployments
        if is_good(each) and each.commit and each.plan and not each.reverted
        for change in each.plan.changes
    )


def found_there(deployments: Iterable[Deployment]) -> frozenset[Ran]:
    """What these deployments of one environment found there: for a rollback that is enough."""
    return frozenset(
        Ran(change.service, commit_of(change.before), change.digest_before)
        for each in deployments
        if each.commit and each.plan
        for change in each.plan.changes
    )


def without(ran: Iterable[Ran], degraded: Collection[Ran]) -> frozenset[Ran]:
    """Those that were not seen to degrade since."""
    return frozenset(each for each in ran if not any(map(each.is_same, degraded)))


def skipping(changes: Iterable[ImageChange], ran: Collection[Ran]) -> tuple[ImageChange, ...]:
    """The changes of which none of `ran` tells; what is there already moves nowhere."""
    return tuple(
        change
        for change in changes
        if not _stays(change) and not any(each.is_of(change) for each in ran)
    )


def order_of(source: Environment, skipped: tuple[ImageChange, ...]) -> Order:
    """The order, with what would skip the environment."""
    return Order(source.name, TagFormat.SHA in source.tag_formats, skipped)


def _stays(change: ImageChange) -> bool:
    """Whether what the change brings is what is there: Git says so, or the pods."""
    return change.is_noop or bool(change.digest and change.digest == change.digest_before)
