"""The gates that freezes, locks, holds and pins close, and what people are warned of (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.access import Actor
from bot.controls.standing import Frozen, Standing, Window
from bot.controls.state import Pin
from bot.deployments.gates.gate import Bypass, Gate, GateName

_EITHER = frozenset({Bypass.BREAK_GLASS, Bypass.ROLLBACK})
_PLACES = {"shared": "What is shared", "all": "Everything"}


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
) -> tuple[str, ...]:
    """What a person is told of what stops automation alone, as sentences."""
    if actor is None or actor.kind != "slack":
        return ()
    said: list[str] = []
    for over in standings:
        if over.lock is not None and over.lock.owner.subject == actor.subject:
            until = f"{over.lock.until:%H:%M} UTC"
            said.append(f"{place(over.scope)} is locked by {name_of(actor)} until {until}.")
        ends = f"`/shipmate resume {over.scope}` ends that."
        said += [f"{_pinned(pin)} {ends}" for pin in pins_on(over, applications)]
        said += [
            f"Automation is held in {over.scope} until {hold.until:%H:%M} UTC: a hotfix went out."
            for hold in over.holds
        ]
    return tuple(said)


def pins_on(over: Standing, applications: Sequence[str]) -> list[Pin]:
    """The pins that hold any of the applications."""
    return [pin for pin in over.pins if set(pin.pinned.applications) & set(applications)]


def place(scope: str) -> str:
    """A scope at the beginning of a sentence."""
    return _PLACES.get(scope, scope)


def name_of(actor: Actor) -> str:
    """Somebody in plain text."""
    return actor.name or actor.id or actor.kind


def _freeze(over: Standing, frozen: Frozen) -> Gate:
    freeze = frozen.freeze
    why = f"{place(frozen.scope)} is frozen by {name_of(freeze.actor)}: “{freeze.reason}”."
    if freeze.including_rollbacks:
        why += " Rollbacks are frozen too."
    words = f"{frozen.scope} {freeze.id}"
    opens = f"`/shipmate unfreeze {words}` ends it. {over.thaws}".rstrip()
    passed_by = _EITHER - {Bypass.ROLLBACK} if freeze.including_rollbacks else _EITHER
    return Gate(GateName.FREEZE, why, opens, freeze.until, passed_by, words)


def _window(over: Standing, window: Window) -> Gate:
    why = f"{place(over.scope)} is frozen by a window of the catalog: “{window.reason}”."
    if window.including_rollbacks:
        why += " Rollbacks are frozen too."
    opens = "Nobody ends it early; --break-glass passes it."
    passed_by = _EITHER - {Bypass.ROLLBACK} if window.including_rollbacks else _EITHER
    return Gate(GateName.FREEZE, why, opens, window.until, passed_by)


def _lock(over: Standing, actor: Actor) -> Iterator[Gate]:
    lock = over.lock
    if lock is None or lock.owner.subject == actor.subject:
        return
    reason = f": “{lock.reason}”" if lock.reason else ""
    why = f"{place(over.scope)} is locked by {name_of(lock.owner)}{reason}."
    if over.waiting:
        why += f" {over.waiting} {'waits' if over.waiting == 1 else 'wait'} for the lock."
    opens = (
        f"`/shipmate lock {over.scope} --ask` asks its owner for it; whoever may lock there can "
        f"also take it with --take, which tells them. {over.unlocks}"
    ).rstrip()
    yield Gate(GateName.LOCK, why, opens, lock.until, _EITHER, f"{over.scope} --of {lock.number}")


def _holds(over: Standing) -> Iterator[Gate]:
    for hold in over.holds:
        why = (
            f"Automation is held in {over.scope}: {name_of(hold.actor)} deployed "
            f"{hold.commit[:7]}, which is not on {hold.branch}."
        )
        opens = f"`/shipmate resume {over.scope}` ends it. {over.resumes}".rstrip()
        yield Gate(GateName.HOLD, why, opens, hold.until, _EITHER, over.scope)


def _pin(over: Standing, pin: Pin) -> Gate:
    opens = f"`/shipmate resume {over.scope}` lets automation go on. {over.resumes}".rstrip()
    return Gate(GateName.PIN, _pinned(pin), opens, None, _EITHER, over.scope)


def _pinned(pin: Pin) -> str:
    names = ", ".join(pin.pinned.applications)
    are = "is" if len(pin.pinned.applications) == 1 else "are"
    to = ", ".join(dict.fromkeys(pin.pinned.tags.values()))
    at = f" to {to}" if to else ""
    return (
        f"{names} {are} pinned since {name_of(pin.pinned.actor)} rolled back{at} ({pin.pinned.id})."
    )
