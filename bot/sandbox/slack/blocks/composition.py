"""The small objects that blocks and elements are composed of: text, options, confirmations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.blocks import limits
from bot.sandbox.slack.blocks.rules import (
    Rule,
    Shape,
    boolean,
    by_type,
    exactly_one,
    listing,
    number,
    one_of,
    problem,
    shapes,
    string,
    url,
)

block_id = string(limits.ID)
action_id = string(limits.ID)


def plain_text(most: int) -> Shape:
    """A plain_text object of at most so many characters."""
    return Shape("plain_text", {"text": string(most)}, {"emoji": boolean})


def mrkdwn(most: int) -> Shape:
    """A mrkdwn object of at most so many characters."""
    return Shape("mrkdwn", {"text": string(most)}, {"verbatim": boolean})


def text(most: int) -> Rule:
    """Either kind of text."""
    return by_type(shapes(plain_text(most), mrkdwn(most)))


confirm = Shape(
    "",
    {"text": text(limits.CONFIRM_TEXT)},
    {
        "title": plain_text(limits.CONFIRM_TITLE),
        "confirm": plain_text(limits.CONFIRM_BUTTON),
        "deny": plain_text(limits.CONFIRM_BUTTON),
        "style": one_of("primary", "danger"),
    },
)

_DESCRIBED: dict[str, Rule] = {
    "value": string(limits.OPTION_VALUE),
    "description": text(limits.OPTION_DESCRIPTION),
}
plain_option = Shape("", {"text": plain_text(limits.OPTION_TEXT)}, _DESCRIBED)
rich_option = Shape("", {"text": text(limits.OPTION_TEXT)}, _DESCRIBED)
overflow_option = Shape(
    "", {"text": plain_text(limits.OPTION_TEXT)}, {**_DESCRIBED, "url": url(limits.URL)}
)
option_group = Shape(
    "",
    {
        "label": plain_text(limits.OPTION_GROUP_LABEL),
        "options": listing(plain_option, limits.OPTIONS, 1),
    },
)


def initial_is_offered(value: Any, at: str) -> Iterator[str]:
    """What a select starts with is one of its options, exactly."""
    groups = value.get("option_groups") or []
    offered = [*(value.get("options") or []), *(one for g in groups for one in g["options"])]
    first = value.get("initial_option")
    if first is not None and first not in offered:
        yield problem("initial_option must match one of the options", f"{at}/initial_option")
    for index, one in enumerate(value.get("initial_options") or []):
        if one not in offered:
            pointer = f"{at}/initial_options/{index}"
            yield problem("initial_options must match the options", pointer)


dispatch_action_config = Shape(
    "",
    optional={
        "trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 2, 1)
    },
)
conversation_filter = Shape(
    "",
    optional={
        "include": listing(one_of("im", "mpim", "private", "public"), 4, 1),
        "exclude_bot_users": boolean,
        "exclude_external_shared_channels": boolean,
    },
)
slack_file = Shape(
    "", optional={"id": string(limits.ID), "url": url(limits.URL)}, also=(exactly_one("id", "url"),)
)
_PICTURE: dict[str, Rule] = {"image_url": url(limits.IMAGE_URL), "slack_file": slack_file}
image_element = Shape(
    "image",
    {"alt_text": string(limits.IMAGE_ALT)},
    _PICTURE,
    also=(exactly_one("image_url", "slack_file"),),
)
image_block = Shape(
    "image",
    {"alt_text": string(limits.IMAGE_ALT)},
    {**_PICTURE, "title": plain_text(limits.IMAGE_TITLE), "block_id": block_id},
    also=(exactly_one("image_url", "slack_file"),),
)
unix_time = number(1_000_000_000, 9_999_999_999)
