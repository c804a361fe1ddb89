"""The line that somebody meant who left out quotes or dashes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import Option
from bot.errors import UsageError
from bot.grammar import read
from bot.mending import mended

OPTIONS = (
    Option("reason", "Why", value="text"),
    Option("until", "When it ends", value="time"),
    Option("limit", "How many", value="n"),
    Option("dry-run", "Only look"),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("staging --reason fix the login", 'staging --reason "fix the login"'),
        ("staging --reason=fix the login", 'staging --reason "fix the login"'),
        (
            "all --until friday 17:00 --reason the fair --dry-run",
            'all --until "friday 17:00" --reason "the fair" --dry-run',
        ),
        ("staging until 2h reason the fair", 'staging --until 2h --reason "the fair"'),
        ("staging dry-run", "staging --dry-run"),
        ("staging limit 3", "staging --limit 3"),
        ("staging —reason don't stop", 'staging --reason "don\'t stop"'),
    ],
)
def test_quotes_and_dashes_are_put_where_they_lack(typed: str, meant: str) -> None:
    assert mended(typed, OPTIONS) == meant


@pytest.mark.parametrize(
    "line",
    [
        "",
        "staging",
        'staging --reason "fix the login" user-svc',
        "staging --reason fix",
        "reason",
        'staging "until" 2h',
        'staging --reason "never closed',
        "staging --reason",
        "staging --unknown word",
    ],
)
def test_nothing_is_offered_for_a_line_that_says_the_same(line: str) -> None:
    assert mended(line, OPTIONS) == ""


@given(st.text(alphabet='ab -="reasonuntil', max_size=40))
def test_what_is_mended_needs_no_mending(line: str) -> None:
    once = mended(line, OPTIONS)
    assert mended(once, OPTIONS) == ""
    with contextlib.suppress(UsageError):
        read(once, OPTIONS)
