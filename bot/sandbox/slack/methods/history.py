"""What was said: conversations.history and conversations.replies."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.methods.pages import page
from bot.sandbox.slack.model import Channel, Json, SlackMessage
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.wire import message_json
from bot.sandbox.slack.workspace import Workspace

HISTORY_SCOPES = ("channels:history", "groups:history", "im:history", "mpim:history")


def history(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/conversations.history says, newest first."""
    channel = _readable(workspace, args)
    shown = _within(reversed(workspace.messages.channel(channel.id)), args)
    answer = _page(workspace, shown, args, 100)
    return answer | {"pin_count": 0}


def replies(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/conversations.replies says.

    The parent first, then its replies, oldest first.
    """
    channel = _readable(workspace, args)
    message = workspace.messages.find(channel.id, args["ts"])
    if message is None:
        raise Refusal("thread_not_found")
    if message.is_reply:
        message = workspace.messages.find(channel.id, message.thread_ts) or message
    thread = workspace.messages.thread(channel.id, message.ts)
    return _page(workspace, [message, *_within(thread, args)], args, 1000)


def _readable(workspace: Workspace, args: Json) -> Channel:
    channel = workspace.channel(args["channel"])
    if not workspace.bot_is_in(channel):
        raise Refusal("not_in_channel")
    return channel


def _within(messages: Iterable[SlackMessage], args: Json) -> list[SlackMessage]:
    oldest = _moment(args.get("oldest", "0"), "invalid_ts_oldest")
    latest = _moment(args.get("latest") or "9999999999", "invalid_ts_latest")
    if args.get("inclusive"):
        return [one for one in messages if oldest <= Decimal(one.ts) <= latest]
    return [one for one in messages if oldest < Decimal(one.ts) < latest]


def _moment(word: str, error: str) -> Decimal:
    try:
        return Decimal("9999999999" if word == "now" else word)
    except InvalidOperation:
        raise Refusal(error) from None


def _page(workspace: Workspace, shown: list[SlackMessage], args: Json, default: int) -> Json:
    metadata = bool(args.get("include_all_metadata"))
    rows, cursor = page(shown, args, default)
    app = workspace.installation
    body: Json = {
        "messages": [message_json(one, app, metadata=metadata) for one in rows],
        "has_more": bool(cursor),
    }
    return body | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


_PAGED = Arguments(
    required=("channel",),
    strings=("channel", "cursor", "latest", "oldest"),
    booleans=("include_all_metadata", "inclusive"),
    numbers=("limit",),
)
_ERRORS = (
    "channel_not_found",
    "invalid_cursor",
    "invalid_ts_latest",
    "invalid_ts_oldest",
    "not_in_channel",
)

HISTORY = (
    Method(
        "conversations.history",
        Tier.T3,
        history,
        _PAGED,
        scopes=HISTORY_SCOPES,
        takes_json=True,
        errors=_ERRORS,
    ),
    Method(
        "conversations.replies",
        Tier.T3,
        replies,
        Arguments(("channel", "ts"), (*_PAGED.strings, "ts"), _PAGED.booleans, _PAGED.numbers),
        scopes=HISTORY_SCOPES,
        errors=(*_ERRORS, "thread_not_found"),
    ),
)
