"""The workspace as the page draws it."""

from __future__ import annotations

from bot.sandbox.slack.model import Channel, Json, SlackMessage, User, View
from bot.sandbox.slack.wire import view_json
from bot.sandbox.slack.workspace import Workspace


def state(workspace: Workspace, persona: str, manifest: Json, subcommands: list[Json]) -> Json:
    """Everything that the page shows to `persona`, in one object."""
    app, messages = workspace.installation, workspace.messages
    channels = [one for one in workspace.channels.values() if _is_shown(one, persona)]
    view, home = workspace.views.top(persona), workspace.views.home(persona)
    commands = manifest.get("features", {}).get("slash_commands", [])
    return {
        "team": {"name": app.team},
        "bot": {"user_id": app.bot_user_id, "name": app.bot_name},
        "personas": [_persona(one) for one in workspace.users.values() if one.persona],
        "channels": [_channel(one) for one in channels],
        "users": {one.id: one.real_name for one in workspace.users.values()},
        "groups": {one.id: one.handle for one in workspace.groups.values()},
        "messages": {
            one.id: [page_message(message) for message in messages.everything(one.id)]
            for one in channels
        },
        "ephemerals": [page_message(message) for message in messages.ephemerals(persona)],
        "view": view and view_json(view, app),
        "home": home and view_json(home, app),
        "commands": [
            {
                "command": one["command"],
                "description": one.get("description", ""),
                "usage_hint": one.get("usage_hint", ""),
            }
            for one in commands
        ],
        "subcommands": subcommands,
    }


def page_message(message: SlackMessage) -> Json:
    """One message, whole."""
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "bot": bool(message.bot_id),
        "text": message.text,
        "blocks": list(message.blocks),
        "thread_ts": message.thread_ts,
        "reply_count": message.reply_count,
        "reply_users": list(message.reply_users),
        "broadcast": message.broadcast,
        "edited": bool(message.edited_ts),
        "metadata": dict(message.metadata) if message.metadata else None,
        "ephemeral": bool(message.ephemeral_to),
        "files": [{"id": key, "name": name, "size": size} for key, name, size in message.files],
    }


def page_thing(workspace: Workspace, thing: object) -> object:
    """What changed, as JSON."""
    if isinstance(thing, SlackMessage):
        return page_message(thing)
    if isinstance(thing, Channel):
        return _channel(thing)
    if isinstance(thing, View):
        return view_json(thing, workspace.installation)
    return thing


def _is_shown(channel: Channel, persona: str) -> bool:
    return persona in channel.members or not (channel.is_private or channel.is_im)


def _persona(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.real_name,
        "title": user.title,
        "role": user.role,
        "color": f"#{user.color}",
    }


def _channel(channel: Channel) -> Json:
    name = channel.name or "shipmate"
    return {"id": channel.id, "name": name, "topic": channel.topic, "direct": channel.is_im}
