"""What lies over the scopes of a change now, as known from memory alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.access import SHARED, Actor, Memberships, Need, Permission, Refused, allowed
from bot.controls.events import FreezeBegun, HotfixHeld
from bot.controls.state import EVERYWHERE, Lock, Pin

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from bot.catalog.freezes import FreezeWindow
    from bot.controls.register import Register

_NOBODY = Actor(kind="ci", id="")


@dataclass(frozen=True, slots=True)
class Frozen:
    """One freeze, and the scope it was laid over: the change's own, or `all`."""

    scope: str
    freeze: FreezeBegun


@dataclass(frozen=True, slots=True)
class Window:
    """A freeze window of the catalog that is shut now, and when it opens."""

    reason: str
    until: datetime
    including_rollbacks: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What lies over one scope, and who may end it (a sentence each).

    `waiting` counts those who have asked for the lock.
    """

    scope: str
    freezes: tuple[Frozen, ...] = ()
    windows: tuple[Window, ...] = ()
    lock: Lock | None = None
    waiting: int = 0
    holds: tuple[HotfixHeld, ...] = ()
    pins: tuple[Pin, ...] = ()
    thaws: str = ""
    unlocks: str = ""
    resumes: str = ""

    @property
    def is_clear(self) -> bool:
        """Whether nothing lies over it."""
        return not (self.freezes or self.windows or self.lock or self.holds or self.pins)


def standing_over(
    register: Register, catalog: Catalog, scopes: Iterable[str], now: datetime
) -> tuple[Standing, ...]:
    """What lies over each of the scopes (environments, or `shared`)."""
    return tuple(_standing(register, catalog, scope, now) for scope in dict.fromkeys(scopes))


def over_applications(
    register: Register, catalog: Catalog, applications: Sequence[str], now: datetime
) -> tuple[Standing, ...]:
    """What lies over the scopes of these applications, for those over which anything does.

    Nearly always that is none, and every request for a deployment asks on the way to its ack.
    """
    scopes: Iterable[str] = map(catalog.scope_of, applications)
    if register.is_bare(EVERYWHERE):
        scopes = [s for s in scopes if not register.is_bare(s) or _own_windows(catalog, s)]
    return standing_over(register, catalog, scopes, now)


def _standing(register: Register, catalog: Catalog, scope: str, now: datetime) -> Standing:
    """Who may end it is looked up where there is something to end: this is asked at every ack."""
    here, everywhere = register.of(scope), register.of(EVERYWHERE)
    freezes = [Frozen(each.scope, f) for each in (here, everywhere) for f in each.freezes_at(now)]
    over = Standing(
        scope=scope,
        freezes=tuple(freezes),
        windows=tuple(_windows(catalog, scope, now)),
        lock=here.lock_at(now),
        waiting=len(here.asked),
        holds=here.holds_at(now),
        pins=tuple(here.pins.values()),
    )
    if over.is_clear:
        return over
    resume = Permission.OPERATE if scope == SHARED else Permission.ROLLBACK
    return replace(
        over,
        thaws=held_by(catalog, Permission.FREEZE, scope),
        unlocks=held_by(catalog, Permission.LOCK, scope),
        resumes=held_by(catalog, resume, scope),
    )


def _own_windows(catalog: Catalog, scope: str) -> Sequence[FreezeWindow]:
    return () if scope == SHARED else catalog.environment(scope).freezes


def _windows(catalog: Catalog, scope: str, now: datetime) -> Iterator[Window]:
    for each in _own_windows(catalog, scope):
        until = each.until(now)
        if until is not None:
            yield Window(each.reason, until, each.including_rollbacks)


def held_by(catalog: Catalog, permission: Permission, scope: str) -> str:
    """Who holds a permission, as a sentence: "“freeze” is held by @oncall."."""
    need = Need(permission=permission, scope=scope)
    answer = allowed(_NOBODY, Memberships(), need, catalog.access)
    hint = answer.hint if isinstance(answer, Refused) else ""
    return hint.replace("It is", f"“{permission}” is", 1).replace(
        "Nobody holds it", f"Nobody holds “{permission}”", 1
    )
