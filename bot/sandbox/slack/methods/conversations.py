"""Where people talk: conversations.list, info, members, open, join."""

from __future__ import annotations

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.methods.pages import page
from bot.sandbox.slack.model import Channel, Json
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.wire import channel_json
from bot.sandbox.slack.workspace import Workspace

_TYPES = {"public_channel", "private_channel", "mpim", "im"}
READ_SCOPES = ("channels:read", "groups:read", "im:read", "mpim:read")


def list_channels(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/conversations.list says."""
    types = {word.strip() for word in args.get("types", "public_channel").split(",")}
    if not types <= _TYPES:
        raise Refusal("invalid_types")
    hidden = bool(args.get("exclude_archived"))
    shown = [
        one
        for one in workspace.channels.values()
        if _kind(one) in types
        and not (hidden and one.is_archived)
        and (not one.is_private or workspace.bot_is_in(one))
    ]
    rows, cursor = page(shown, args, 100, "invalid_limit")
    channels = [channel_json(one, workspace.installation, members=True) for one in rows]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def info(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/conversations.info says."""
    channel = workspace.channel(args["channel"])
    members = bool(args.get("include_num_members"))
    return {"channel": channel_json(channel, workspace.installation, members=members)}


def members(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/conversations.members says."""
    rows, cursor = page(
        sorted(workspace.channel(args["channel"]).members), args, 100, "invalid_limit"
    )
    return {"members": rows, "response_metadata": {"next_cursor": cursor}}


def open_direct(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/conversations.open says, for one person only."""
    if args.get("channel"):
        channel = workspace.channel(args["channel"])
        if not channel.is_im:
            raise Refusal("method_not_supported_for_channel_type")
    else:
        users = [one.strip() for one in args.get("users", "").split(",") if one.strip()]
        if not users:
            raise Refusal("users_list_not_supplied")
        if len(users) > 1:
            raise Refusal("too_many_users")
        if workspace.user(users[0]).deleted:
            raise Refusal("user_disabled")
        channel = workspace.direct(users[0])
    if args.get("return_im"):
        return {"channel": channel_json(channel, workspace.installation)}
    return {"channel": {"id": channel.id}}


def join(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/conversations.join says."""
    channel = workspace.channel(args["channel"])
    if channel.is_im or channel.is_private:
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    app = workspace.installation
    answer: Json = {}
    if workspace.bot_is_in(channel):
        warning = "already_in_channel"
        answer = {"warning": warning, "response_metadata": {"warnings": [warning]}}
    joined = workspace.join(channel.id, app.bot_user_id)
    return {"channel": channel_json(joined, app)} | answer


def _kind(channel: Channel) -> str:
    if channel.is_im:
        return "im"
    return "private_channel" if channel.is_private else "public_channel"


CONVERSATIONS = (
    Method(
        "conversations.list",
        Tier.T2,
        list_channels,
        Arguments(
            strings=("cursor", "team_id", "types"),
            booleans=("exclude_archived",),
            numbers=("limit",),
        ),
        scopes=READ_SCOPES,
        errors=("invalid_types", "invalid_cursor", "invalid_limit"),
    ),
    Method(
        "conversations.info",
        Tier.T3,
        info,
        Arguments(
            required=("channel",),
            strings=("channel",),
            booleans=("include_locale", "include_num_members"),
        ),
        scopes=READ_SCOPES,
        errors=("channel_not_found",),
    ),
    Method(
        "conversations.members",
        Tier.T4,
        members,
        Arguments(required=("channel",), strings=("channel", "cursor"), numbers=("limit",)),
        scopes=READ_SCOPES,
        errors=("channel_not_found", "invalid_cursor", "invalid_limit"),
    ),
    Method(
        "conversations.open",
        Tier.T3,
        open_direct,
        Arguments(strings=("channel", "users"), booleans=("return_im", "prevent_creation")),
        scopes=("im:write", "mpim:write", "groups:write", "channels:manage"),
        takes_json=True,
        errors=(
            "channel_not_found",
            "method_not_supported_for_channel_type",
            "users_list_not_supplied",
            "too_many_users",
            "user_not_found",
            "user_disabled",
        ),
    ),
    Method(
        "conversations.join",
        Tier.T3,
        join,
        Arguments(required=("channel",), strings=("channel",)),
        scopes=("channels:join",),
        takes_json=True,
        errors=("channel_not_found", "method_not_supported_for_channel_type", "is_archived"),
    ),
)
