"""Checks of Slack: the token, its scopes, the app, channels and user groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from bot.doctor.finding import Finding, Findings
from bot.manifest import SCOPES
from integrations.errors import NotFound

if TYPE_CHECKING:
    from bot.catalog import Catalog
    from integrations.slack import Identity, Slack

_SYSTEM = "Slack"
_VARIABLE = "SLACK_BOT_TOKEN"
_GROUP_ID = re.compile(r"S[A-Z0-9]+", re.ASCII)


async def slack(
    client: Slack,
    catalog: Catalog,
    *,
    app_id: str = "",
    team_ids: Collection[str] = (),
    app_token: str = "",
) -> Findings:
    """Findings about the workspace. `app_id`, `team_ids` and `app_token` are the settings of
    these names, which decide who may call in; empty where they are unset.
    """
    identity = await client.auth_test()
    yield Finding(_SYSTEM, "ok", f"The token is {identity.user}'s, in {identity.team}.")
    for finding in _admitted(identity, app_id, team_ids):
        yield finding
    if app_token:
        yield await _sockets(client, app_token)
    yield _scopes(await client.scopes())
    for channel in sorted(_channels(catalog)):
        yield await _channel(client, channel)
    known = {name for both in await client.usergroups() for name in both}
    for group in catalog.groups:
        yield _group(group, known)


def _admitted(identity: Identity, app_id: str, team_ids: Collection[str]) -> Iterator[Finding]:
    """What SLACK_APP_ID and SLACK_TEAM_IDS keep out that should come in."""
    if not (app_id or identity.app_id):
        yield Finding(
            _SYSTEM,
            "warning",
            "Slack does not tell which app the token belongs to, so the app is not checked.",
            "Set SLACK_APP_ID (app settings, Basic Information).",
        )
    elif app_id and identity.app_id and app_id != identity.app_id:
        yield Finding(
            _SYSTEM,
            "fault",
            f"SLACK_APP_ID is {app_id}, and the token is of {identity.app_id}: all that this app "
            "sends is refused.",
            f"Set SLACK_APP_ID to {identity.app_id}, or leave it unset.",
        )
    if team_ids and identity.team_id not in team_ids:
        yield Finding(
            _SYSTEM,
            "fault",
            f"SLACK_TEAM_IDS lacks {identity.team_id}, {identity.team}: all that comes from there "
            "is refused.",
            f"Add {identity.team_id} to SLACK_TEAM_IDS, or leave it unset.",
        )


async def _sockets(client: Slack, app_token: str) -> Finding:
    if await client.may_open_sockets(app_token):
        return Finding(_SYSTEM, "ok", "SLACK_APP_TOKEN opens sockets.")
    return Finding(
        _SYSTEM,
        "fault",
        "SLACK_APP_TOKEN opens no socket: nothing reaches the bot.",
        "Switch Socket Mode on, and make an app-level token with connections:write (app settings, "
        "Basic Information).",
    )


def _scopes(held: frozenset[str]) -> Finding:
    if not held:
        return Finding(_SYSTEM, "warning", "Slack does not tell which scopes the token holds.")
    lacking = sorted(set(SCOPES) - held)
    if lacking:
        reasons = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in lacking)
        return Finding(
            _SYSTEM,
            "fault",
            f"{_VARIABLE} lacks {reasons}.",
            "Add them under OAuth & Permissions (or apply `shipmate manifest`), then reinstall.",
        )
    return Finding(_SYSTEM, "ok", f"The token holds all {len(SCOPES)} scopes.")


def _channels(catalog: Catalog) -> Iterable[str]:
    return {catalog.default_channel, *(each.channel for each in catalog.environments)}


async def _channel(client: Slack, channel: str) -> Finding:
    try:
        found = await client.conversation(await client.channel_id(channel))
    except NotFound as error:
        return Finding(
            _SYSTEM,
            "fault",
            f"{channel} is not found: {error.summary}",
            "Make the channel, or /invite the bot where it is private, or mend the catalog.",
        )
    if not found.is_member:
        return Finding(_SYSTEM, "fault", f"The bot is not in {channel}.", "/invite it there.")
    if found.is_archived:
        return Finding(_SYSTEM, "fault", f"{channel} is archived.", "Unarchive it.")
    if found.is_ext_shared:
        return Finding(
            _SYSTEM,
            "warning",
            f"{channel} is shared with another company: commands are refused there.",
            "Choose a channel of your own in the catalog.",
        )
    return Finding(_SYSTEM, "ok", f"The bot is in {channel}.")


def _group(group: str, known: set[str]) -> Finding:
    """Whether the group is there, named by its handle or its ID as grants do."""
    named = group if _GROUP_ID.fullmatch(group) else f"@{group}"
    if group in known:
        return Finding(_SYSTEM, "ok", f"The user group {named} is there.")
    return Finding(
        _SYSTEM,
        "fault",
        f"There is no user group {named}: what it is granted is nobody's.",
        "Make it in Slack (People & user groups), or mend `access` in the catalog.",
    )
