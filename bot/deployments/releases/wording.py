"""How what ships is spoken of: names, and how long its source ran it, as plain text (pure)."""

from __future__ import annotations

from datetime import datetime

from bot.deployments.gates.span import span
from bot.deployments.releases.release import Release, beside_branch
from bot.deployments.releases.soak import Soak

_NAMED = 3


def named(names: tuple[str, ...]) -> str:
    """The first few of them, and how many more there are."""
    shown, more = names[:_NAMED], len(names) - _NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def soaked(soak: Soak, now: datetime) -> str:
    """A sentence or two for those who approve; "" where nobody knows, and nobody asks."""
    if not soak.spells and soak.minutes <= 0:
        return ""
    anew = f" {soak.anew}" if soak.anew else ""
    if not soak.spells:
        return f"{soak.source} is not known to run these images Healthy.{anew}"
    length = span(now, now + soak.healthy(now))
    has_run = "has run" if soak.is_running else "ran"
    return f"{soak.source} {has_run} these images Healthy for {length}.{anew}"


def remarks(release: Release) -> tuple[str, ...]:
    """What is worth a warning, and closes nothing, as sentences."""
    return tuple(
        f"The commit {each.about} is not on {each.branch}." for each in beside_branch(release)
    )
