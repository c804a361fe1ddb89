"""What is too much for Slack gives way in order, and says so."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.views.blocks import actions, button, code, context, fence, header, link, section, shortened
from bot.views.fit import fit
from bot.views.message import Block, Message
from tests.bot.views.hostile import assert_fits, assert_harmless, every_text

BUTTONS = actions(button("Retry", "run:retry", "d1"))


def said(blocks: list[Block]) -> str:
    return every_text(Message("x", blocks))


def test_what_fits_stays_as_it_is() -> None:
    blocks = [header("Deploy"), section("one"), context("two"), BUTTONS]

    assert fit(blocks) == blocks


def test_the_longest_give_way_and_the_short_stay_whole() -> None:
    long = [section("\n".join(f"line {n} of {each}" for n in range(200))) for each in "abcdef"]
    blocks = [header("Deploy"), section("*Failed* after 12 s"), *long, BUTTONS]

    fitted = fit(blocks)

    assert_fits(Message("x", fitted))
    assert fitted[:2] == blocks[:2]
    assert fitted[-1] == BUTTONS
    assert "more lines" in said(fitted)


def test_what_is_firm_gives_way_last() -> None:
    reason = section("\n".join(["why " * 20] * 36))
    rest = [section("\n".join(["what " * 20] * 28)) for _ in range(6)]

    fitted = fit([*rest, reason, BUTTONS], firm=[reason])

    assert_fits(Message("x", fitted))
    assert reason in fitted


def test_when_all_is_firm_that_gives_way_too() -> None:
    reasons = [section("\n".join(["why " * 20] * 36)) for _ in range(8)]

    assert_fits(Message("x", fit([*reasons, BUTTONS], firm=reasons)))


def test_parts_beyond_fifty_are_counted_and_buttons_and_firm_parts_stay() -> None:
    parts = [section(f"part {n}") for n in range(90)]
    reason = section("why")

    fitted = fit([header("Deploy"), *parts, reason, BUTTONS], firm=[reason])

    assert len(fitted) == 50
    assert_fits(Message("x", fitted))
    assert (fitted[0], fitted[-2], fitted[-1]) == (header("Deploy"), reason, BUTTONS)
    assert "… and 44 more parts" in said(fitted)


def test_even_if_all_that_is_beyond_fifty_is_firm_it_fits() -> None:
    parts = [section(f"part {n}") for n in range(90)]

    assert_fits(Message("x", fit(parts, firm=parts)))


pieces = st.one_of(
    st.text(max_size=400).map(code),
    st.text(max_size=400).map(lambda text: link("https://argocd.example/a", text)),
    st.text(max_size=400).map(lambda text: fence(text, 300)),
    st.just("plain & simple".replace("&", "&amp;")),
)


@given(st.lists(pieces, min_size=1, max_size=12), st.integers(60, 400), st.sampled_from("\n "))
def test_a_shortened_text_is_short_and_leaves_nothing_open(
    parts: list[str], limit: int, between: str
) -> None:
    short = shortened(between.join(parts), limit)

    assert len(short) <= limit
    assert_harmless(short)
    spans = re.sub(r"```.*?```|<[^>]*>", "", short, flags=re.DOTALL)
    assert spans.count("`") % 2 == 0


def test_a_shortened_text_says_how_many_lines_are_left_out() -> None:
    text = "\n".join(f"line {n}" for n in range(100))

    short = shortened(text, 100)

    shown = short.splitlines()
    assert shown[0] == "line 0"
    assert shown[-1] == f"… and {100 - len(shown) + 1} more lines"
