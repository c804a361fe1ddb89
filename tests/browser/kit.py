"""The few blocks that the browser tests send."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str, **more: object) -> Json:
    return {
        "type": "button",
        "text": plain(text),
        "action_id": action_id,
        "value": "it",
        **more,
    }


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def confirm(title: str, yes: str, no: str) -> Json:
    return {
        "title": plain(title),
        "text": {"type": "mrkdwn", "text": "It *matters*."},
        "confirm": plain(yes),
        "deny": plain(no),
        "style": "danger",
    }


def field(label: str, block_id: str, element: Json, **more: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        **more,
    }


def modal(title: str, callback_id: str, *blocks: Json) -> Json:
    return {
        "type": "modal",
        "title": plain(title),
        "callback_id": callback_id,
        "submit": plain("Deploy"),
        "close": plain("Cancel"),
        "blocks": list(blocks),
    }


DEPLOY_FORM = modal(
    "Deploy",
    "form:deploy",
    field(
        "Environment",
        "environment",
        {
            "type": "static_select",
            "action_id": "environment",
            "options": [
                {"text": plain(name), "value": name} for name in ("dev", "staging", "production")
            ],
        },
    ),
    field("Tag", "tag", {"type": "plain_text_input", "action_id": "tag"}),
)
