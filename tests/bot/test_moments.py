"""Times as people type them, on the clock of their own wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.moments import length, moment

NOW = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)  # a Wednesday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", "2026-11-25 16:30"),
        ("1h 30m", "2026-11-25 16:00"),
        ("90min", "2026-11-25 16:00"),
        ("3d", "2026-11-28 14:30"),
        ("18:00", "2026-11-25 17:00"),
        ("15:30", "2026-11-26 14:30"),
        ("tomorrow 9", "2026-11-26 08:00"),
        ("Friday 17:00", "2026-11-27 16:00"),
        ("fri 17:00", "2026-11-27 16:00"),
        ("wednesday 16:00", "2026-11-25 15:00"),
        ("wednesday 15:00", "2026-12-02 14:00"),
        ("2026-12-24 12:00", "2026-12-24 11:00"),
        ("2026-12-24", "2026-12-23 23:00"),
        ("2026-12-24T12:00Z", "2026-12-24 12:00"),
        ("2026-12-24t12:00+02:00", "2026-12-24 10:00"),
    ],
)
def test_a_time_is_read_on_the_clock_of_whoever_typed_it(text: str, expected: str) -> None:
    assert f"{moment(text).resolve(NOW, BERLIN):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "text", ["2026-11-24", "today 9:00", "2020-01-01T00:00Z", "0h", "0001-01-02"]
)
def test_what_is_past_is_refused_and_says_which_time_that_is(text: str) -> None:
    with pytest.raises(UsageError, match=r"is in the past: \d+-\d\d-\d\d \d\d:\d\d UTC") as caught:
        moment(text).resolve(NOW, BERLIN)
    assert caught.value.field == "until"


@pytest.mark.parametrize("text", ["2030-01-01", "99999w", "9999-12-31"])
def test_what_is_more_than_a_year_ahead_is_a_slip(text: str) -> None:
    with pytest.raises(UsageError, match="more than a year"):
        moment(text).resolve(NOW, BERLIN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yesterday", "“yesterday” is in the past."),
        ("Yesterday 17:00", "“Yesterday 17:00” is in the past."),
        ("today", "“today” says no time of day: today 18:00?"),
        ("fri", "“fri” says no time of day: friday 18:00?"),
    ],
)
def test_a_day_without_a_time_and_a_day_that_is_over_are_told_as_such(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        moment(text)
    assert caught.value.message == said


def test_a_mistyped_day_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"Did you mean friday\?"):
        moment("firday 17:00")


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_moment_ahead_or_a_usage_error(text: str) -> None:
    try:
        found = moment(text).resolve(NOW, BERLIN)
    except UsageError:
        return
    assert found > NOW
    assert found.tzinfo == UTC


@given(st.integers(0, 365 * 24 * 60))
def test_the_clock_shows_the_time_asked_for_whenever_clocks_change(minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    found = moment("09:30").resolve(now, BERLIN).astimezone(BERLIN)
    assert (found.hour, found.minute) == (9, 30)
    assert timedelta() < found - now <= timedelta(hours=25)


def test_lengths_are_lengths_alone() -> None:
    assert length("1h30m", "for") == timedelta(minutes=90)
    for wrong in ("18:00", "", "h", "0m", "-2h"):
        with pytest.raises(UsageError, match="length of time"):
            length(wrong, "for")


def test_a_day_that_is_over_is_not_mistaken_for_another_one() -> None:
    with pytest.raises(UsageError) as caught:
        moment("yesterday")
    assert "Did you mean" not in caught.value.message
    with pytest.raises(UsageError, match="Did you mean saturday"):
        moment("satuday 18:00")
