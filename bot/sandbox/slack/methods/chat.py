"""Saying something: chat.*."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.content import (
    FAULTS_OF_CONTENT,
    FAULTS_OF_METADATA,
    metadata,
    said,
)
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.model import Channel, Json, SlackMessage
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.wire import message_json
from bot.sandbox.slack.workspace import Workspace

TEXT_LIMIT = 40_000  # chat.postMessage truncates there
UPDATE_TEXT_LIMIT = 4_000  # chat.update: msg_too_long


def post_message(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/chat.postMessage says."""
    channel = _place(workspace, args)
    content = said(workspace, args, too_much="msg_blocks_too_long")
    app = workspace.installation
    thread_ts = _parent(workspace, channel, args)
    draft = SlackMessage(
        channel.id,
        app.bot_user_id,
        content.get("text", "")[:TEXT_LIMIT],
        blocks=content.get("blocks", ()),
        bot_id=app.bot_id,
        username=args.get("username", ""),
        thread_ts=thread_ts,
        broadcast=bool(thread_ts and args.get("reply_broadcast")),
        metadata=metadata(args),
    )
    message = workspace.messages.add(draft)
    body = message_json(message, app, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": body}


def update(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/chat.update says.

    Metadata and blocks that are left out are kept; `{}` and `[]` remove them.
    """
    before = _own(workspace, args, "cant_update_message")
    if workspace.channel(args["channel"]).is_archived:
        raise Refusal("is_inactive")
    if len(args.get("text", "")) > UPDATE_TEXT_LIMIT:
        raise Refusal("msg_too_long")
    content = said(workspace, args)
    if "metadata" in args:
        content["metadata"] = metadata(args)
    if "blocks" not in args:
        del content["blocks"]
    if before.is_reply and args.get("reply_broadcast"):
        content["broadcast"] = True
    stamp = workspace.messages.stamp()
    message = workspace.messages.change(replace(before, **content, edited_ts=stamp))
    body = message_json(message, workspace.installation, metadata=True)
    answer = {"channel": message.channel, "ts": message.ts, "text": message.text}
    return answer | {"message": body}


def delete(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/chat.delete says."""
    message = _own(workspace, args, "cant_delete_message")
    workspace.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/chat.postEphemeral says."""
    channel = _place(workspace, args)
    if args["user"] not in channel.members:
        raise Refusal("user_not_in_channel")
    content = said(workspace, args)
    app = workspace.installation
    draft = SlackMessage(
        channel.id,
        app.bot_user_id,
        content.get("text", "")[:TEXT_LIMIT],
        blocks=content.get("blocks", ()),
        bot_id=app.bot_id,
        thread_ts=args.get("thread_ts", ""),
        ephemeral_to=args["user"],
    )
    return {"message_ts": workspace.messages.add(draft).ts}


def permalink(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/chat.getPermalink says."""
    channel = workspace.channel(args["channel"])
    message = workspace.messages.find(channel.id, args["message_ts"])
    if message is None:
        raise Refusal("message_not_found")
    address = f"https://{workspace.installation.domain}.slack.com/archives/{channel.id}"
    link = f"{address}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _place(workspace: Workspace, args: Json) -> Channel:
    """Where to post: a channel's id or name, or a member's id for a direct message."""
    if args["channel"] in workspace.users:
        return workspace.direct(args["channel"])
    channel = workspace.channel(args["channel"], by_name=True)
    if channel.is_archived:
        raise Refusal("is_archived")
    public = "chat:write.public" in workspace.installation.scopes
    if not workspace.bot_is_in(channel) and not public:
        raise Refusal("not_in_channel")
    return channel


def _parent(workspace: Workspace, channel: Channel, args: Json) -> str:
    thread_ts = str(args.get("thread_ts", ""))
    if not thread_ts:
        return ""
    parent = workspace.messages.find(channel.id, thread_ts)
    if parent is None:
        raise Refusal("thread_not_found")
    if parent.is_reply:
        raise Refusal("cannot_reply_to_message")
    return thread_ts


def _own(workspace: Workspace, args: Json, error: str) -> SlackMessage:
    channel = workspace.channel(args["channel"])
    message = workspace.messages.find(channel.id, args["ts"])
    if message is None or message.is_tombstone:
        raise Refusal("message_not_found")
    if message.bot_id != workspace.installation.bot_id:
        raise Refusal(error)
    return message


_LOOKS = ("username", "icon_emoji", "icon_url")

CHAT = (
    Method(
        "chat.postMessage",
        Tier.SPECIAL,
        post_message,
        Arguments(
            required=("channel",),
            strings=("channel", "markdown_text", "parse", "text", "thread_ts", *_LOOKS),
            booleans=(
                "as_user",
                "link_names",
                "mrkdwn",
                "reply_broadcast",
                "unfurl_links",
                "unfurl_media",
            ),
            structures=("attachments", "blocks", "metadata"),
        ),
        scopes=("chat:write",),
        takes_json=True,
        errors=(
            "channel_not_found",
            "is_archived",
            "not_in_channel",
            "thread_not_found",
            "cannot_reply_to_message",
            "msg_blocks_too_long",
            *FAULTS_OF_CONTENT,
            *FAULTS_OF_METADATA,
        ),
    ),
    Method(
        "chat.update",
        Tier.T3,
        update,
        Arguments(
            required=("channel", "ts"),
            strings=("channel", "markdown_text", "parse", "text", "ts"),
            booleans=("as_user", "link_names", "reply_broadcast"),
            structures=("attachments", "blocks", "file_ids", "metadata"),
        ),
        scopes=("chat:write",),
        takes_json=True,
        errors=(
            "channel_not_found",
            "message_not_found",
            "cant_update_message",
            "is_inactive",
            "msg_too_long",
            *FAULTS_OF_CONTENT,
            *FAULTS_OF_METADATA,
        ),
    ),
    Method(
        "chat.delete",
        Tier.T3,
        delete,
        Arguments(("channel", "ts"), strings=("channel", "ts"), booleans=("as_user",)),
        scopes=("chat:write",),
        takes_json=True,
        errors=("channel_not_found", "message_not_found", "cant_delete_message"),
    ),
    Method(
        "chat.postEphemeral",
        Tier.T4,
        post_ephemeral,
        Arguments(
            required=("channel", "user"),
            strings=("channel", "markdown_text", "parse", "text", "thread_ts", "user", *_LOOKS),
            booleans=("as_user", "link_names"),
            structures=("attachments", "blocks", "metadata"),
        ),
        scopes=("chat:write",),
        takes_json=True,
        errors=(
            "channel_not_found",
            "is_archived",
            "not_in_channel",
            "user_not_in_channel",
            "msg_too_long",
            *FAULTS_OF_CONTENT,
        ),
    ),
    Method(
        "chat.getPermalink",
        Tier.SPECIAL,
        permalink,
        Arguments(("channel", "message_ts"), strings=("channel", "message_ts")),
        errors=("channel_not_found", "message_not_found"),
    ),
)
