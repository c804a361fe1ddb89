"""The workspace's things as Slack's JSON."""

from __future__ import annotations

from bot.sandbox.slack.model import (
    Channel,
    Group,
    Installation,
    Json,
    SlackMessage,
    User,
    View,
)

EPOCH = 1_700_000_000  # when the sandbox's workspace says that everything was made


def message_json(message: SlackMessage, app: Installation, *, metadata: bool = False) -> Json:
    """A message as chat.postMessage answers it and conversations.history lists it."""
    body: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": app.team_id,
    }
    if message.bot_id:
        body |= {"bot_id": message.bot_id, "app_id": app.app_id, "bot_profile": bot_profile(app)}
    if message.blocks:
        body["blocks"] = list(message.blocks)
    if message.edited_ts:
        body["edited"] = {"user": message.user, "ts": message.edited_ts}
    if metadata and message.metadata:
        body["metadata"] = dict(message.metadata)
    if message.is_tombstone:
        body |= {"subtype": "tombstone", "hidden": True}
    if message.reactions:
        body["reactions"] = _reactions(message)
    if message.files:
        body["files"] = [
            {"id": key, "name": name, "size": size} for key, name, size in message.files
        ]
    return body | _thread_fields(message)


def _thread_fields(message: SlackMessage) -> Json:
    if message.is_reply:
        fields: Json = {"thread_ts": message.thread_ts}
        if message.broadcast:
            fields["subtype"] = "thread_broadcast"
        return fields
    if not message.reply_count:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": message.reply_count,
        "reply_users_count": len(message.reply_users),
        "latest_reply": message.latest_reply,
        "reply_users": list(message.reply_users),
        "is_locked": False,
        "subscribed": True,
    }


def _reactions(message: SlackMessage) -> list[Json]:
    names = dict.fromkeys(name for name, _ in message.reactions)
    who = {name: [user for one, user in message.reactions if one == name] for name in names}
    return [{"name": name, "users": users, "count": len(users)} for name, users in who.items()]


def bot_profile(app: Installation) -> Json:
    """The app's bot, as messages carry it."""
    return {
        "id": app.bot_id,
        "app_id": app.app_id,
        "name": app.bot_name,
        "icons": {},
        "deleted": False,
        "updated": EPOCH,
        "team_id": app.team_id,
    }


def user_json(user: User, app: Installation) -> Json:
    """A member, as users.info answers."""
    profile: Json = {
        "title": user.title,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": user.team_id,
    }
    if user.email:
        profile["email"] = user.email
    if user.is_bot:
        profile |= {"api_app_id": app.app_id, "bot_id": app.bot_id}
    body = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "color": user.color,
        "tz": "Etc/UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": EPOCH,
    }
    return body | ({"is_stranger": True} if user.team_id != app.team_id else {})


def channel_json(channel: Channel, app: Installation, *, members: bool = False) -> Json:
    """A conversation, as conversations.info answers."""
    if channel.is_im:
        other = next(iter(channel.members - {app.bot_user_id}), "")
        return {"id": channel.id, "created": EPOCH, "is_im": True, "user": other}
    body: Json = {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "created": EPOCH,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "unlinked": 0,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": app.team_id,
        "updated": EPOCH * 1000,
        "creator": "U0AMIR",
        "is_member": app.bot_user_id in channel.members,
        "topic": {"value": channel.topic, "creator": "U0AMIR", "last_set": EPOCH},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }
    return body | {"num_members": len(channel.members)} if members else body


def group_json(group: Group, app: Installation) -> Json:
    """A user group, as usergroups.list answers."""
    return {
        "id": group.id,
        "team_id": app.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": EPOCH,
        "date_update": EPOCH,
        "date_delete": 0 if group.enabled else EPOCH,
        "auto_provision": False,
        "created_by": "U0AMIR",
        "updated_by": "U0AMIR",
        "prefs": {"channels": [], "groups": []},
        "channel_count": 0,
        "user_count": len(group.members),
    }


def view_json(view: View, app: Installation) -> Json:
    """A view, as views.open answers and interactions carry it."""
    content = view.content
    return {
        "id": view.id,
        "team_id": app.team_id,
        "type": view.type,
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "blocks": content.get("blocks", []),
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id or None,
        "app_id": app.app_id,
        "app_installed_team_id": app.team_id,
        "bot_id": app.bot_id,
    }
