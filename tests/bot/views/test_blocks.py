"""The builders escape what they are given and keep Slack's limits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.views.blocks import (
    actions,
    button,
    code,
    confirm,
    context,
    cut,
    escape,
    fence,
    header,
    link,
    plain,
    section,
    shortened,
    when,
)

nasty = st.text(st.sampled_from("<>&|`*_~@#! \n\r\tax") | st.characters(codec="utf-8"))
long = st.integers(0, 5000).flatmap(
    lambda size: nasty.map(lambda text: (text or "x") * (size // max(1, len(text)) + 1))
)
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


@pytest.fixture(scope="session")
def limits(contracts: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        (contracts / "slack" / "block-kit-limits.json").read_text()
    )
    return found


@given(nasty)
def test_nothing_that_slack_parses_survives_escaping(text: str) -> None:
    escaped = escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert not ENTITY.search(escaped)
    back = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == text


@example("<<<<", 7)
@given(nasty, st.integers(0, 30))
def test_a_cut_keeps_its_limit_and_never_halves_an_escape(text: str, limit: int) -> None:
    shown = cut(escape(text), limit)
    assert len(shown) <= limit
    assert not ENTITY.search(shown)
    if len(escape(text)) > limit > 0:
        assert shown.endswith("…")


@given(nasty)
def test_code_stays_one_piece_of_code_on_one_line(text: str) -> None:
    shown = code(text)
    assert shown.count("`") in (0, 2)
    assert "\n" not in shown
    assert "<" not in shown


@example("a ``` b ``````` c", 100)
@given(long, st.integers(8, 3000))
def test_a_fence_is_never_closed_from_within(text: str, limit: int) -> None:
    shown = fence(text, limit)
    assert len(shown) <= limit
    assert shown.count("```") == 2
    assert "<" not in shown


@given(nasty, nasty)
def test_a_link_has_one_address_and_one_label(url: str, label: str) -> None:
    shown = link(f"https://argocd.example/{url}", label)
    assert shown.count("<") == shown.count(">") <= 1
    assert shown.count("|") <= 1


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "", "https://a b", "https://a|b", "file:///etc/passwd", "<!here>"],
)
def test_what_is_no_web_address_becomes_no_link(url: str) -> None:
    assert link(url, "Argo <CD>") == "Argo &lt;CD&gt;"


def test_a_moment_is_shown_in_the_readers_own_time() -> None:
    assert when(datetime(2026, 11, 23, 9, 5, tzinfo=UTC)) == (
        "<!date^1795424700^{date_short_pretty} {time}|2026-11-23 09:05 UTC>"
    )


@given(long)
def test_texts_keep_slacks_limits(text: str) -> None:
    blocks = [
        header(text),
        section(escape(text), fields=[text] * 12),
        context(*[text] * 12),
        actions(*[button(text, f"run:a:{n}", style="danger") for n in range(30)]),
    ]
    lengths = {key: max(map(len, found)) for key, found in _texts(blocks).items()}
    assert lengths["header"] <= 150
    assert lengths["section"] <= 3000
    assert lengths["fields"] <= 2000
    assert lengths["button"] <= 75
    dialog = confirm(text, text, text, text)
    limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
    assert all(len(_text(dialog[part])) <= most for part, most in limits.items())


@pytest.mark.contract
def test_the_limits_are_slacks_own(limits: Mapping[str, Any]) -> None:
    text = "x" * 6000
    blocks, elements, dialog = (
        limits["blocks"],
        limits["elements"],
        limits["composition"]["confirm"],
    )
    found = _texts([header(text), section(text, fields=[text]), actions(button(text, "a"))])
    assert len(found["header"][0]) == blocks["header"]["text_max"]
    assert len(found["section"][0]) == blocks["section"]["text_max"]
    assert len(found["fields"][0]) == blocks["section"]["field_text_max"]
    assert len(found["button"][0]) == elements["button"]["text_max"]
    made = confirm(text, text, text, text)
    assert len(_text(made["title"])) == dialog["title_max"]
    assert len(_text(made["text"])) == dialog["text_max"]
    assert len(_text(made["confirm"])) == len(_text(made["deny"])) == dialog["confirm_max"]
    assert len(_list(context(*[text] * 40)["elements"])) == blocks["context"]["elements_max"]
    many = actions(*[button("x", str(n)) for n in range(40)])
    assert len(_list(many["elements"])) == blocks["actions"]["elements_max"]


def test_a_value_is_refused_rather_than_cut() -> None:
    button("Cancel", "run:cancel", "x" * 2000)
    with pytest.raises(ValueError, match="too long"):
        button("Cancel", "run:cancel", "x" * 2001)


def test_empty_text_is_still_a_text() -> None:
    assert plain("")["text"] == " "
    assert context()["elements"]


def _texts(blocks: list[Mapping[str, object]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, text in _walk(blocks):
        found.setdefault(kind, []).append(text)
    return found


def _walk(blocks: list[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        kind = str(block["type"])
        if "text" in block:
            yield kind, _text(block["text"])
        for each in _list(block.get("fields", [])):
            yield "fields", _text(each)
        for each in _list(block.get("elements", [])):
            yield ("button", _text(each["text"])) if "action_id" in each else (kind, _text(each))


def _text(part: object) -> str:
    assert isinstance(part, dict)
    return str(part["text"])


def _list(value: object) -> list[Any]:
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize("limit", range(20, 60))
def test_a_line_that_is_cut_within_a_fence_closes_it(limit: int) -> None:
    shown = shortened("so ```fence``` and ```fence``` and ```fence``` and more", limit)
    assert len(shown) <= limit
    assert shown.count("```") % 2 == 0
