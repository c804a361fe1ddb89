"""How long an environment has run exactly these images Healthy, and whether it is enough (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Spell:
    """A time of running Healthy; `until` is None while it lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Soak:
    """What `source` has to do with what ships: it must have run it Healthy for `minutes`.

    `spells` are the times that it ran all of it so, oldest first, () where nobody knows of one.
    Whatever lies before a Degraded spell, or before a time that nobody watched, is not among them;
    `anew` says so, as a sentence.
    """

    source: str
    minutes: float
    spells: tuple[Spell, ...] = ()
    anew: str = ""

    @property
    def is_running(self) -> bool:
        """Whether the time goes on counting."""
        return bool(self.spells) and self.spells[-1].until is None

    @property
    def opens_at(self) -> datetime | None:
        """When it will have run there for long enough, if nothing happens."""
        if not self.is_running:
            return None
        newest = self.spells[-1].since
        return newest + timedelta(minutes=self.minutes) - self.healthy(newest)

    def healthy(self, now: datetime) -> timedelta:
        """For how long it has run Healthy altogether."""
        lengths = ((spell.until or now) - spell.since for spell in self.spells)
        return sum(lengths, timedelta())

    def is_reached(self, now: datetime) -> bool:
        """Whether it has; without a time to wait, always. What came after it does not matter."""
        return self.minutes <= 0 or self.healthy(now) >= timedelta(minutes=self.minutes)


def together(each: Iterable[Sequence[Spell]]) -> tuple[Spell, ...]:
    """The times that lie in a spell of every one of these; each is in order, and so are they."""
    common: tuple[Spell, ...] | None = None
    for spells in each:
        common = tuple(spells) if common is None else tuple(_shared(common, spells))
    return common or ()


def _shared(ones: Sequence[Spell], others: Sequence[Spell]) -> Iterator[Spell]:
    for one in ones:
        for other in others:
            since = max(one.since, other.since)
            until = min((each.until for each in (one, other) if each.until), default=None)
            if until is None or since < until:
                yield Spell(since, until)
