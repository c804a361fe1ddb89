"""What has changed since a plan was approved (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.deployments.plan import ImageChange, Plan


class Move(Enum):
    """How one image differs from what was approved."""

    NEW = auto()
    GONE = auto()
    FROM = auto()  # another tag is there
    TO = auto()  # another tag is asked for
    RETAGGED = auto()  # its tag names another image
    RUNS_ANOTHER = auto()  # another image runs before it


@dataclass(frozen=True, slots=True)
class MovedImage:
    """One image's change as it is now (one that is gone: as it was approved), and how it moved;
    `was` is the tag before it, as approved.
    """

    move: Move
    change: ImageChange
    was: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """Everything that moved. Where all is empty, other commits would ride along."""

    images: tuple[MovedImage, ...] = ()
    applications: tuple[str, ...] = ()  # in one of the two plans alone
    objects: tuple[str, ...] = ()  # deleted or replaced by one of the two alone


def what_moved(before: Plan, after: Plan) -> Moved:
    """Why an approval of `before` does not hold for `after`."""
    was = {change.service: change for change in before.changes}
    images = [_moved(change, was.pop(change.service, None)) for change in after.changes]
    images += [MovedImage(Move.GONE, change) for change in was.values()]
    names = {app.name for app in before.applications} ^ {app.name for app in after.applications}
    return Moved(
        tuple(each for each in images if each is not None),
        tuple(sorted(names)),
        tuple(sorted({*before.sharp} ^ {*after.sharp})),
    )


def _moved(change: ImageChange, earlier: ImageChange | None) -> MovedImage | None:
    if earlier is None:
        return MovedImage(Move.NEW, change)
    if earlier.before != change.before:
        return MovedImage(Move.FROM, change, earlier.before)
    if earlier.after != change.after:
        return MovedImage(Move.TO, change)
    if earlier.digest != change.digest:
        return MovedImage(Move.RETAGGED, change)
    if earlier.digest_before != change.digest_before:
        return MovedImage(Move.RUNS_ANOTHER, change)
    return None
