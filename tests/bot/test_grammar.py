"""What people type, and what is made of it."""

# ruff: noqa: RUF001 -- look-alike characters are what these stories are about
from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import Option
from bot.errors import UsageError
from bot.grammar import Words, brief, join, nearest, read, split

OPTIONS = (
    Option("reason", "Why", value="text"),
    Option("dry-run", "Change nothing"),
    Option("tail", "Lines", value="n"),
)

lines = st.text(
    st.sampled_from("ab -—–−=\"'“”‘’«»\\\n\t\u00a0éß💥") | st.characters(codec="utf-8"), max_size=60
)


def words(line: str) -> Words:
    return read(line, OPTIONS)


def mistake(line: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        words(line)
    return caught.value


def test_words_and_options_may_stand_anywhere() -> None:
    assert words("staging --dry-run sha-abc1234 --reason hotfix user-svc") == Words(
        ("staging", "sha-abc1234", "user-svc"), {"dry-run": "", "reason": "hotfix"}
    )


@pytest.mark.parametrize(
    "line",
    [
        'staging --reason "fix the login"',
        "staging --reason 'fix the login'",
        "staging --reason “fix the login”",
        "staging --reason „fix the login“",
        "staging --reason ‘fix the login’",
        "staging --reason «fix the login»",
        "staging --reason=“fix the login”",
        'staging —reason "fix the login"',
        'staging –reason="fix the login"',
        'staging −−reason "fix the login"',
        'staging\u00a0--reason\u2003"fix the login"',
    ],
)
def test_quotes_and_dashes_come_as_editors_leave_them(line: str) -> None:
    assert words(line) == Words(("staging",), {"reason": "fix the login"})


def test_a_dash_inside_a_word_becomes_a_hyphen() -> None:
    assert words("staging sha–abc1234 —dry‑run") == Words(
        ("staging", "sha-abc1234"), {"dry-run": ""}
    )


def test_an_apostrophe_is_no_quote() -> None:
    assert words("don't it’s --reason “Dana's”").positional == ("don't", "it’s")


def test_a_quote_within_a_word_closes_nothing() -> None:
    assert words('--reason "bump a"b version"').value("reason") == 'bump a"b version'
    assert words('--reason "a \\"b\\" c"').value("reason") == 'a "b" c'


def test_quoted_words_and_those_after_two_dashes_are_no_options() -> None:
    assert words('"--dry-run" -- --reason x').positional == ("--dry-run", "--reason", "x")
    assert words('--reason "--dry-run"').value("reason") == "--dry-run"


def test_an_empty_word_in_quotes_is_a_word() -> None:
    assert words('staging ""').positional == ("staging", "")


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("--reson x", "There is no option “--reson”.", "Did you mean --reason?"),
        ("-dry-run", "There is no option “-dry-run”.", "Did you mean --dry-run?"),
        ("--zzz", "There is no option “--zzz”.", "The options are --reason, --dry-run, --tail."),
        ("--reason", "--reason needs a value.", ""),
        ("--reason --dry-run", "--reason needs a value.", ""),
        ("--dry-run=yes", "--dry-run takes no value.", ""),
        ("--dry-run --dry-run", "--dry-run is given twice.", ""),
        ('--reason "fix', 'The quote that opens at "fix is never closed.', ""),
    ],
)
def test_a_usage_error_names_the_mistake_and_what_was_meant(
    line: str, said: str, hint: str
) -> None:
    error = mistake(line)
    assert (error.message, error.hint) == (said, hint)


def test_missing_and_surplus_words_are_named() -> None:
    with pytest.raises(UsageError, match=r"The environment is missing\.") as caught:
        words("").take(0, "environment")
    assert caught.value.field == "environment"
    with pytest.raises(UsageError, match="“c” is one word too many"):
        words("a b c").at_most(2)


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "٣", "9" * 40, "101", ""])
def test_numbers_are_whole_and_within_limits(text: str) -> None:
    with pytest.raises(UsageError, match="--tail takes a whole number from 1 to 100"):
        Words((), {"tail": text}).number("tail", 10, least=1, most=100)


def test_a_number_that_is_not_given_is_the_default() -> None:
    assert words("").number("tail", 10) == 10
    assert words("--tail 25").number("tail", 10) == 25


@given(lines)
def test_nothing_but_a_usage_error_ever_comes_of_a_line(line: str) -> None:
    with contextlib.suppress(UsageError):
        read(line, OPTIONS)


@given(lines)
def test_a_usage_error_is_one_short_line(line: str) -> None:
    try:
        read(line, OPTIONS)
    except UsageError as error:
        said = f"{error.message} {error.hint}"
    else:
        said = ""
    assert len(said) < 250
    assert len(said.splitlines()) < 2


@given(st.lists(st.text(max_size=20), max_size=6))
def test_joined_words_are_split_into_the_same_words(each: list[str]) -> None:
    assert [token.text for token in split(join(each))] == each


@given(st.lists(st.text(max_size=20), max_size=4), st.text(max_size=20))
def test_a_joined_line_is_read_as_the_same_words_and_options(each: list[str], reason: str) -> None:
    line = f"{join(each)} --reason {join([reason])}"
    assert read(line, OPTIONS) == Words(tuple(each), {"reason": reason})


@given(st.text(max_size=300))
def test_brief_is_one_line_of_bounded_length(word: str) -> None:
    shown = brief(word)
    assert len(shown) <= 60
    assert len(shown.splitlines()) <= 1


def test_nearest_finds_typing_mistakes_and_parts_of_names() -> None:
    names = ("staging", "production", "redis-cluster-ha", "redis-sentinel-ha")
    assert nearest("stagin", names) == ("staging",)
    assert nearest("PRODUCTION", names) == ("production",)
    assert nearest("redis", names) == ("redis-cluster-ha", "redis-sentinel-ha")
    assert nearest("xyz", names) == ()
    assert nearest("postgres", ("stage", "stg", "prod")) == ()
    assert nearest("a" * 100_000, names) == ()


@given(st.text(max_size=100), st.lists(st.text(max_size=20)))
def test_nearest_names_only_candidates(word: str, candidates: list[str]) -> None:
    assert set(nearest(word, candidates)) <= set(candidates)


@pytest.mark.parametrize("line", ["--aftr d4k2m9q", "--nothing"])
def test_an_option_that_only_buttons_say_is_taken_and_never_offered(line: str) -> None:
    own = (Option("all", "All"), Option("after", "Only then", value="id", listed=False))
    assert read("--after d4k2m9q", own).value("after") == "d4k2m9q"
    with pytest.raises(UsageError) as caught:
        read(line, own)
    assert caught.value.hint == "The option is --all."
