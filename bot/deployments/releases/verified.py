"""What the record tells of how the source environment fared with images that ship (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.catalog.tags import sha_of
from bot.deployments.deployment import Deployment
from bot.deployments.plan import ImageChange


@dataclass(frozen=True, slots=True)
class Verified:
    """The ended deployments that brought what ships, each once; and the services of which none did."""

    brought_by: tuple[Deployment, ...] = ()
    unbrought: tuple[str, ...] = ()


def verified(newest_first: Sequence[Deployment], ships: Sequence[ImageChange]) -> Verified:
    """The newest deployment of the source that brought each of these very images.

    `newest_first` are those of the source.
    """
    runs: dict[str, Deployment] = {}
    unbrought: list[str] = []
    for change in ships:
        run = next((each for each in newest_first if _brought(each, change)), None)
        if run is None:
            unbrought.append(change.service)
        else:
            runs.setdefault(run.id, run)
    return Verified(tuple(runs.values()), tuple(unbrought))


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
