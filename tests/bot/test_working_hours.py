"""So many working hours later."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.approvals import WorkingHours
from bot.working_hours import later

OFFICE = WorkingHours()
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = WorkingHours(time_zone="Europe/Berlin", begin=time(8), end=time(16))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-25 10:00", 4, "2026-11-25 14:00"),
        ("2026-11-25 16:00", 4, "2026-11-26 11:00"),  # over a night
        ("2026-11-25 22:00", 4, "2026-11-26 13:00"),
        ("2026-11-27 17:00", 4, "2026-11-30 12:00"),  # over a weekend
        ("2026-11-28 12:00", 1, "2026-11-30 10:00"),
        ("2026-11-25 09:00", 9, "2026-11-25 18:00"),
    ],
)
def test_nights_and_weekends_do_not_count(start: str, hours: float, end: str) -> None:
    assert later(utc(start), hours, OFFICE) == utc(end)


def test_the_day_that_the_clocks_change_is_as_long_as_every_other() -> None:
    assert later(utc("2026-03-27 14:00"), 2, BERLIN) == utc("2026-03-30 07:00")
    assert later(utc("2026-10-23 13:00"), 2, BERLIN) == utc("2026-10-26 08:00")


@given(
    st.integers(0, 730 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    st.floats(0.01, 40),
    st.floats(0.01, 40),
)
def test_the_end_is_later_and_within_working_hours(
    start: datetime, hours: float, more: float
) -> None:
    end = later(start, hours, BERLIN)
    local = end.astimezone(BERLIN.zone)
    assert end > start
    assert local.weekday() < 5
    assert time(8) <= local.time() <= time(16)
    assert later(start, hours + more, BERLIN) > end
