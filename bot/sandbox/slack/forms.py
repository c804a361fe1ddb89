"""What a person can press and fill in: the interactive elements of blocks, and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.slack.model import Json

VALUE_FIELDS = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Element type -> the field of its action and of its place in state.values."""

_NOT_IN_STATE = {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}


def interactive(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Each (block, element) that a person can act on, in the order shown."""
    for block in blocks:
        match block.get("type"):
            case "actions" | "context_actions":
                yield from ((block, element) for element in block["elements"])
            case "section" if block.get("accessory", {}).get("type") not in (None, "image"):
                yield block, block["accessory"]
            case "input":
                yield block, block["element"]
            case "card":
                yield from ((block, element) for element in block.get("actions", []))
            case "carousel":
                yield from interactive(block["elements"])
            case "container":
                yield from interactive(block["child_blocks"])


def find(blocks: Sequence[Json], wanted: str, block_id: str = "") -> tuple[Json, Json] | None:
    """The first (block, element) whose action_id, or whose text on the button, is `wanted`."""
    found = [pair for pair in interactive(blocks) if block_id in ("", pair[0].get("block_id"))]
    for block, element in found:
        if element.get("action_id") == wanted:
            return block, element
    for block, element in found:
        if element.get("text", {}).get("text") == wanted:
            return block, element
    return None


def action(block: Json, element: Json, given: Any, action_ts: str) -> Json:
    """The entry of block_actions' `actions` for one press or one choice."""
    body: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    if element["type"] == "button":
        kept = ("text", "value", "style", "url")
        return body | {key: element[key] for key in kept if key in element}
    if "text" in element:
        body["text"] = element["text"]
    field = VALUE_FIELDS.get(element["type"], "value")
    return body | {field: entered(element, given)[field]}


def state(blocks: Sequence[Json], given: Mapping[str, Any]) -> Json:
    """state.values of a message or a view.

    `given` is either Slack's own shape (block_id -> action_id -> value), or names elements by
    action_id or block_id alone; values may be Slack's objects, option values or plain text.
    """
    values: Json = {}
    for block, element in interactive(blocks):
        if element["type"] in _NOT_IN_STATE:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        found = given.get(action_id, given.get(block_id))
        if isinstance(found, Mapping) and action_id in found:
            found = found[action_id]
        values.setdefault(block_id, {})[action_id] = entered(element, found)
    return values


def entered(element: Json, given: Any) -> Json:
    """The value of one element in state.values; None leaves what it starts with."""
    kind = element["type"]
    field = VALUE_FIELDS.get(kind, "value")
    if isinstance(given, Mapping) and field in given:
        return {"type": kind, field: given[field]}
    if given is None:
        return {
            "type": kind,
            field: element.get(field.replace("selected", "initial"), _empty(element, field)),
        }
    if field == "selected_option":
        return {"type": kind, field: _option(element, given)}
    if field == "selected_options":
        return {"type": kind, field: [_option(element, one) for one in given]}
    return {"type": kind, field: given}


def missing(view_blocks: Sequence[Json], values: Mapping[str, Any]) -> dict[str, str]:
    """block_id -> what Slack's client says before it lets a form go."""
    problems: dict[str, str] = {}
    for block in view_blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = values[block["block_id"]][element["action_id"]]
        problem = _complaint(element, value.get(VALUE_FIELDS.get(element["type"], "value")))
        if problem and not (block.get("optional") and problem == _REQUIRED):
            problems[block["block_id"]] = problem
    return problems


_REQUIRED = "Please complete this required field."


def _complaint(element: Json, value: Any) -> str:
    if value in (None, "", []):
        return _REQUIRED
    if isinstance(value, str) and len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if isinstance(value, str) and len(value) > element.get("max_length", len(value)):
        return f"Please enter at most {element['max_length']} characters."
    return ""


def _empty(element: Json, field: str) -> Any:
    if field == "value":
        return element.get("initial_value")
    return [] if field.endswith("s") and field != "rich_text_value" else None


def _option(element: Json, given: Any) -> Json:
    if isinstance(given, Mapping):
        return dict(given)
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(one for group in groups for one in group["options"])]
    for option in options:
        if given in (option.get("value"), option["text"]["text"]):
            return dict(option)
    raise LookupError(f"no option {given!r} in {element.get('action_id')}")
