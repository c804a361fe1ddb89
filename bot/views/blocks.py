"""The few builders that escape text and keep Slack's limits (pure).

Limits: https://docs.slack.dev/reference/block-kit. Text longer than its limit is cut and ends
in "…", or in the number of lines that are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.views.message import Block

Element = dict[str, object]

SECTION_TEXT = 3000
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS = 25
MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 4000

_URL = re.compile(r"https?://[^\s<>|]+", re.ASCII)
_ENTITY_CUT = re.compile(r"&(?:a(?:mp?)?|[lg]t?)?$")
_MORE_LINES = "\n… and {} more line{}"
_FENCE = "\n```"
_WORTH_CUTTING = 80


def escape(text: str) -> str:
    """Untrusted text for mrkdwn: no mention, link or broadcast survives in it.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters; never within an escape, a cut ends in "…"."""
    if len(text) <= limit:
        return text
    return _ENTITY_CUT.sub("", text[: limit - 1]) + "…" if limit > 0 else ""


def shortened(text: str, limit: int) -> str:
    """Escaped mrkdwn in at most `limit` characters: whole lines as far as they go, then how many
    are left out; a link, a code span or a fence that is cut into is left closed.
    """
    if len(text) <= limit:
        return text
    lines = text.split("\n")
    if len(lines) == 1:
        return _cut_line(text, limit)
    room = limit - len(_MORE_LINES.format(len(lines), "s")) - len(_FENCE)
    kept: list[str] = []
    for line in lines:
        if len(line) >= room:
            break
        kept.append(line)
        room -= len(line) + 1
    if len(kept) < len(lines) and (room > _WORTH_CUTTING or not kept):
        kept.append(_cut_markup(lines[len(kept)], max(room, 1)))
    left = len(lines) - len(kept)
    body = "\n".join(kept)
    open_fence = _FENCE if body.count("```") % 2 else ""
    more = _MORE_LINES.format(left, "s" * (left > 1)) if left > bool(open_fence) else ""
    return (body + open_fence + more)[:limit]


def _cut_line(line: str, limit: int) -> str:
    """The only line there is; a fence that somebody else's text opened in it is closed again."""
    body = _cut_markup(line, limit)[:limit]
    if body.count("```") % 2 == 0:
        return body
    body = _cut_markup(line, max(limit - len(_FENCE), 1))[: max(limit - len(_FENCE), 0)]
    return body + _FENCE if body.count("```") % 2 else body


def _cut_markup(line: str, limit: int) -> str:
    short = _whole(line[: max(limit - 1, 0)])
    if _in_code(short):
        short = _whole(line[: max(limit - 2, 0)])
    return short + "…" + "`" * _in_code(short)


def _whole(text: str) -> str:
    """Without an escape or a link that it ends within."""
    text = _ENTITY_CUT.sub("", text)
    return text[: text.rfind("<")] if text.rfind("<") > text.rfind(">") else text


def _in_code(text: str) -> bool:
    return text.replace("```", "").count("`") % 2 == 1


def code(text: str) -> str:
    """Untrusted text between backticks, on one line; its own backticks become quotes."""
    inner = escape(" ".join(text.split())).replace("`", "'")
    return f"`{inner}`" if inner else ""


def fence(text: str, limit: int = SECTION_TEXT) -> str:
    """Untrusted lines in a code block, the fence included in `limit`; a cut says of how many."""
    inner = escape(text.replace("\r", "")).replace("```", "'''")
    return f"```\n{shortened(inner, limit - 8)}\n```"


def link(url: str, label: str) -> str:
    """A mrkdwn link with an untrusted label, or the escaped label where the URL is no web URL."""
    shown = escape(" ".join(label.split())).replace("|", "¦").replace("`", "'")
    return f"<{escape(url)}|{shown or 'link'}>" if _URL.fullmatch(url) else shown


def when(at: datetime) -> str:
    """A moment that each reader's Slack shows in their own time zone; UTC where it cannot."""
    fallback = at.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def moment(at: datetime) -> str:
    """The time of day to the second, in each reader's own time zone."""
    fallback = at.strftime("%H:%M:%S UTC")
    return f"<!date^{int(at.timestamp())}^{{time_secs}}|{fallback}>"


def plain(text: str, limit: int = SECTION_TEXT) -> Element:
    """Untrusted text as a plain_text object, which needs no escaping."""
    return {"type": "plain_text", "text": cut(text, limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int = SECTION_TEXT) -> Element:
    """Text that is escaped already, as a mrkdwn object that looks for no names or links."""
    return {"type": "mrkdwn", "text": shortened(text, limit) or " ", "verbatim": True}


def header(text: str) -> Block:
    """One line in large type; plain text."""
    return {"type": "header", "text": plain(" ".join(text.split()), HEADER_TEXT)}


def section(
    text: str, *, fields: Sequence[str] = (), accessory: Element | None = None, block_id: str = ""
) -> Block:
    """A paragraph of mrkdwn, escaped by the caller; up to ten `fields` in two columns."""
    block: dict[str, object] = {"type": "section"}
    if text or not fields:
        block["text"] = mrkdwn(text)
    if fields:
        block["fields"] = [mrkdwn(each, 2000) for each in fields[:10]]
    if accessory is not None:
        block["accessory"] = accessory
    if block_id:
        block["block_id"] = block_id
    return block


def context(*texts: str) -> Block:
    """Small print: pieces of mrkdwn, escaped by the caller; beyond ten they are counted."""
    kept = [text for text in texts if text]
    if len(kept) > CONTEXT_ELEMENTS:
        more = len(kept) - CONTEXT_ELEMENTS + 1
        kept = [*kept[: CONTEXT_ELEMENTS - 1], f"… and {more} more"]
    return {"type": "context", "elements": [mrkdwn(text, 2000) for text in kept or [" "]]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def actions(*buttons: Element, block_id: str = "") -> Block:
    """A row of buttons; their action_ids must differ."""
    block: dict[str, object] = {"type": "actions", "elements": list(buttons[:ACTION_ELEMENTS])}
    if block_id:
        block["block_id"] = block_id
    return block


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: Literal["", "primary", "danger"] = "",
    confirm: Element | None = None,
    url: str = "",
) -> Element:
    """A button. `action_id` is "run:<command>" and `value` the rest of that command's words;
    a value is never cut, for cut words would mean something else: ValueError instead.
    """
    if len(value) > BUTTON_VALUE or len(action_id) > 255:
        raise ValueError("The value or action_id of a button is too long.")
    element: Element = {
        "type": "button",
        "text": plain(text, BUTTON_TEXT),
        "action_id": action_id,
    }
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if confirm is not None:
        element["confirm"] = confirm
    if url and _URL.fullmatch(url) and len(url) <= 3000:
        element["url"] = url
    return element


def confirm(
    title: str,
    text: str,
    yes: str,
    no: str = "Go Back",
    *,
    style: Literal["", "primary", "danger"] = "",
) -> Element:
    """The question a button asks first; `text` is plain, the buttons are specific verbs."""
    dialog: Element = {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
    }
    if style:
        dialog["style"] = style
    return dialog
