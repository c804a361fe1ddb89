"""Whether Slack would take these blocks, or this view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.sandbox.slack.blocks import limits
from bot.sandbox.slack.blocks.composition import plain_text
from bot.sandbox.slack.blocks.layout import BLOCKS, SURFACES
from bot.sandbox.slack.blocks.rules import (
    Rule,
    Shape,
    boolean,
    by_type,
    listing,
    problem,
    shapes,
    string,
)

_VIEW: dict[str, Rule] = {
    "callback_id": string(limits.ID, 0),
    "external_id": string(limits.ID, 0),
    "private_metadata": string(limits.PRIVATE_METADATA, 0),
}
_title = plain_text(limits.VIEW_TITLE)
_MODAL: dict[str, Rule] = {
    **_VIEW,
    "submit": _title,
    "close": _title,
    "clear_on_close": boolean,
    "notify_on_close": boolean,
}
_blocks = listing(by_type(BLOCKS), limits.VIEW_BLOCKS)
VIEWS = shapes(
    Shape("modal", {"title": _title, "blocks": _blocks}, _MODAL),
    Shape("home", {"blocks": _blocks}, _VIEW),
)


def check_message(blocks: Sequence[Any]) -> list[str]:
    """What is wrong with a message's blocks, each with its JSON pointer; [] for nothing."""
    shape = listing(by_type(BLOCKS), limits.MESSAGE_BLOCKS)
    problems = list(shape(blocks, "/blocks"))
    return problems or list(_as_a_whole(blocks, "/blocks", "message"))


def check_view(view: Any) -> list[str]:
    """What is wrong with a view, each with its JSON pointer; [] for nothing."""
    problems = list(by_type(VIEWS)(view, "/view"))
    if problems:
        return problems
    problems = list(_as_a_whole(view["blocks"], "/view/blocks", view["type"]))
    asks = any(block["type"] == "input" for block in view["blocks"])
    if asks and view["type"] == "modal" and not view.get("submit"):
        problems.append(problem("a view with input blocks needs a submit button", "/view"))
    return problems


def too_long(blocks: Sequence[Any]) -> bool:
    """Whether all text of the blocks together is more than Slack takes in one message."""
    return sum(len(text) for block in blocks for text in _texts(block)) > limits.ALL_TEXT


def _as_a_whole(blocks: Sequence[Any], at: str, surface: str) -> Iterator[str]:
    yield from _misplaced(blocks, at, surface)
    yield from _duplicates(blocks, at)
    yield from _too_many(blocks, at)


def _misplaced(blocks: Sequence[Any], at: str, surface: str) -> Iterator[str]:
    for index, block in enumerate(blocks):
        kind = block["type"]
        if surface not in SURFACES[kind]:
            yield problem(f"unsupported type: {kind}", f"{at}/{index}/type")


def _duplicates(blocks: Sequence[Any], at: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and name in seen:
            pointer = f"{at}/{index}/block_id"
            yield problem(f'`block_id` "{name}" already exists in this surface', pointer)
        seen.add(name)
        yield from _same_actions(block.get("elements") or [], f"{at}/{index}/elements")


def _same_actions(elements: Sequence[Any], at: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, element in enumerate(elements):
        name = element.get("action_id")
        if name is not None and name in seen:
            pointer = f"{at}/{index}/action_id"
            yield problem(f'`action_id` "{name}" already exists in this block', pointer)
        seen.add(name)


def _too_many(blocks: Sequence[Any], at: str) -> Iterator[str]:
    for kind, most in (("table", limits.TABLES), ("data_visualization", limits.CHARTS)):
        if sum(block["type"] == kind for block in blocks) > most:
            yield problem(f"only {most} {kind} allowed", at)
    for kind, most in (
        ("markdown", limits.MARKDOWN_TEXT),
        ("table", limits.TABLE_TEXT),
        ("data_table", limits.DATA_TABLE_TEXT),
    ):
        texts = (text for block in blocks if block["type"] == kind for text in _texts(block))
        if sum(map(len, texts)) > most:
            yield problem(f"all {kind} text must be less than {most + 1} characters", at)


def _texts(value: Any) -> Iterator[str]:
    """Every `text` string anywhere in it."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
