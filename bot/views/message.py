"""What the bot says, as values: a message, and a modal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Block = Mapping[str, object]
"""One Block Kit block, as Slack's JSON."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is a full sentence: the notification, and what a screen reader says."""

    text: str
    blocks: Sequence[Block] = ()


@dataclass(frozen=True, slots=True)
class Modal:
    """One modal. `callback_id` names the command that its submission enters.

    `line` is carried along unseen and comes back among the submitted values under that name.
    """

    title: str
    callback_id: str
    blocks: Sequence[Block]
    submit: str = ""
    close: str = "Close"
    line: str = ""
    private_metadata: str = ""
