"""What a message says: its text, blocks and metadata, held to Slack's rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.blocks import with_ids
from bot.sandbox.slack.blocks.check import check_message, too_long
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.refusal import Refusal, invalid
from bot.sandbox.slack.workspace import Workspace

METADATA_LIMIT = 16_000  # metadata_too_large; the documents give no number
FAULTS_OF_CONTENT = (
    "no_text",
    "invalid_blocks",
    "invalid_blocks_format",
    "markdown_text_conflict",
)
FAULTS_OF_METADATA = ("invalid_metadata_format", "metadata_too_large")


def said(workspace: Workspace, args: Json, *, too_much: str = "msg_too_long") -> dict[str, Any]:
    """The `text` and `blocks` of a message. Raises Refusal, `too_much` for too long blocks."""
    if args.get("markdown_text") and (args.get("text") or args.get("blocks")):
        raise Refusal("markdown_text_conflict")
    text = args.get("text") or args.get("markdown_text") or ""
    blocks = args.get("blocks") or []
    if not text and not blocks and not args.get("attachments"):
        raise Refusal("no_text")
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    problems = check_message(blocks)
    if problems:
        raise invalid("invalid_blocks", problems)
    if too_long(blocks):
        raise Refusal(too_much)
    return {"text": text, "blocks": with_ids(blocks, workspace.mint)}


def metadata(args: Json) -> Mapping[str, Any] | None:
    """The message's metadata, None for none or `{}`. Raises Refusal."""
    given = args.get("metadata")
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise Refusal("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(given)) > METADATA_LIMIT:
        raise Refusal("metadata_too_large")
    return given
