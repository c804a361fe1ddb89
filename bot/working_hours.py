"""When people work, and which moment so many working hours later is (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

_LONGEST = 366
"""Days that are looked ahead: a calendar without a working day ends somewhere, too."""


class Calendar(Protocol):
    """The days (0 is Monday) and the hours, in one time zone, in which somebody is there."""

    @property
    def weekdays(self) -> Sequence[int]:
        """0 to 6."""
        ...

    @property
    def begin(self) -> time:
        """When the day's work begins."""
        ...

    @property
    def end(self) -> time:
        """When it ends, later than `begin`."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock that is."""
        ...


def later(start: datetime, hours: float, calendar: Calendar) -> datetime:
    """The moment (UTC) at which `hours` of working time have passed since `start`."""
    left = timedelta(hours=hours)
    day = start.astimezone(calendar.zone).date()
    for _ in range(_LONGEST):
        if day.weekday() in calendar.weekdays:
            opens = datetime.combine(day, calendar.begin, calendar.zone).astimezone(UTC)
            closes = datetime.combine(day, calendar.end, calendar.zone).astimezone(UTC)
            begin = max(opens, start.astimezone(UTC))
            if closes - begin >= left:
                return begin + left
            left -= max(closes - begin, timedelta())
        day += timedelta(days=1)
    return start.astimezone(UTC) + timedelta(hours=hours)
