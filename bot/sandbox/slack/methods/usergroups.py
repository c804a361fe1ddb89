"""Who belongs together: usergroups.list and usergroups.users.list."""

from __future__ import annotations

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.model import Group, Json
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal
from bot.sandbox.slack.wire import group_json
from bot.sandbox.slack.workspace import Workspace


def list_groups(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/usergroups.list says."""
    shown = [one for one in workspace.groups.values() if one.enabled or _disabled_too(args)]
    return {"usergroups": [_group(one, workspace, args) for one in shown]}


def _group(group: Group, workspace: Workspace, args: Json) -> Json:
    body = group_json(group, workspace.installation)
    if not args.get("include_count"):
        del body["user_count"]
    return body | ({"users": sorted(group.members)} if args.get("include_users") else {})


def members(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/usergroups.users.list says."""
    group = workspace.groups.get(args["usergroup"])
    if group is None or not (group.enabled or _disabled_too(args)):
        raise Refusal("no_such_subteam")
    return {"users": sorted(group.members)}


def _disabled_too(args: Json) -> bool:
    return bool(args.get("include_disabled"))


USERGROUPS = (
    Method(
        "usergroups.list",
        Tier.T2,
        list_groups,
        Arguments(
            strings=("team_id",),
            booleans=("include_count", "include_disabled", "include_users"),
        ),
        scopes=("usergroups:read",),
    ),
    Method(
        "usergroups.users.list",
        Tier.T2,
        members,
        Arguments(
            required=("usergroup",),
            strings=("team_id", "usergroup"),
            booleans=("include_disabled",),
        ),
        scopes=("usergroups:read",),
        errors=("no_such_subteam",),
    ),
)
