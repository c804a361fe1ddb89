"""The gates that freezes, locks, holds and pins close, and what people are warned of (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.access import Actor
from bot.controls.standing import Frozen, Standing, Window
from bot.controls.state import Pin
from bot.deployments.gates.findings import (
    FrozenByCatalog,
    FrozenBySomebody,
    HeldAfterHotfix,
    LockedByOneself,
    LockedBySomebody,
    PinnedByRollback,
    Warned,
)
from bot.deployments.gates.gate import Bypass, Gate, GateName

_EITHER = frozenset({Bypass.BREAK_GLASS, Bypass.ROLLBACK})


def control_gates(
    standings: Sequence[Standing], applications: Sequence[str], actor: Actor | None
) -> Iterator[Gate]:
    """Every gate closed for `actor`; where that is None, those that are closed for everyone."""
    for over in standings:
        yield from (_freeze(over, frozen) for frozen in over.freezes)
        yield from (_window(over, window) for window in over.windows)
        if actor is None:
            continue
        yield from _lock(over, actor)
        if actor.kind != "slack":
            yield from _holds(over)
            yield from (_pin(over, pin) for pin in pins_on(over, applications))


def warnings(
    standings: Sequence[Standing], applications: Sequence[str], actor: Actor | None
) -> tuple[Warned, ...]:
    """What a person is told of what stops others, or automation alone."""
    if actor is None or actor.kind != "slack":
        return ()
    found: list[Warned] = []
    for over in standings:
        if over.lock is not None and over.lock.owner.subject == actor.subject:
            found.append(LockedByOneself(over.scope, actor, over.lock.until))
        found += [PinnedByRollback(over.scope, pin) for pin in pins_on(over, applications)]
        found += [HeldAfterHotfix(over.scope, hold) for hold in over.holds]
    return tuple(found)


def pins_on(over: Standing, applications: Sequence[str]) -> list[Pin]:
    """The pins that hold any of the applications."""
    return [pin for pin in over.pins if set(pin.pinned.applications) & set(applications)]


def _freeze(over: Standing, frozen: Frozen) -> Gate:
    freeze, found = frozen.freeze, FrozenBySomebody(frozen, over.thaws)
    passed_by = _passing(including_rollbacks=freeze.including_rollbacks)
    return Gate(GateName.FREEZE, found, freeze.until, passed_by, f"{frozen.scope} {freeze.id}")


def _window(over: Standing, window: Window) -> Gate:
    passed_by = _passing(including_rollbacks=window.including_rollbacks)
    return Gate(GateName.FREEZE, FrozenByCatalog(over.scope, window), window.until, passed_by)


def _passing(*, including_rollbacks: bool) -> frozenset[Bypass]:
    return _EITHER - {Bypass.ROLLBACK} if including_rollbacks else _EITHER


def _lock(over: Standing, actor: Actor) -> Iterator[Gate]:
    lock = over.lock
    if lock is None or lock.owner.subject == actor.subject:
        return
    found = LockedBySomebody(over.scope, lock, over.waiting, over.unlocks)
    words = f"{over.scope} --of {lock.number}"
    yield Gate(GateName.LOCK, found, lock.until, _EITHER, words)


def _holds(over: Standing) -> Iterator[Gate]:
    for hold in over.holds:
        found = HeldAfterHotfix(over.scope, hold, over.resumes)
        yield Gate(GateName.HOLD, found, hold.until, _EITHER, over.scope)


def _pin(over: Standing, pin: Pin) -> Gate:
    found = PinnedByRollback(over.scope, pin, over.resumes)
    return Gate(GateName.PIN, found, None, _EITHER, over.scope)
