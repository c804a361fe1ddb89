"""The blocks themselves, and on which surfaces each may stand."""

from __future__ import annotations

from bot.sandbox.slack.blocks import limits
from bot.sandbox.slack.blocks.composition import (
    block_id,
    image_block,
    image_element,
    mrkdwn,
    plain_text,
    text,
)
from bot.sandbox.slack.blocks.data import chart_block, data_table, table
from bot.sandbox.slack.blocks.elements import (
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    button,
    feedback_buttons,
    icon_button,
)
from bot.sandbox.slack.blocks.rich_text import rich_text
from bot.sandbox.slack.blocks.rules import (
    Rule,
    Shape,
    at_least_one,
    boolean,
    by_type,
    listing,
    one_of,
    shapes,
    string,
    url,
)

_ID: dict[str, Rule] = {"block_id": block_id}

SIMPLE = shapes(
    Shape(
        "section",
        optional={
            **_ID,
            "text": text(limits.SECTION_TEXT),
            "fields": listing(text(limits.SECTION_FIELD), limits.SECTION_FIELDS, 1),
            "accessory": by_type(IN_SECTION),
            "expand": boolean,
        },
        also=(at_least_one("text", "fields"),),
    ),
    Shape("header", {"text": plain_text(limits.HEADER_TEXT)}, _ID),
    Shape("divider", optional=_ID),
    Shape(
        "context",
        {
            "elements": listing(
                by_type(
                    {
                        "image": image_element,
                        "mrkdwn": mrkdwn(limits.SECTION_TEXT),
                        "plain_text": plain_text(limits.SECTION_TEXT),
                    }
                ),
                limits.CONTEXT_ELEMENTS,
                1,
            )
        },
        _ID,
    ),
    Shape("actions", {"elements": listing(by_type(IN_ACTIONS), limits.ACTIONS, 1)}, _ID),
    image_block,
    Shape(
        "input",
        {"label": plain_text(limits.INPUT_LABEL), "element": by_type(IN_INPUT)},
        {
            **_ID,
            "hint": plain_text(limits.INPUT_HINT),
            "optional": boolean,
            "dispatch_action": boolean,
        },
    ),
    rich_text,
    table,
)
card = Shape(
    "card",
    optional={
        **_ID,
        "title": mrkdwn(limits.CARD_TITLE),
        "subtitle": mrkdwn(limits.CARD_SUBTITLE),
        "body": mrkdwn(limits.CARD_BODY),
        "icon": image_element,
        "hero_image": image_element,
        "actions": listing(button, limits.CARD_ACTIONS, 1),
    },
    also=(at_least_one("hero_image", "title", "actions", "body"),),
)
_source = Shape("url", {"url": url(limits.URL), "text": string(limits.SECTION_TEXT)})
task_card = Shape(
    "task_card",
    {
        "task_id": string(limits.ID),
        "title": string(limits.SECTION_TEXT),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {**_ID, "details": rich_text, "output": rich_text, "sources": listing(_source, 100)},
)
RICHER = shapes(
    Shape("markdown", {"text": string(limits.MARKDOWN_TEXT)}, _ID),
    Shape(
        "context_actions",
        {
            "elements": listing(
                by_type(shapes(icon_button, feedback_buttons)), limits.CONTEXT_ACTIONS, 1
            )
        },
        _ID,
    ),
    Shape(
        "alert",
        {"text": text(limits.ALERT_TEXT)},
        {**_ID, "level": one_of("default", "info", "warning", "error", "success")},
    ),
    card,
    Shape("carousel", {"elements": listing(card, limits.CAROUSEL_CARDS, 1)}, _ID),
    Shape(
        "container",
        {"child_blocks": listing(by_type(SIMPLE), limits.CONTAINER_BLOCKS, 1)},
        {
            **_ID,
            "title": plain_text(limits.CONTAINER_TITLE),
            "rich_text_title": rich_text,
            "subtitle": text(limits.CONTAINER_TITLE),
            "icon": image_element,
            "width": one_of("narrow", "standard", "wide", "full"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
    ),
    task_card,
    Shape(
        "plan",
        {"title": string(limits.SECTION_TEXT)},
        {**_ID, "tasks": listing(task_card, limits.PLAN_TASKS)},
    ),
    data_table,
    chart_block,
)
BLOCKS: dict[str, Shape] = {**SIMPLE, **RICHER}

_EVERYWHERE = frozenset({"message", "modal", "home"})
_NOT_IN_MODALS = frozenset({"message", "home"})
_MESSAGES = frozenset({"message"})
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(SIMPLE, _EVERYWHERE),
    **dict.fromkeys(
        ("table", "carousel", "container", "data_table", "data_visualization"), _NOT_IN_MODALS
    ),
    **dict.fromkeys(("markdown", "context_actions", "card", "task_card", "plan"), _MESSAGES),
    "alert": frozenset({"modal"}),
}
"""Block type -> the surfaces that take it."""
