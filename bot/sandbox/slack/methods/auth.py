"""Who the app is: auth.test, bots.info, team.info, apps.connections.open."""

from __future__ import annotations

import secrets

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.wire import bot_profile
from bot.sandbox.slack.workspace import Workspace


def auth_test(workspace: Workspace, _: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/auth.test says."""
    app = workspace.installation
    return {
        "url": f"https://{app.domain}.slack.com/",
        "team": app.team,
        "user": app.bot_name,
        "team_id": app.team_id,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def bots_info(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/bots.info says."""
    app = workspace.installation
    if args.get("bot", app.bot_id) != app.bot_id:
        raise Refusal("bot_not_found")
    profile = bot_profile(app)
    kept = ("id", "app_id", "name", "icons", "deleted", "updated")
    return {"bot": {key: profile[key] for key in kept} | {"user_id": app.bot_user_id}}


def team_info(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/team.info says."""
    app = workspace.installation
    if args.get("team", app.team_id) != app.team_id:
        raise Refusal("team_not_found")
    return {"team": {"id": app.team_id, "name": app.team, "domain": app.domain}}


def connections_open(workspace: Workspace, _: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/apps.connections.open says."""
    ticket = secrets.token_hex(16)
    workspace.socket_tickets.add(ticket)
    address = workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={ticket}&app_id={workspace.installation.app_id}"}


AUTH = (
    Method("apps.connections.open", Tier.T3, connections_open, takes_json=True, token="app"),
    Method("auth.test", Tier.SPECIAL, auth_test, takes_json=True),
    Method(
        "bots.info",
        Tier.T3,
        bots_info,
        Arguments(strings=("bot", "team_id")),
        scopes=("users:read",),
        errors=("bot_not_found",),
    ),
    Method(
        "team.info",
        Tier.T3,
        team_info,
        Arguments(strings=("team", "domain")),
        scopes=("team:read",),
        takes_json=True,
        errors=("team_not_found",),
    ),
)
