"""What is known of the images and the commits that a plan ships (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.deployments.gates.findings import (
    ChecksNotGreen,
    ImagesAbsent,
    NeverRan,
    NotOnBranch,
    NotSoaked,
    TagsTaken,
)
from bot.deployments.gates.gate import Bypass, Gate, GateName
from bot.deployments.releases.checks import Checks, Light
from bot.deployments.releases.order import Order, commit_of
from bot.deployments.releases.soak import Soak

_OVERRIDES = frozenset({Bypass.BREAK_GLASS, Bypass.ROLLBACK, Bypass.OVERRIDE})


@dataclass(frozen=True, slots=True)
class OnBranch:
    """Whether a commit (`about`) is on a branch; None where nobody can tell."""

    about: str
    branch: str
    contained: bool | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Facts for the gates that judge what ships, not where to.

    `absent` and `taken` name images as "user-svc:sha-1a2b3c4": the registry lacks them, or has
    another image under that tag than the one that is meant. `checks` are those of the commits,
    () where nobody asks for them; so it is with `branches`, which close a gate where
    `must_contain`. `order` is None where no environment has to come before.
    """

    absent: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    checks: tuple[Checks, ...] = ()
    branches: tuple[OnBranch, ...] = ()
    must_contain: bool = False
    soak: Soak | None = None
    order: Order | None = None


def release_gates(release: Release, now: datetime) -> Iterator[Gate]:
    """The gates that these facts close at `now`."""
    if release.absent:
        yield Gate(GateName.REGISTRY, ImagesAbsent(release.absent))
    if release.taken:
        yield Gate(GateName.REGISTRY, TagsTaken(release.taken))
    for checks in release.checks:
        if checks.light is not Light.GREEN:
            passed_by, is_away = _OVERRIDES - {Bypass.BREAK_GLASS}, checks.light is Light.AWAY
            yield Gate(GateName.CI, ChecksNotGreen(checks), passed_by=passed_by, may_wait=is_away)
    for each in release.branches if release.must_contain else ():
        if not each.contained:
            is_known = each.contained is not None
            found = NotOnBranch(each.about, each.branch, is_known)
            yield Gate(GateName.ORDER, found, may_wait=not is_known)
    if release.order and release.order.skipping:
        yield _order(release.order)
    if release.soak and not release.soak.is_reached(now):
        found_early = NotSoaked(release.soak, now)
        yield Gate(GateName.SOAK, found_early, release.soak.opens_at, _OVERRIDES)


def beside_branch(release: Release) -> tuple[OnBranch, ...]:
    """The commits that are worth a warning, and close nothing."""
    if release.must_contain:
        return ()
    return tuple(each for each in release.branches if each.contained is False)


def _order(order: Order) -> Gate:
    """Closed for what never ran in the environment before. Like a soak, of which it is the
    shortest: who may pass the one may pass the other.
    """
    tags = tuple(dict.fromkeys(f"{change.service}:{change.after}" for change in order.skipping))
    commits = list(dict.fromkeys(commit_of(change.after) for change in order.skipping))
    is_one = len(commits) == 1 and commits[0] and order.takes_builds
    found = NeverRan(order.source, tags, f"sha-{commits[0]}" if is_one else "")
    return Gate(GateName.ORDER, found, passed_by=_OVERRIDES)
