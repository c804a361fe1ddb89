"""Modals and home tabs: views.open, update, push, publish."""

from __future__ import annotations

import json

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.blocks import with_ids
from bot.sandbox.slack.blocks.check import check_view
from bot.sandbox.slack.methods.method import Method
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rates import Tier
from bot.sandbox.slack.refusal import Refusal, invalid
from bot.sandbox.slack.wire import view_json
from bot.sandbox.slack.workspace import Workspace

VIEW_BYTES = 250_000  # view_too_large: "greater than 250kb"


def open_view(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/views.open says."""
    content = _content(workspace, args, "modal")
    user, _ = workspace.triggers.spend(args["trigger_id"])
    view = workspace.views.open(user, content)
    return {"view": view_json(view, workspace.installation)}


def push(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/views.push says."""
    content = _content(workspace, args, "modal")
    user, _ = workspace.triggers.spend(args["trigger_id"])
    view = workspace.views.push(user, content)
    return {"view": view_json(view, workspace.installation)}


def update(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/views.update says."""
    if not args.get("view_id") and not args.get("external_id"):
        raise invalid("invalid_arguments", ["missing required field: view_id"])
    before = workspace.views.find(args.get("view_id", ""), args.get("external_id", ""))
    if before is None:
        raise Refusal("not_found")
    content = _content(workspace, args, before.type)
    view = workspace.views.update(before, content, args.get("hash", ""))
    return {"view": view_json(view, workspace.installation)}


def publish(workspace: Workspace, args: Json) -> Json:
    """Answer as https://docs.slack.dev/reference/methods/views.publish says."""
    content = _content(workspace, args, "home")
    if args["user_id"] not in workspace.users:
        raise invalid("invalid_arguments", ["invalid `user_id`"])
    view = workspace.views.publish(args["user_id"], content, args.get("hash", ""))
    return {"view": view_json(view, workspace.installation)}


def _content(workspace: Workspace, args: Json, kind: str) -> Json:
    view = args["view"]
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    if len(json.dumps(view)) > VIEW_BYTES:
        raise Refusal("view_too_large")
    problems = check_view(view)
    if not problems and view["type"] != kind:
        problems = [f"must be of type {kind} [json-pointer:/view/type]"]
    if problems:
        raise invalid("invalid_arguments", problems)
    return view | {"blocks": list(with_ids(view["blocks"], workspace.mint))}


_TRIGGER_ERRORS = (
    "expired_trigger_id",
    "exchanged_trigger_id",
    "invalid_trigger_id",
    "duplicate_external_id",
    "view_too_large",
)

VIEWS = (
    Method(
        "views.open",
        Tier.T4,
        open_view,
        Arguments(("trigger_id", "view"), strings=("trigger_id",), structures=("view",)),
        takes_json=True,
        errors=_TRIGGER_ERRORS,
    ),
    Method(
        "views.push",
        Tier.T4,
        push,
        Arguments(("trigger_id", "view"), strings=("trigger_id",), structures=("view",)),
        takes_json=True,
        errors=(*_TRIGGER_ERRORS, "not_found", "push_limit_reached"),
    ),
    Method(
        "views.update",
        Tier.T4,
        update,
        Arguments(("view",), strings=("external_id", "hash", "view_id"), structures=("view",)),
        takes_json=True,
        errors=("hash_conflict", "not_found", "view_too_large"),
    ),
    Method(
        "views.publish",
        Tier.T4,
        publish,
        Arguments(("user_id", "view"), strings=("hash", "user_id"), structures=("view",)),
        takes_json=True,
        errors=("hash_conflict", "duplicate_external_id", "view_too_large"),
    ),
)
