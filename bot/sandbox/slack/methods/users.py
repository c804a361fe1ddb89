"""Who is there: users.info, users.list, users.lookupByEmail."""

from __future__ import annotations

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.methods.pages import page
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.wire import EPOCH, user_json
from bot.sandbox.slack.workspace import Workspace


def info(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/users.info says."""
    return {"user": user_json(workspace.user(args["user"]), workspace.installation)}


def list_users(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/users.list says."""
    rows, cursor = page(list(workspace.users.values()), args, 0)
    members = [user_json(one, workspace.installation) for one in rows]
    more = {"next_cursor": cursor}
    return {"members": members, "cache_ts": EPOCH, "response_metadata": more}


def lookup_by_email(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/users.lookupByEmail says."""
    for user in workspace.users.values():
        if user.email.lower() == args["email"].lower() and not user.deleted:
            return {"user": user_json(user, workspace.installation)}
    raise Refusal("users_not_found")


USERS = (
    Method(
        "users.info",
        Tier.T4,
        info,
        Arguments(required=("user",), strings=("user",), booleans=("include_locale",)),
        scopes=("users:read",),
        errors=("user_not_found",),
    ),
    Method(
        "users.list",
        Tier.T2,
        list_users,
        Arguments(
            strings=("cursor", "team_id"),
            booleans=("include_locale",),
            numbers=("limit",),
        ),
        scopes=("users:read",),
        errors=("invalid_cursor",),
    ),
    Method(
        "users.lookupByEmail",
        Tier.T3,
        lookup_by_email,
        Arguments(required=("email",), strings=("email",)),
        scopes=("users:read.email",),
        errors=("users_not_found",),
    ),
)
