"""Block Kit as Slack takes it: what is refused, and what Slack fills in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

Json = dict[str, Any]


def with_ids(blocks: Sequence[Json], mint: Callable[[], str]) -> tuple[Json, ...]:
    """A copy in which every block has a block_id and every element an action_id.

    Slack makes up the ones that an app leaves out; interactions refer to them.
    """
    return tuple(_with_ids(deepcopy(block), mint) for block in blocks)


def _with_ids(block: Json, mint: Callable[[], str]) -> Json:
    block.setdefault("block_id", mint())
    elements = [*block.get("elements", []), *block.get("actions", [])]
    elements += [block[key] for key in ("accessory", "element") if key in block]
    for element in elements:
        if element.get("type") == "card":
            _with_ids(element, mint)
        elif element.get("type") not in _PASSIVE and block["type"] in _INTERACTIVE:
            element.setdefault("action_id", mint())
    for child in block.get("child_blocks", []):
        _with_ids(child, mint)
    return block


_PASSIVE = {"image", "plain_text", "mrkdwn"}
_INTERACTIVE = {"actions", "section", "input", "context_actions", "card"}
