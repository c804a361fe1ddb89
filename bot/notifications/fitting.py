"""Making a message fit: Slack cuts long text without a word, and refuses a wrong layout (pure)."""

from __future__ import annotations

from dataclasses import replace

from bot.views.fit import fit
from bot.views.message import Message

_LONGEST = 4000
"""What Slack recommends for `text` (https://docs.slack.dev/reference/methods/chat.postMessage)."""


def fitted(message: Message, layout_refused: str = "") -> Message:
    """The message with a text that Slack does not cut, and without blocks that it refused.

    A cut is stated, and so is Slack's reason against the layout.
    """
    if not layout_refused:
        return replace(message, text=_cut(message.text, _LONGEST), blocks=fit(message.blocks))
    note = f"\n(Shown as text only: Slack refused the layout with {layout_refused}.)"
    return Message(_cut(message.text or "There is something to say.", _LONGEST - len(note)) + note)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    note = " … (cut)"
    kept = text[: longest - len(note)]
    # Never end inside `<url|label>` or `&amp;`: the rest would be read as markup.
    for opens, closes in (("<", ">"), ("&", ";")):
        if kept.rfind(opens) > kept.rfind(closes) and len(kept) - kept.rfind(opens) < 500:
            kept = kept[: kept.rfind(opens)]
    return kept.rstrip() + note
