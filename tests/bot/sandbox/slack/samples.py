"""Blocks that Slack takes, and the same with something wrong in them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Hello.", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text)} | more


def button(text: str = "Go", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text)} | more


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)} | more


def options(count: int) -> list[dict[str, Any]]:
    return [{"text": plain(f"{number}"), "value": f"{number}"} for number in range(count)]


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [part]}


def cell(text: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


GOOD: list[dict[str, Any]] = [
    section(fields=[mrkdwn("a"), plain("b")], accessory=button(action_id="run:x", value="y")),
    {"type": "section", "fields": [mrkdwn("only fields")]},
    {"type": "header", "text": plain("Title")},
    {"type": "divider", "block_id": "line"},
    {"type": "context", "elements": [mrkdwn("small"), plain("print")]},
    actions(
        button(style="primary", confirm={"text": mrkdwn("Sure?"), "confirm": plain("Yes")}),
        {"type": "overflow", "options": options(5)},
        {"type": "static_select", "options": options(100), "initial_option": options(1)[0]},
        {"type": "users_select", "placeholder": plain("Who")},
        {"type": "datepicker", "initial_date": "2026-11-23"},
    ),
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"},
    rich(
        {"type": "text", "text": "bold", "style": {"bold": True}},
        {"type": "link", "url": "https://example.com", "text": "there"},
        {"type": "user", "user_id": "U0DANA"},
        {"type": "emoji", "name": "rocket"},
        {"type": "date", "timestamp": 1764000000, "format": "{date}", "fallback": "then"},
    ),
    {"type": "markdown", "text": "# Title"},
    {"type": "table", "rows": [[cell("a"), cell("b")], [cell("c"), rich()]]},
    {
        "type": "data_visualization",
        "title": "Deployments",
        "chart": {
            "type": "bar",
            "series": [{"name": "staging", "data": [{"label": "Mon", "value": 3}]}],
            "axis_config": {"categories": ["Mon"]},
        },
    },
    {
        "type": "plan",
        "title": "Waves",
        "tasks": [{"type": "task_card", "task_id": "1", "title": "Sync", "status": "complete"}],
    },
    {"type": "container", "title": plain("More"), "child_blocks": [section()]},
    {"type": "card", "title": mrkdwn("staging"), "actions": [button(action_id="a")]},
]


JUNK: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})
)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A good block with junk in some place of it."""
    block = deepcopy(draw(st.sampled_from(GOOD)))
    place: Any = block
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, (dict, list)) or not inner or draw(st.booleans()):
            place[key] = draw(JUNK)
            return block
        place = inner
