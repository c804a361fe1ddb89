"""Between Slack's JSON and our values: the only place that knows the names of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from integrations.errors import BadAnswer
from integrations.slack.errors import SERVICE
from integrations.slack.model import (
    Conversation,
    Identity,
    Person,
    Posted,
    SlackMessage,
    SlackModal,
)

T = TypeVar("T")

Json = Mapping[str, Any]
"""One of Slack's JSON objects."""

EVENT_TYPE = "shipmate"
"""The `event_type` of the metadata that every post of ours carries."""


def said(message: SlackMessage) -> dict[str, Any]:
    """The arguments that carry a message.

    `blocks` is always there: without it an update keeps the blocks that were there before.
    """
    return {
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks],
        "link_names": False,
        "parse": "none",
    }


def keyed(key: str) -> dict[str, Any]:
    """The metadata by which a post is found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def key_of(message: Json, bot_id: str) -> str:
    """The key of this message, where it is our own post under one; "" otherwise.

    Anyone can copy metadata: the author must be our bot, where we know who that is.
    """
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    ours = not bot_id or message.get("bot_id", bot_id) == bot_id
    return str(payload.get("key", "")) if ours and metadata.get("event_type") == EVENT_TYPE else ""


def view(modal: SlackModal) -> dict[str, Any]:
    """A modal as views.open takes it."""
    shown: dict[str, Any] = {
        "type": "modal",
        "callback_id": modal.callback_id,
        "title": _plain(modal.title),
        "close": _plain(modal.close),
        "blocks": [dict(block) for block in modal.blocks],
        "private_metadata": modal.private_metadata,
    }
    return shown | ({"submit": _plain(modal.submit)} if modal.submit else {})


def read(method: str, body: Json, reader: Callable[[Json], T]) -> T:
    """What `reader` makes of an answer. Raises BadAnswer where a field is missing or odd."""
    try:
        return reader(body)
    except (KeyError, TypeError, AttributeError) as error:
        why = f"{method} answered without what was asked for."
        raise BadAnswer(SERVICE, why, changed="unknown") from error


def identity(body: Json) -> Identity:
    """Of auth.test. `app_id` is missing from answers to older tokens."""
    return Identity(
        team_id=body["team_id"],
        team=body.get("team", ""),
        bot_id=body.get("bot_id", ""),
        bot_user_id=body["user_id"],
        app_id=body.get("app_id", ""),
        user=body.get("user", ""),
        url=body.get("url", ""),
    )


def upload(answer: Json) -> tuple[str, str]:
    """Where the bytes of a file go, and the file's ID."""
    return str(answer["upload_url"]), str(answer["file_id"])


def posted(body: Json) -> Posted:
    """Of chat.postMessage."""
    return Posted(body["channel"], body["ts"])


def person(body: Json) -> Person:
    """Of users.info (https://docs.slack.dev/reference/objects/user-object)."""
    user = body["user"]
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name")
    guest = ("is_restricted", "is_ultra_restricted")
    return Person(
        id=user["id"],
        name=name or user.get("name", user["id"]),
        team_id=user.get("team_id", ""),
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        is_guest=any(user.get(mark) for mark in guest),
        is_stranger=bool(user.get("is_stranger")),
        deleted=bool(user.get("deleted")),
        time_zone=user.get("tz") or "",
    )


def called(body: Json, name: str) -> list[Person]:
    """Of users.list: those who go by this name."""
    wanted = name.casefold()
    found = []
    for user in body["members"]:
        profile = user.get("profile") or {}
        names = (user.get("name"), user.get("real_name"), profile.get("display_name"))
        if wanted in {str(each or "").casefold() for each in names}:
            found.append(person({"user": user}))
    return found


def conversation(channel: Json) -> Conversation:
    """One channel of conversations.info or conversations.list."""
    return Conversation(
        id=channel["id"],
        name=channel.get("name", ""),
        is_private=bool(channel.get("is_private")),
        is_archived=bool(channel.get("is_archived")),
        is_member=bool(channel.get("is_member")),
        is_ext_shared=bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")),
    )


def messages(body: Json) -> Iterator[Json]:
    """Of conversations.history and conversations.replies."""
    yield from body["messages"]


def cursor(body: Json) -> str:
    """Where the next page begins, or "" after the last."""
    return str((body.get("response_metadata") or {}).get("next_cursor") or "")


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
