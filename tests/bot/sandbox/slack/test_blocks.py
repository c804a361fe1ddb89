"""Blocks that Slack refuses are refused, with Slack's words and a pointer to the place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.slack.blocks.check import check_message, check_view, too_long
from tests.bot.sandbox.slack.samples import (
    GOOD,
    actions,
    button,
    cell,
    mrkdwn,
    options,
    plain,
    section,
    spoilt,
)


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_a_good_block_is_taken(block: dict[str, Any]) -> None:
    assert check_message([block]) == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "sektion"}, "unsupported type: sektion [json-pointer:/blocks/0/type]"),
        ({"text": plain("x")}, "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": "section"}, "missing required field: text or fields [json-pointer:/blocks/0]"),
        (
            section("x" * 3001),
            "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        ),
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (
            section(fields=[plain("x")] * 11),
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
        (
            {"type": "section", "text": {**mrkdwn("x"), "emoji": True}},
            "invalid additional property: emoji [json-pointer:/blocks/0/text]",
        ),
        (
            {"type": "header", "text": mrkdwn("x")},
            "must be of type plain_text [json-pointer:/blocks/0/text/type]",
        ),
        (
            actions(*[button()] * 26),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (
            actions(button("x" * 76)),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            actions(button(style="default")),
            "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions(button(url="example.com")),
            "must be a valid URL [json-pointer:/blocks/0/elements/0/url]",
        ),
        (
            actions(button(action_id="a"), button(action_id="a")),
            (
                '`action_id` "a" already exists in this block '
                "[json-pointer:/blocks/0/elements/1/action_id]"
            ),
        ),
        (
            actions({"type": "static_select", "options": options(101)}),
            "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions(
                {"type": "static_select", "options": options(2), "initial_option": options(3)[2]}
            ),
            (
                "initial_option must match one of the options "
                "[json-pointer:/blocks/0/elements/0/initial_option]"
            ),
        ),
        (
            actions({"type": "plain_text_input"}),
            "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {"type": "context", "elements": [button()]},
            "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {"type": "alert", "text": plain("Careful.")},
            "unsupported type: alert [json-pointer:/blocks/0/type]",
        ),
        (
            {"type": "table", "rows": [[cell("a"), cell("b")], [cell("c")]]},
            "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
        ),
        (
            {"type": "image", "alt_text": "x"},
            "missing required field: image_url or slack_file [json-pointer:/blocks/0]",
        ),
    ],
)
def test_a_bad_block_is_refused_with_its_place(block: dict[str, Any], problem: str) -> None:
    assert check_message([block]) == [problem]


@given(st.lists(spoilt(), max_size=3))
def test_whatever_is_sent_is_judged_and_never_an_exception(blocks: list[Any]) -> None:
    check_message(blocks)
    check_view({"type": "modal", "title": plain("x"), "blocks": blocks})
    too_long(blocks)


def test_what_only_the_whole_message_shows() -> None:
    table = {"type": "table", "rows": [[cell("a")]]}
    assert check_message([{"type": "divider"}] * 50) == []
    assert check_message([{"type": "divider"}] * 51) == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]
    assert check_message([table, table]) == ["only 1 table allowed [json-pointer:/blocks]"]
    assert check_message([section(block_id="a"), section(block_id="a")]) == [
        '`block_id` "a" already exists in this surface [json-pointer:/blocks/1/block_id]'
    ]
    long = {"type": "markdown", "text": "x" * 6001}
    assert check_message([long, long]) == [
        "all markdown text must be less than 12001 characters [json-pointer:/blocks]"
    ]
    assert too_long([section("x" * 3000)] * 5)
    assert not too_long([section("x" * 3000)] * 4)


def test_views() -> None:
    question = {"type": "input", "label": plain("Tag"), "element": {"type": "plain_text_input"}}
    modal = {"type": "modal", "title": plain("Deploy"), "blocks": [question]}
    assert check_view(modal | {"submit": plain("Go")}) == []
    assert check_view(modal) == [
        "a view with input blocks needs a submit button [json-pointer:/view]"
    ]
    assert check_view({"type": "modal", "blocks": []}) == [
        "missing required field: title [json-pointer:/view]"
    ]
    assert check_view({"type": "home", "title": plain("x"), "blocks": []}) == [
        "invalid additional property: title [json-pointer:/view]"
    ]
    markdown = {"type": "home", "blocks": [{"type": "markdown", "text": "x"}]}
    assert check_view(markdown) == ["unsupported type: markdown [json-pointer:/view/blocks/0/type]"]


@pytest.mark.parametrize(
    "nonsense", [None, 1, "x", [], [[]], {"type": []}, {"type": "section", "text": 1}]
)
def test_nonsense_is_refused_and_never_an_exception(nonsense: Any) -> None:
    assert check_message([nonsense]) != []
    assert check_view(nonsense) != []
