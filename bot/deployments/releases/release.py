"""What is known of the images and the commits that a plan ships (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.deployments.gates.gate import Bypass, Gate, GateName
from bot.deployments.releases.checks import Checks, Light
from bot.deployments.releases.order import Order, commit_of
from bot.deployments.releases.soak import Soak, soak_gate

_NAMED = 3
_ASKED_AGAIN = "It is asked again before anything is written, and must be green then."
_OVERRIDE = (
    "All its checks must be green; or, with the permission “override”: "
    '--override-checks --reason "…".'
)


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
        why = f"The registry has no {named(release.absent)}."
        opens = "Its build has to push it first; or name a tag that is there."
        yield Gate(GateName.REGISTRY, why, opens)
    if release.taken:
        why = f"Another image is in the registry as {named(release.taken)}."
        opens = "A tag that is given is never moved: ask again with another one."
        yield Gate(GateName.REGISTRY, why, opens)

    for checks in release.checks:
        if checks.light is not Light.GREEN:
            yield _ci(checks)
    for each in release.branches if release.must_contain else ():
        if not each.contained:
            is_not = "is not" if each.contained is False else "is not known to be"
            why = f"The commit {each.about} {is_not} on {each.branch}."
            opens = f"Merge it into {each.branch} first."
            yield Gate(GateName.ORDER, why, opens, may_wait=each.contained is None)
    if release.order:
        yield from _order(release.order)
    if release.soak:
        yield from soak_gate(release.soak, now)


def remarks(release: Release) -> tuple[str, ...]:
    """What is worth a warning, and closes nothing."""
    return tuple(
        f"The commit {each.about} is not on {each.branch}."
        for each in release.branches
        if each.contained is False and not release.must_contain
    )


def _ci(checks: Checks) -> Gate:
    said = {
        Light.RED: f"CI is not green for {checks.about}: {checks.why}.",
        Light.RUNNING: f"CI still runs for {checks.about}: {checks.why}.",
        Light.UNKNOWN: f"CI is unknown for {checks.about}: {checks.why}.",
        Light.AWAY: f"CI is not known yet for {checks.about}: {checks.why}.",
    }
    passed_by = frozenset({Bypass.OVERRIDE, Bypass.ROLLBACK})
    is_away = checks.light is Light.AWAY
    why, opens = said[checks.light], _ASKED_AGAIN if is_away else _OVERRIDE
    return Gate(GateName.CI, why, opens, passed_by=passed_by, may_wait=is_away)


def _order(order: Order) -> Iterator[Gate]:
    """Closed for what never ran in the environment before. Like a soak, of which it is the
    shortest: who may pass the one may pass the other.
    """
    if not order.skipping:
        return
    tags = tuple(dict.fromkeys(f"{change.service}:{change.after}" for change in order.skipping))
    commits = list(dict.fromkeys(commit_of(change.after) for change in order.skipping))
    is_one = len(commits) == 1 and commits[0] and order.takes_builds
    first = f"`/deploy {order.source} {f'sha-{commits[0]}' if is_one else '<tag>'}`"
    why = f"{order.source} is not known to have run {named(tags)} Healthy."
    opens = (
        f"Promote it to {order.source} first: {first}, then ask again; or, with the permission "
        '“override”: --override-checks --reason "…".'
    )
    passed_by = frozenset({Bypass.BREAK_GLASS, Bypass.ROLLBACK, Bypass.OVERRIDE})
    yield Gate(GateName.ORDER, why, opens, passed_by=passed_by)


def named(names: tuple[str, ...]) -> str:
    """The first few of them, and how many more there are."""
    shown, more = names[:_NAMED], len(names) - _NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
