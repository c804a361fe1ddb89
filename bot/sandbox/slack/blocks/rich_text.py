"""Rich text: sections, lists, quotes and preformatted text, and what stands in them."""

from __future__ import annotations

from bot.sandbox.slack.blocks import limits
from bot.sandbox.slack.blocks.composition import block_id
from bot.sandbox.slack.blocks.rules import (
    Rule,
    Shape,
    boolean,
    by_type,
    listing,
    number,
    one_of,
    shapes,
    string,
    url,
)

MOST = 1000  # elements in one place; the documents give no number
_style = Shape(
    "",
    optional=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean),
)


def _inline(kind: str, required: dict[str, Rule], **optional: Rule) -> Shape:
    return Shape(kind, required, {"style": _style, **optional})


text = _inline("text", {"text": string(limits.SECTION_TEXT * 4)})
link = _inline("link", {"url": url(limits.URL)}, text=string(limits.SECTION_TEXT), unsafe=boolean)
INLINE = shapes(
    text,
    link,
    _inline("emoji", {"name": string(100)}, unicode=string(100), url=url(limits.URL)),
    _inline("user", {"user_id": string(limits.ID)}),
    _inline("usergroup", {"usergroup_id": string(limits.ID)}),
    _inline("channel", {"channel_id": string(limits.ID)}),
    _inline("team", {"team_id": string(limits.ID)}),
    _inline("broadcast", {"range": one_of("here", "channel", "everyone")}),
    _inline("color", {"value": string(limits.ID)}),
    _inline(
        "date",
        {"timestamp": number(0, 9_999_999_999), "format": string(limits.ID)},
        url=url(limits.URL),
        fallback=string(limits.ID),
    ),
)
_border = one_of(0, 1)
_inline_items = listing(by_type(INLINE), MOST)

section = Shape("rich_text_section", {"elements": _inline_items})
PARTS = shapes(
    section,
    Shape(
        "rich_text_list",
        {"elements": listing(section, MOST), "style": one_of("bullet", "ordered")},
        {"indent": number(0, 8), "border": _border, "offset": number(0, MOST)},
    ),
    Shape("rich_text_quote", {"elements": _inline_items}, {"border": _border}),
    Shape(
        "rich_text_preformatted",
        {"elements": listing(by_type(shapes(text, link)), MOST)},
        {"border": _border, "language": string(limits.ID)},
    ),
)
rich_text = Shape(
    "rich_text", {"elements": listing(by_type(PARTS), MOST, 1)}, {"block_id": block_id}
)
