"""What is known of the images and the commits that a plan ships (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.deployments.checks import Checks, Light
from bot.deployments.gate import Bypass, Gate, GateName

_NAMED = 3
_OVERRIDE = (
    "All its checks must be green; or, with the permission “override”: "
    '--override-checks --reason "…".'
)


@dataclass(frozen=True, slots=True)
class Release:
    """Facts for the gates that judge what ships, not where to.

    `absent` and `taken` name images as "user-svc:sha-1a2b3c4": the registry lacks them, or has
    another image under that tag than the one that is meant. `checks` are those of the commits,
    () where nobody asks for them.
    """

    absent: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    checks: tuple[Checks, ...] = ()


def release_gates(release: Release) -> Iterator[Gate]:
    """The gates that these facts close."""
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


def _ci(checks: Checks) -> Gate:
    said = {
        Light.RED: f"CI is not green for {checks.about}: {checks.why}.",
        Light.RUNNING: f"CI still runs for {checks.about}: {checks.why}.",
        Light.UNKNOWN: f"CI is unknown for {checks.about}: {checks.why}.",
    }
    passed_by = frozenset({Bypass.OVERRIDE, Bypass.ROLLBACK})
    return Gate(GateName.CI, said[checks.light], _OVERRIDE, passed_by=passed_by)


def named(names: tuple[str, ...]) -> str:
    """The first few of them, and how many more there are."""
    shown, more = names[:_NAMED], len(names) - _NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
