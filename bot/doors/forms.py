"""Forms in Slack: where they were opened, what was filled in, and what is wrong at which field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.doors.payloads import State, View
from bot.errors import SeveralMistakes, UserError
from bot.views.message import Message, Modal
from bot.views.plain import plain
from bot.views.refusals import plain_text

_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class Origin:
    """The channel a form was opened from, and the line it carries, in its private_metadata."""

    channel: str = ""
    name: str = ""
    line: str = ""

    @classmethod
    def read(cls, metadata: str) -> Origin:
        """From private_metadata; anything else there means no channel."""
        try:
            kept = json.loads(metadata or "{}")
            return cls(*(str(kept.get(key, "")) for key in ("channel", "name", "line")))
        except (ValueError, AttributeError, RecursionError):
            return cls()

    def on(self, modal: Modal, command: str) -> Modal:
        """The modal, so that its submission comes back to this command and this channel."""
        return replace(
            modal,
            callback_id=modal.callback_id or f"form:{command}",
            private_metadata=modal.private_metadata
            or json.dumps(  # Slack counts characters, of which an escape has six
                {"channel": self.channel, "name": self.name, "line": modal.line},
                ensure_ascii=False,
            ),
        )


def values(state: State) -> dict[str, str | Sequence[str]]:
    """The submitted values by action_id: a text, or the texts of a multiple choice; "" empty."""
    return {
        action_id: _value(element)
        for block in state.values.values()
        for action_id, element in block.items()
    }


def _value(element: Mapping[str, Any]) -> str | Sequence[str]:
    match element:
        case {"selected_options": list(options)}:
            return [str(each.get("value", "")) for each in options if isinstance(each, Mapping)]
        case {"selected_option": {"value": str(value)}}:
            return value
        case {"selected_users": list(users)}:
            return [str(each) for each in users]
        case _:
            named = ("value", "selected_user", "selected_channel", "selected_date", "selected_time")
            return next((str(element[key]) for key in named if element.get(key)), "")


def errors(error: Exception, message: Message, view: View) -> dict[str, str]:
    """block_id -> what is wrong there, all at once; the first field takes what names none.

    {} where the form has no field to show it at.
    """
    fields = [
        str(block["block_id"])
        for block in view.blocks
        if block.get("type") == "input" and block.get("block_id")
    ]
    if not fields:
        return {}
    mistakes = error.mistakes if isinstance(error, SeveralMistakes) else (error,)
    found: dict[str, str] = {}
    for mistake in mistakes:
        words, field = plain(message.text), ""
        if isinstance(mistake, UserError):
            words, field = plain_text(mistake), mistake.field
        at = field if field in fields else fields[0]
        found[at] = f"{found[at]} {words}" if at in found else words
    return {at: words[:_LONGEST_ERROR] for at, words in found.items()}


def result(message: Message) -> Modal:
    """The answer to a form that was opened from no channel, in the form's own place."""
    return Modal(title="shipmate", callback_id="result", blocks=message.blocks)


def as_view(modal: Modal) -> dict[str, Any]:
    """The modal as Slack's JSON, for an ack."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": modal.callback_id,
        "title": {"type": "plain_text", "text": modal.title},
        "close": {"type": "plain_text", "text": modal.close},
        "blocks": list(modal.blocks),
    }
    if modal.submit:
        view["submit"] = {"type": "plain_text", "text": modal.submit}
    if modal.private_metadata:
        view["private_metadata"] = modal.private_metadata
    return view
