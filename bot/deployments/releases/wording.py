"""How what ships is spoken of: names, how long its source ran it and how that ended, as plain text (pure)."""

from __future__ import annotations

from datetime import datetime

from bot.deployments.deployment import Deployment, State
from bot.deployments.gates.span import lasted
from bot.deployments.releases.release import Release, beside_branch
from bot.deployments.releases.soak import Soak
from bot.deployments.releases.verified import Verified

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
    length = lasted(soak.healthy(now))
    has_run = "has run" if soak.is_running else "ran"
    return f"{soak.source} {has_run} these images Healthy for {length}.{anew}"


def fared(source: str, found: Verified) -> str:
    """How the deployments ended that brought it to the source; "" where nothing ships."""
    runs, unbrought = found.brought_by, found.unbrought
    said = [_ended(source, each) for each in runs[:_NAMED]]
    if len(runs) > _NAMED:
        said.append(f"{len(runs) - _NAMED} more brought the rest.")
    if unbrought:
        which = "these images" if not runs else f"the image of {', '.join(unbrought[:_NAMED])}"
        left = len(unbrought) - _NAMED
        more = f" and {left} more" if runs and left > 0 else ""
        said.append(f"shipmate did not deploy {which}{more} to {source}.")
    return " ".join(said)


def _ended(source: str, deployment: Deployment) -> str:
    ended, corrected = deployment.ended, deployment.corrected
    assert ended is not None  # noqa: S101 - it is verified by what has ended
    at = f"{ended.at:%d %b %H:%M} UTC"
    said = f"{deployment.id} brought them to {source}: {deployment.state.value} at {at}"
    if corrected:
        then = "turned Healthy" if corrected.healthy else "degraded"
        return f"{said}, and {then} at {corrected.at:%d %b %H:%M} UTC."
    if deployment.state is not State.SUCCEEDED:
        return f"{said}."
    names = ", ".join(deployment.runs) or "nothing to sync"
    return f"{said} ({names}), not seen to degrade since."


def remarks(release: Release) -> tuple[str, ...]:
    """What is worth a warning, and closes nothing, as sentences."""
    return tuple(
        f"The commit {each.about} is not on {each.branch}." for each in beside_branch(release)
    )
