"""Text that means harm, or is only too much of it; and what a message must be all the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from bot.sandbox.slack.blocks.check import check_message, check_view, too_long
from bot.views.message import Message, Modal

PEOPLE = ("U0DANA", "U0OLU", "U0AMIR")
GROUPS = {"!subteam^S0APP", "!subteam^S0ONC"}
"""Whom a view may mention: the ids that Slack gave us, never a name that somebody wrote."""

WORST = (
    "<!channel>",
    "<!here|everybody> look",
    "<@U1> and <#C1> and <!subteam^S1>",
    "*bold* _it_ ~gone~ `code` ```fence```",
    "``` ```` ` '``",
    "a | b & c &amp; &lt;!channel&gt; <",
    "<https://evil.example|Argo CD>",
    "https://evil.example/a|b>c",
    "Succeeded",
    "\u202egnp.exe \u200f\u200b\u0000",
    "👩‍👩‍👧‍👦🏴‍☠️" * 20,
    "one\ntwo\r\n\n\n\tthree\n",
    " " * 40,
    "x" * 50_000,
    "<!channel> & `y` " * 3_000,
    "line of a log\n" * 4_000,
    ">" * 5_000,
    "&" * 5_000,
    "",
)
untrusted = st.sampled_from(WORST) | st.text(max_size=60)
some = st.integers(0, 4)

_MARKUP = re.compile(r"<([^<>]*)>")
_DATE = re.compile(r"!date\^\d+\^[^|]+\|[^|]+")
_LINK = re.compile(r"https?://[^|\s]+\|[^|]*")


def assert_fits(message: Message) -> None:
    """Slack takes it, shows all of it, and nobody is called who was not meant to be."""
    blocks = json.loads(json.dumps(list(message.blocks)))
    assert check_message(blocks) == []
    assert not too_long(blocks)
    assert message.text.strip()
    assert len(message.text) <= 4000
    assert_harmless(message.text)
    for text in marked_up(blocks):
        assert_harmless(text)


def assert_modal_fits(modal: Modal) -> None:
    view: dict[str, Any] = {
        "type": "modal",
        "title": {"type": "plain_text", "text": modal.title},
        "close": {"type": "plain_text", "text": modal.close},
        "callback_id": modal.callback_id,
        "blocks": json.loads(json.dumps(list(modal.blocks))),
    }
    if modal.submit:
        view["submit"] = {"type": "plain_text", "text": modal.submit}
    assert check_view(view) == []
    for text in marked_up(view["blocks"]):
        assert_harmless(text)


def assert_harmless(text: str) -> None:
    """Every piece of markup in it is one that we make, and every fence is closed."""
    for inner in _MARKUP.findall(text):
        known = (
            inner.removeprefix("@") in PEOPLE
            or inner in GROUPS
            or _DATE.fullmatch(inner)
            or _LINK.fullmatch(inner)
        )
        assert known, inner
        assert "evil.example|Argo" not in inner
    bare = _MARKUP.sub("", text)
    assert "<" not in bare
    assert ">" not in bare
    assert text.count("```") % 2 == 0


def marked_up(value: Any) -> Iterator[str]:
    """Every mrkdwn text anywhere in it."""
    if isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield str(value["text"])
        else:
            for each in value.values():
                yield from marked_up(each)
    elif isinstance(value, list):
        for each in value:
            yield from marked_up(each)


def every_text(message: Message) -> str:
    """All that is written on it."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, Mapping):
            own = value.get("text")
            if isinstance(own, str):
                yield own
            for key, each in value.items():
                if not (key == "text" and isinstance(own, str)):
                    yield from texts(each)
        elif isinstance(value, list | tuple):
            for each in value:
                yield from texts(each)

    return "\n".join([message.text, *texts(list(message.blocks))])
