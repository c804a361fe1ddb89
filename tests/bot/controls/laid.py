"""Controls as somebody lays them, told event by event."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.access import Actor, Door
from bot.controls.events import FreezeBegun, HotfixHeld, LockTaken, Pinned
from tests.bot.deployments.histories import DANA, OLU, at

AMIR = Actor(id="U0AMIR", name="Amir Approver")
PIPELINE = Actor(kind="ci", id="link/app", name="link/app", door=Door.API)
HOUR = timedelta(hours=1)


def frozen(
    key: str = "f1", *, until: datetime | None = None, by: Actor = OLU, rollbacks: bool = False
) -> FreezeBegun:
    return FreezeBegun(
        at=at(0), id=key, actor=by, reason="The fair", until=until, including_rollbacks=rollbacks
    )


def locked(by: Actor = DANA, *, since: float = 0, hours: float = 2) -> LockTaken:
    return LockTaken(at=at(since), actor=by, until=at(since) + hours * HOUR, reason="A migration")


def pinned(key: str = "d7", *applications: str) -> Pinned:
    names = applications or ("link-app-staging",)
    return Pinned(
        at=at(0),
        id=key,
        actor=OLU,
        applications=names,
        tags={"user-svc": "sha-0000001"},
        candidate="sha-abc1234",
    )


def held(key: str = "d3") -> HotfixHeld:
    return HotfixHeld(
        at=at(0), id=key, actor=DANA, commit="abc1234", branch="develop", until=at(0) + HOUR
    )
