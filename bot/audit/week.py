"""The weeks that digests are about: from Monday 08:00 to Monday 08:00, UTC (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_BEGINS = timedelta(hours=8)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """One week; `name` is that of the ISO week in which it begins: "2026-W48"."""

    name: str
    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether the moment is within it."""
        return self.begins <= moment < self.ends


def last_week(now: datetime) -> Week:
    """The newest week that is over (`now` in UTC)."""
    moment = now - _BEGINS
    monday = (moment - timedelta(days=moment.weekday())).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    begins = monday - _WEEK
    year, number, _ = begins.isocalendar()
    return Week(f"{year}-W{number:02}", begins + _BEGINS, monday + _BEGINS)
