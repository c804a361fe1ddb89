"""Schedules as crontab(5) reads them, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cron import Cron, Windows

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 18 * * 5", "2026-11-27 18:00"),  # Friday, not Saturday
        ("0 18 * * fri", "2026-11-27 18:00"),
        ("0 9 * * 0", "2026-11-29 09:00"),
        ("0 9 * * 7", "2026-11-29 09:00"),
        ("0 9 * * 1-5", "2026-11-25 09:00"),
        ("0 9 * * sat-mon", "2026-11-28 09:00"),
        ("0 9 * * 6,0", "2026-11-28 09:00"),
        ("0 9 * * */3", "2026-11-25 09:00"),
        ("30 2 24 12 *", "2026-12-24 02:30"),
        ("*/15 * * * *", "2026-11-25 00:00"),
    ],
)
def test_weekdays_are_those_of_crontab(text: str, expected: str) -> None:
    wednesday = utc("2026-11-25 00:00")
    assert Cron(text, ZoneInfo("UTC")).next_from(wednesday) == utc(expected)


@pytest.mark.parametrize(
    "text",
    ["", "0 18 * *", "0 25 * * *", "0 18 * * 8", "0 18 * * freitag", "0 18 1 * 5", "0 18 * * 1-"],
)
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Cron(text, BERLIN)


def test_a_window_is_shut_from_its_beginning_to_its_end() -> None:
    windows = Windows(Cron("0 18 * * 5", BERLIN), 60 * HOUR)
    ends = utc("2026-11-30 05:00")
    assert windows.until(utc("2026-11-27 16:59")) is None
    assert windows.until(utc("2026-11-27 17:00")) == ends
    assert windows.until(ends - timedelta(seconds=1)) == ends
    assert windows.until(ends) is None


def test_windows_that_touch_are_one() -> None:
    windows = Windows(Cron("0 0 * * 6,0", ZoneInfo("UTC")), 24 * HOUR)
    assert windows.until(utc("2026-11-28 12:00")) == utc("2026-11-30 00:00")
    assert windows.leave_a_gap
    assert not Windows(Cron("0 0 * * *", ZoneInfo("UTC")), 24 * HOUR).leave_a_gap


def test_a_window_lasts_as_long_as_it_says_when_clocks_change() -> None:
    nightly = Windows(Cron("0 1 * * *", BERLIN), 4 * HOUR)
    spring = nightly.until(utc("2026-03-29 00:00"))
    autumn = nightly.until(utc("2026-10-24 23:00"))
    assert spring == utc("2026-03-29 04:00")  # 01:00 is 00:00 UTC; it ends at 06:00
    assert autumn == utc("2026-10-25 03:00")  # 01:00 is 23:00 UTC; it ends at 04:00


def test_a_time_that_clocks_skip_is_not_lost() -> None:
    found = Cron("30 2 * * *", BERLIN).next_from(utc("2026-03-28 12:00"))
    assert found == utc("2026-03-29 01:30")
