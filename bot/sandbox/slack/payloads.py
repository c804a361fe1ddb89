"""What Slack sends an app, as values: commands, interactions and events."""

from __future__ import annotations

import re
from datetime import datetime

from bot.sandbox.slack.model import Channel, Installation, Json, SlackMessage, User, View
from bot.sandbox.slack.wire import message_json, view_json

VERIFICATION_TOKEN = "sandbox-verification-token"  # Slack's legacy field; nobody may trust it


def slash_command(
    app: Installation, user: User, channel: Channel, words: str, *, url: str, trigger_id: str
) -> dict[str, str]:
    """The form of one slash command; `words` is the whole line as typed."""
    command, _, text = words.strip().partition(" ")
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": user.team_id,
        "team_domain": app.domain,
        "channel_id": channel.id,
        "channel_name": channel.name or "directmessage",
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": escape(text.strip()),
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger_id,
    }


def escape(text: str) -> str:
    """What people type, as Slack hands it on; mentions stay what they are."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"&lt;([@#!][^&\s]+)&gt;", r"<\1>", escaped)


def block_actions(
    app: Installation, user: User, action: Json, *, trigger_id: str, state: Json
) -> Json:
    """What every click shares; `in_message` or `in_view` says where it happened."""
    return _interaction("block_actions", app, user) | {
        "trigger_id": trigger_id,
        "enterprise": None,
        "is_enterprise_install": False,
        "state": {"values": state},
        "actions": [action],
    }


def in_message(app: Installation, message: SlackMessage, channel: Channel, url: str) -> Json:
    """The part of a click that tells of its message. Ephemeral messages are not sent along."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.ephemeral_to),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    name = channel.name or "directmessage"
    where: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": name},
        "response_url": url,
    }
    if not message.ephemeral_to:
        where["message"] = message_json(message, app, metadata=True)
    return where


def in_view(app: Installation, view: View) -> Json:
    """The part of a click that tells of its view."""
    body = view_json(view, app)
    return {"container": {"type": "view", "view_id": view.id}, "view": body}


def view_submission(app: Installation, user: User, view: View, trigger_id: str) -> Json:
    """A submitted modal, with what was filled in."""
    return _interaction("view_submission", app, user) | {
        "trigger_id": trigger_id,
        "view": view_json(view, app),
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def view_closed(app: Installation, user: User, view: View, *, is_cleared: bool) -> Json:
    """A modal that was closed without being submitted."""
    return _interaction("view_closed", app, user) | {
        "view": view_json(view, app),
        "is_cleared": is_cleared,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def event_callback(app: Installation, event: Json, event_id: str, now: datetime) -> Json:
    """The envelope of one event of the Events API."""
    authorization = {
        "enterprise_id": None,
        "team_id": app.team_id,
        "user_id": app.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": app.team_id,
        "api_app_id": app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now.timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": False,
        "event_context": f"EC-{event_id}",
    }


def _interaction(kind: str, app: Installation, user: User) -> Json:
    who = {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}
    return {
        "type": kind,
        "team": {"id": app.team_id, "domain": app.domain},
        "user": who,
        "api_app_id": app.app_id,
        "token": VERIFICATION_TOKEN,
    }
