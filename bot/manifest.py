"""The Slack app manifest, made from the declared commands (pure).

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bot.command import Command
from bot.errors import SettingsError

SCOPES: Final[Mapping[str, str]] = {
    "channels:history": "finds a message of its own again after an uncertain answer",
    "channels:read": "finds channels by name, and whether one is shared with outsiders",
    "chat:write": "posts and updates its cards",
    "commands": "is asked by slash command",
    "files:write": "sends whoever exports the record a file",
    "groups:history": "the same in private channels that it was invited to",
    "groups:read": "the same for private channels",
    "usergroups:read": "knows who is a developer, an approver, on call",
    "users:read": "refuses guests, bots and deactivated people",
}
"""Every scope that the bot asks for, and what it is for."""

EVENTS: Final = ("app_uninstalled", "subteam_members_changed", "subteam_updated", "tokens_revoked")
"""What the bot is told about: memberships change who may do what at once."""

_PUBLIC = re.compile(r"https?://[^/\s]+\S*")
_LONGEST_NAME = 35
_DESCRIPTION = "Deploys through Git and Argo CD, and shows what really happened."
_LONG_DESCRIPTION = (
    "shipmate deploys from Slack. It writes image tags to the GitOps repository, asks Argo CD "
    "to sync, watches every application until it is Synced and Healthy, and keeps one card per "
    "deployment up to date. Who may do what is asked again for every command and every click."
)


def manifest(
    commands: Iterable[Command[Any]],
    *,
    extra: Iterable[str] = (),
    url: str = "",
    name: str = "shipmate",
) -> dict[str, object]:
    """The manifest: over HTTP when `url` (the bot's public address) is given, else Socket Mode.

    `extra` names commands that get a Slack name of their own besides those that declare one;
    SettingsError where there is no such command, or Slack would not take the address or the name.
    """
    _check(url, name)
    request_url = f"{url.rstrip('/')}/slack/events" if url else ""
    reach = {"request_url": request_url} if request_url else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": name,
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
            "background_color": "#1d2b3a",
        },
        "features": {
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": list(_slash_commands(tuple(commands), frozenset(extra), request_url)),
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**reach, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **reach},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _check(url: str, name: str) -> None:
    if url and not _PUBLIC.fullmatch(url):
        raise SettingsError(f"“{url}” is no public address: it begins with https://.")
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise SettingsError(f"The app's name has 1 to {_LONGEST_NAME} characters.")


def _slash_commands(
    commands: tuple[Command[Any], ...], extra: frozenset[str], request_url: str
) -> Iterator[dict[str, object]]:
    wanted = {each.lstrip("/") for each in extra}
    unknown = wanted - {command.name for command in commands if " " not in command.name}
    if unknown:
        raise SettingsError(
            f"The catalog's slash_commands names {', '.join(sorted(unknown))}: "
            "no command of one word has that name."
        )
    for command in commands:
        if command.slash or command.name in wanted:
            yield _slash(command.name, command.summary, command.usage, request_url)
    yield _slash("shipmate", "Everything else: try /shipmate help", "help", request_url)


def _slash(name: str, summary: str, hint: str, request_url: str) -> dict[str, object]:
    return {
        "command": f"/{name}",
        **({"url": request_url} if request_url else {}),
        "description": summary,
        **({"usage_hint": hint} if hint else {}),
        "should_escape": False,
    }
