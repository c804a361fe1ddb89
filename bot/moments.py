"""Moments and lengths of time as people type them: "18:00", "2h", "friday 17:00", ISO (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.errors import UsageError
from bot.grammar import brief, nearest

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORDS = ("today", "tomorrow", *_DAYS)
_UNITS = {"m": 1, "min": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_PART = re.compile(r"(\d{1,5})\s*(min|m|h|d|w)", re.ASCII)
_LENGTH = re.compile(r"(?:\d{1,5}\s*(?:min|m|h|d|w)\s*)+", re.ASCII)
_CLOCK = re.compile(r"([01]?\d|2[0-3])(?::([0-5]\d))?", re.ASCII)
_EXAMPLES = "18:00, 2h, friday 17:00 or 2026-12-24 12:00"
_FARTHEST = timedelta(days=366)
_FIRST, _LAST = date(1000, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as somebody said it: after a while, or by the clock on a wall.

    `day` is a date, one of the words for a day, or "" for the next time that the clock shows it.
    """

    text: str
    after: timedelta | None = None
    exact: datetime | None = None
    clock: time = time()
    day: date | str = ""

    @property
    def needs_zone(self) -> bool:
        """Whether it is another moment in another time zone."""
        return self.after is None and self.exact is None

    def resolve(self, now: datetime, zone: tzinfo, field: str = "until") -> datetime:
        """The moment (UTC). Raises UsageError for one that is past, or more than a year ahead."""
        moment = self._moment(now, zone)
        if moment <= now:
            raise UsageError(
                f"“{brief(self.text)}” is in the past: {moment:%Y-%m-%d %H:%M} UTC.", field=field
            )
        if moment - now > _FARTHEST:
            raise UsageError(f"“{brief(self.text)}” is more than a year ahead.", field=field)
        return moment

    def _moment(self, now: datetime, zone: tzinfo) -> datetime:
        if self.after is not None:
            return now + min(self.after, 2 * _FARTHEST)
        if self.exact is not None:
            return self.exact.astimezone(UTC)
        if isinstance(self.day, date):
            return _at(self.day, self.clock, zone)
        today = now.astimezone(zone).date()
        if self.day in ("today", "tomorrow"):
            return _at(today + timedelta(days=self.day == "tomorrow"), self.clock, zone)
        days = (today + timedelta(days=ahead) for ahead in range(9))
        fits = (day for day in days if not self.day or _DAYS[day.weekday()] == self.day)
        return next(moment for day in fits if (moment := _at(day, self.clock, zone)) > now)


def moment(text: str, field: str = "until") -> Moment:
    """What somebody typed for a moment. Raises UsageError with what is understood."""
    said = " ".join(text.split()).casefold()
    if _LENGTH.fullmatch(said):
        return Moment(text, after=_length(said))
    if _CLOCK.fullmatch(said) and ":" in said:
        return Moment(text, clock=_clock(said))
    word, _, rest = said.partition(" ")
    spelled = [each for each in _WORDS if len(word) >= 3 and each.startswith(word)]
    if len(spelled) == 1 and _CLOCK.fullmatch(rest):
        return Moment(text, clock=_clock(rest), day=spelled[0])
    if word == "yesterday":
        raise UsageError(f"“{brief(text)}” is in the past.", field=field)
    if len(spelled) == 1 and not rest:
        example = f"{spelled[0]} 18:00"
        raise UsageError(f"“{brief(text)}” says no time of day: {example}?", field=field)
    return _iso(text) or _not_understood(text, word, field)


def length(text: str, field: str) -> timedelta:
    """What somebody typed for a length of time: 90m, 2h, 1h 30m. Raises UsageError."""
    said = " ".join(text.split()).casefold()
    if not _LENGTH.fullmatch(said) or not _length(said):
        raise UsageError(
            f"“{brief(text)}” is no length of time: say 90m, 2h or 1h30m.", field=field
        )
    return _length(said)


def _length(said: str) -> timedelta:
    minutes = sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(said))
    return timedelta(minutes=minutes)


def _clock(said: str) -> time:
    found = _CLOCK.fullmatch(said)
    assert found is not None  # noqa: S101 - the callers looked
    return time(int(found[1]), int(found[2] or 0))


def _iso(text: str) -> Moment | None:
    try:
        exact = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    if exact.tzinfo is not None:
        return Moment(text, exact=exact)
    return Moment(text, clock=exact.time(), day=exact.date())


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    """In UTC: where the clock skips that time it is the same while later, as clocks go."""
    nearly_all = min(max(day, _FIRST), _LAST)
    return datetime.combine(nearly_all, clock, zone).astimezone(UTC)


def _not_understood(text: str, word: str, field: str) -> Moment:
    near = [each for each in nearest(word, _WORDS) if each[0] == word[:1] and each != word]
    meant = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"“{brief(text)}” is no time: say {_EXAMPLES}.{meant}", field=field)
