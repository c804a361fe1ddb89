"""What the record tells of how the source environment fared with images that ship (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deployments.deployment import Deployment, State
from bot.deployments.plan import ImageChange
from bot.deployments.releases.builds import sha_of

_NAMED = 3


def verified(source: str, newest_first: Sequence[Deployment], ships: Sequence[ImageChange]) -> str:
    """How the newest deployments there ended that brought these very images, as sentences.

    `newest_first` are those of the source. "" where nothing ships.
    """
    runs: dict[str, Deployment] = {}
    untold: list[str] = []
    for change in ships:
        run = next((each for each in newest_first if _brought(each, change)), None)
        if run is None:
            untold.append(change.service)
        else:
            runs.setdefault(run.id, run)
    said = [_told(source, each) for each in [*runs.values()][:_NAMED]]
    if len(runs) > _NAMED:
        said.append(f"{len(runs) - _NAMED} more brought the rest.")
    if untold:
        which = "these images" if not runs else f"the image of {', '.join(untold[:_NAMED])}"
        more = f" and {len(untold) - _NAMED} more" if runs and len(untold) > _NAMED else ""
        said.append(f"shipmate did not deploy {which}{more} to {source}.")
    return " ".join(said)


def _brought(deployment: Deployment, ships: ImageChange) -> bool:
    """Whether it set this very image: of two tags of one commit, by the digest where both tell."""
    if deployment.ended is None or deployment.planned is None or not deployment.leaves_its_mark:
        return False
    return any(_is_same(each, ships) for each in deployment.planned.plan.changes)


def _is_same(brought: ImageChange, ships: ImageChange) -> bool:
    if brought.service != ships.service:
        return False
    if brought.digest and ships.digest:
        return brought.digest == ships.digest
    sha = sha_of(ships.after)
    return brought.after == ships.after or (bool(sha) and sha_of(brought.after) == sha)


def _told(source: str, deployment: Deployment) -> str:
    ended, corrected = deployment.ended, deployment.corrected
    assert ended is not None  # noqa: S101 - _brought() asked
    at = f"{ended.at:%d %b %H:%M} UTC"
    said = f"{deployment.id} brought them to {source}: {deployment.state.value} at {at}"
    if corrected:
        then = "turned Healthy" if corrected.healthy else "degraded"
        return f"{said}, and {then} at {corrected.at:%d %b %H:%M} UTC."
    if deployment.state is not State.SUCCEEDED:
        return f"{said}."
    names = ", ".join(deployment.runs) or "nothing to sync"
    return f"{said} ({names}), not seen to degrade since."
