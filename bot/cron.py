"""Cron schedules as crontab(5) reads them, on one time zone's clock, by APScheduler's trigger.

The trigger numbers its weekdays from Monday where crontab(5) does from Sunday: they are given to
it by name. Where both days are restricted crontab(5) takes either and the trigger both: refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_PART = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/([1-9]))?")
_MOST = 400
"""Windows in a row: more than that never end."""
_FAR = timedelta(days=365)


class Cron:
    """One schedule. Raises ValueError, with what is wrong, where there is none."""

    def __init__(self, text: str, zone: ZoneInfo) -> None:
        fields = text.lower().split()
        if len(fields) != 5:
            raise ValueError("a schedule has five fields: minute hour day month weekday")
        day, weekday = fields[2], fields[4]
        if day != "*" and weekday != "*":
            raise ValueError("a schedule names days of the month or weekdays, not both")
        if weekday != "*":
            fields[4] = ",".join(_DAYS[each] for each in sorted(_weekdays(weekday)))
        self._trigger = CronTrigger.from_crontab(" ".join(fields), timezone=zone)

    def next_from(self, moment: datetime) -> datetime | None:
        """The first time (UTC) at or after `moment`, None where there is none any more."""
        found: datetime | None = self._trigger.get_next_fire_time(None, moment)
        return found.astimezone(UTC) if found else None


class Windows:
    """The windows that begin by a schedule and last so long. Those that touch are one.

    What was found out is kept for as long as it holds: it is asked for with every request.
    """

    def __init__(self, cron: Cron, lasts: timedelta) -> None:
        self._cron = cron
        self._lasts = lasts
        self._known: tuple[datetime, datetime, datetime | None] | None = None

    def until(self, now: datetime) -> datetime | None:
        """The end (UTC) of the window that `now` is in, None between windows."""
        if self._known is None or not self._known[0] <= now < self._known[1]:
            begins = self._cron.next_from(now - self._lasts + timedelta(microseconds=1))
            if begins is None or begins > now:
                self._known = (now, begins or now + _FAR, None)
            else:
                ends = self._end(begins) or begins + self._lasts
                self._known = (now, ends, ends)
        return self._known[2]

    @property
    def leave_a_gap(self) -> bool:
        """Whether there is ever a time between them."""
        begins = self._cron.next_from(datetime(2026, 1, 1, tzinfo=UTC))
        return begins is None or self._end(begins) is not None

    def _end(self, begins: datetime) -> datetime | None:
        """The end of the windows that touch from there on; None where too many do."""
        ends = begins + self._lasts
        for _ in range(_MOST):
            later = self._cron.next_from(begins + timedelta(seconds=1))
            if later is None or later > ends:
                return ends
            begins, ends = later, later + self._lasts
        return None


def _weekdays(field: str) -> set[int]:
    """The days that the field means, 0 for Sunday."""
    return {day for part in field.split(",") for day in _part(part)}


def _part(part: str) -> Iterator[int]:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(f"“{part}” is no weekday: 0 to 7, sun to sat, ranges and lists of them")
    first, last, step = found.groups()
    begin = 0 if first == "*" else _day(first)
    end = 6 if first == "*" else _day(last) if last else 6 if step else begin
    if end < begin:
        end += 7  # "fri-mon"
    yield from (day % 7 for day in range(begin, end + 1, int(step or 1)))


def _day(word: str) -> int:
    if word.isdigit() and int(word) <= 7:
        return int(word)
    if word in _DAYS:
        return _DAYS.index(word)
    raise ValueError(f"“{word}” is no weekday: 0 to 7, or sun to sat")
