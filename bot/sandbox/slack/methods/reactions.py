"""A mark under a message: reactions.add."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.workspace import Workspace


def react(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/reactions.add says."""
    channel = workspace.channel(args["channel"])
    message = workspace.messages.find(channel.id, args["timestamp"])
    if message is None:
        raise Refusal("message_not_found")
    mine = (args["name"].strip(":"), workspace.installation.bot_user_id)
    if mine in message.reactions:
        raise Refusal("already_reacted")
    workspace.messages.change(replace(message, reactions=(*message.reactions, mine)))
    return {}


REACTIONS = (
    Method(
        "reactions.add",
        Tier.T3,
        react,
        Arguments(
            required=("channel", "name", "timestamp"),
            strings=("channel", "name", "timestamp"),
        ),
        scopes=("reactions:write",),
        takes_json=True,
        errors=("channel_not_found", "message_not_found", "already_reacted"),
    ),
)
