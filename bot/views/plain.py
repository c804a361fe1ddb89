"""Messages as plain text, for a terminal, a log or a form's field (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.views.message import Message

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_LABELLED = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_MENTION = re.compile(r"<(?:[@#!]|!subteam\^)([^|>]+)(?:\|([^>]*))?>")
_BARE = re.compile(r"<(https?://[^|>]+)>")
_USER = re.compile(r"@([UW][A-Z0-9]{4,})\b")
_SLASH = re.compile(
    r"(?<![\w/.:~-])/(?:shipmate (?!login\b)(?=\w)|(?=(?:deploy|promote|rollback|sync|where)\b))"
)
_STRONG = re.compile(r"(?<![\w*_~`])([*_~])(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")


def plain(mrkdwn: str) -> str:
    """Slack's markup as plain text: links keep their address, mentions their name or ID."""
    text = _DATE.sub(r"\1", mrkdwn)
    text = _LABELLED.sub(lambda m: m[2] if m[2] in m[1] else f"{m[2]} ({m[1]})", text)
    text = _BARE.sub(r"\1", text)
    text = _MENTION.sub(lambda m: f"@{(m[2] or m[1]).removeprefix('@')}", text)
    text = _STRONG.sub(r"\2", text).replace("```\n", "").replace("\n```", "").replace("`", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> frozenset[str]:
    """The IDs of the users whom plain text mentions."""
    return frozenset(_USER.findall(text))


def for_shell(text: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Plain text as a shell wants it: commands as they are typed there, people by name.

    `names` are those of users by their ID, as far as they are known. What exists in Slack alone
    keeps its slash.
    """
    text = _USER.sub(lambda m: f"@{names.get(m[1], m[1])}", text)
    return _SLASH.sub("shipmate ", text)


def lines(message: Message) -> list[str]:
    """The whole message as lines; its `text` where it has no blocks that say something."""
    said = [line for block in message.blocks for line in _block(block)]
    return said or plain(message.text).splitlines()


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    match block.get("type"):
        case "header":
            yield _text(block.get("text"))
        case "section":
            for part in (block.get("text"), *_list(block.get("fields"))):
                yield from _text(part).splitlines()
        case "context":
            for element in _list(block.get("elements")):
                yield from _text(element).splitlines()
        case "divider":
            yield ""
        case "table":
            for row in _list(block.get("rows")):
                yield "  ".join(_text(cell) for cell in row).rstrip()
        case "rich_text":
            yield from "".join(_rich(block)).splitlines()
        case _:
            return


def _text(part: Any) -> str:
    if not isinstance(part, Mapping):
        return ""
    if str(part.get("type")).startswith("rich_text"):
        return "".join(_rich(part)).strip("\n")
    text = str(part.get("text", ""))
    return plain(text) if part.get("type") == "mrkdwn" else text


def _rich(part: Mapping[str, Any]) -> Iterator[str]:
    """The words of a rich_text block or element, a line for each section and list item."""
    elements = _list(part.get("elements"))
    if not elements:
        yield str(part.get("text") or part.get("url") or part.get("user_id") or "")
        return
    ends = part.get("type") in ("rich_text_section", "rich_text_preformatted", "rich_text_quote")
    for each in elements:
        yield from _rich(each)
    if ends:
        yield "\n"


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
