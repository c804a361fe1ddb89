"""Uploads in three steps: files.getUploadURLExternal, the bytes, files.completeUploadExternal."""

from __future__ import annotations

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.model import Channel, Json, SlackMessage
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal, invalid
from bot.sandbox.slack.workspace import Workspace


def upload_url(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/files.getUploadURLExternal says."""
    if args["length"] < 1:
        raise invalid("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    file_id = workspace.mint("F0")
    workspace.uploads[file_id] = (args["filename"], args["length"], b"")
    return {"upload_url": f"{workspace.base_url}/upload/{file_id}", "file_id": file_id}


def complete_upload(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/files.completeUploadExternal says."""
    files = args["files"]
    for one in files:
        if not workspace.uploads.get(one.get("id", ""), ("", 0, b""))[2]:
            raise Refusal("file_not_found")
    names = [one for one in str(args.get("channels", "")).split(",") if one]
    places = [args["channel_id"]] if args.get("channel_id") else names
    for channel in [_place(workspace, one) for one in places]:
        _share(workspace, args, channel)
    shared = [{"id": one["id"], "title": one.get("title", "")} for one in files]
    return {"files": shared}


def _place(workspace: Workspace, word: str) -> Channel:
    """A channel by its id, or a member's direct messages."""
    if word in workspace.users:
        return workspace.direct(word)
    channel = workspace.channel(word)
    if not workspace.bot_is_in(channel):
        raise Refusal("not_in_channel")
    return channel


def _share(workspace: Workspace, args: Json, channel: Channel) -> None:
    app = workspace.installation
    keys = [one["id"] for one in args["files"]]
    files = tuple((key, *workspace.uploads[key][:2]) for key in keys)
    draft = SlackMessage(
        channel.id,
        app.bot_user_id,
        args.get("initial_comment") or ", ".join(name for _, name, _ in files),
        bot_id=app.bot_id,
        thread_ts=args.get("thread_ts", ""),
        files=files,
    )
    workspace.messages.add(draft)


FILES = (
    Method(
        "files.getUploadURLExternal",
        Tier.T4,
        upload_url,
        Arguments(
            required=("filename", "length"),
            strings=("alt_txt", "filename", "snippet_type"),
            numbers=("length",),
        ),
        scopes=("files:write",),
    ),
    Method(
        "files.completeUploadExternal",
        Tier.T4,
        complete_upload,
        Arguments(
            required=("files",),
            strings=(
                "channel_id",
                "channels",
                "icon_emoji",
                "icon_url",
                "initial_comment",
                "thread_ts",
                "username",
            ),
            structures=("blocks", "files"),
        ),
        scopes=("files:write",),
        takes_json=True,
        errors=("file_not_found", "channel_not_found", "not_in_channel"),
    ),
)
