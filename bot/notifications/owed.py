"""What the bot owes to Slack: a message under a key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from bot.views.message import Message


@dataclass(frozen=True, slots=True)
class Owed:
    """One message that has to be in Slack.

    The `key` is for good: whatever happens, it is one message. A later `Owed` under the same key
    replaces what an earlier one wanted (a card); with `once` the first one stands (a post).
    `channel` is "#name" or an ID. `thread_of` is the key of the card it replies to, and
    `broadcast` shows the reply in the channel too. `urgent` goes before everything that is not.
    """

    key: str
    channel: str
    message: Message
    thread_of: str = ""
    broadcast: bool = False
    once: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Something that could not be delivered yet, and why. `since` is in seconds since 1970."""

    key: str
    channel: str
    why: str
    since: float


def card_key(deployment_id: str) -> str:
    """The key of a deployment's card."""
    return f"deployment:{deployment_id}:card"


def digest(message: Message) -> str:
    """Tells two messages apart. Raises TypeError where the blocks are no JSON."""
    text = json.dumps([message.text, list(message.blocks)], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]
