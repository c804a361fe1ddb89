"""A length of time in words, to the minute (pure)."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

_JITTER = 0.9
"""Seconds by which two readings of the clock for one act may differ."""


def span(begin: datetime, end: datetime) -> str:
    """A length of time to the minute, rounded up: 1 min, 2 h, 2 h 5 min, 3 days. A second over a
    whole minute is none: two clocks were read for it.
    """
    return _minutes(max(1, math.ceil(((end - begin).total_seconds() - _JITTER) / 60)))


def lasted(length: timedelta) -> str:
    """For how long something is known to hold, rounded down: it claims no minute that was not."""
    minutes = int((length.total_seconds() + _JITTER) // 60)
    return _minutes(minutes) if minutes else "less than a minute"


def _minutes(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days"
