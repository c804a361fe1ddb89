"""What a person reads in an answer or a message: its text, and all the text in its blocks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.delivery import Answer
from bot.sandbox.slack.model import SlackMessage


def text_of(answer: Answer) -> str:
    """The text of a message in an ack, "" where there is none."""
    body: Any = answer.body
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return str(body)
    return str(body.get("text", "")) if isinstance(body, dict) else ""


def everything_in(message: SlackMessage) -> str:
    """A message's text and all the text in its blocks."""
    return f"{message.text}\n{_texts(message.blocks)}"


def _texts(value: object) -> str:
    if isinstance(value, Mapping):
        own = value.get("text")
        parts = [own] if isinstance(own, str) else []
        parts += [_texts(each) for key, each in value.items() if key != "text" or not parts]
        return "\n".join(part for part in parts if part)
    if isinstance(value, (list, tuple)):
        return "\n".join(filter(None, (_texts(each) for each in value)))
    return ""
