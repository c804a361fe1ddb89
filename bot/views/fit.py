"""Make a message fit Slack as a whole: what is longest gives way first, and says so (pure).

Beyond the limits of each block Slack takes 50 blocks and, as observed (msg_blocks_too_long),
13,000 characters of text in all of them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.compact import compact
from bot.views.blocks import MESSAGE_BLOCKS, context, shortened
from bot.views.message import Block

ALL_TEXT = 12_500
_LEAST = 200
"""Characters that a text keeps while others can give way."""


def fit(blocks: Sequence[Block], firm: Sequence[Block] = ()) -> list[Block]:
    """The blocks, cut down where together they are too much. `firm` ones give way last, what a
    person can press or must know at once (buttons, headers) never.
    """
    if len(blocks) <= MESSAGE_BLOCKS and len(compact(blocks)) <= ALL_TEXT:
        return list(blocks)  # as nearly always: JSON is never shorter than the text in it
    kept = _few_enough(list(blocks), firm)
    firm_ids = {id(block) for block in firm}
    for is_firm, least in ((False, _LEAST), (True, _LEAST), (False, 0), (True, 0)):
        over = sum(map(_length, kept)) - ALL_TEXT
        if over <= 0:
            break
        giving = [block for block in kept if (id(block) in firm_ids) is is_firm]
        lengths = [len(text) for block in giving for text in _texts(block)]
        limit = max(_limit(lengths, sum(lengths) - over), least, 1)
        for index, block in enumerate(kept):
            if any(block is each for each in giving):
                kept[index] = short = _shorter(block, limit)
                firm_ids |= {id(short)} if is_firm else set()
    return kept


def _few_enough(blocks: list[Block], firm: Sequence[Block]) -> list[Block]:
    """At most 50: of the rest the last give way, and a line in their place counts them."""
    if len(blocks) <= MESSAGE_BLOCKS:
        return blocks
    may_go = [
        block
        for block in blocks
        if block.get("type") not in ("actions", "header") and not any(block is f for f in firm)
    ]
    many = len(blocks) - MESSAGE_BLOCKS + 1
    gone = may_go[-many:] if len(may_go) >= many else blocks[MESSAGE_BLOCKS - 1 :]
    at = next(index for index, block in enumerate(blocks) if block is gone[0])
    left = [block for block in blocks if not any(block is each for each in gone)]
    left.insert(min(at, len(left)), context(f"… and {len(gone)} more parts"))
    return left


def _limit(lengths: Sequence[int], room: int) -> int:
    """The longest that each may be so that all of them take `room`: the short ones stay whole."""
    rest = sorted(lengths)
    while rest and rest[0] <= room // len(rest):
        room -= rest.pop(0)
    return room // len(rest) if rest else max(lengths, default=0)


def _shorter(block: Block, limit: int) -> Block:
    changed = dict(block)
    if "text" in block and block.get("type") == "section":
        changed["text"] = _short(block["text"], limit)
    for name in ("fields", "elements"):
        if name in block and block.get("type") in ("section", "context"):
            changed[name] = [_short(each, limit) for each in _list(block[name])]
    return changed


def _short(part: Any, limit: int) -> Any:
    if isinstance(part, Mapping) and part.get("type") == "mrkdwn":
        return {**part, "text": shortened(str(part["text"]), limit) or " "}
    return part


def _texts(block: Block) -> list[str]:
    """The texts of a block that can be cut."""
    if block.get("type") not in ("section", "context"):
        return []
    parts = [block.get("text"), *_list(block.get("fields")), *_list(block.get("elements"))]
    return [str(p["text"]) for p in parts if isinstance(p, Mapping) and p.get("type") == "mrkdwn"]


def _length(value: Any) -> int:
    """Every text in it, as Slack counts."""
    length = 0
    if isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(each, str):
                length += _length(each)
            elif key == "text":
                length += len(each)
    elif isinstance(value, list | tuple):
        for each in value:
            length += _length(each)
    return length


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
