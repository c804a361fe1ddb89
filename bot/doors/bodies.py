"""Bodies of Slack's requests as the mappings that Slack meant."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_to_bytes

from bot.doors.payloads import Malformed


def decode(raw: bytes) -> dict[str, Any]:
    """The body as the mapping that Slack meant: a form, a form's `payload`, or JSON.

    Raises Malformed.
    """
    try:
        text = raw.decode()
        if text.lstrip().startswith(("{", "[")):
            body = json.loads(text)
        else:
            fields = _form(text)
            body = json.loads(fields["payload"]) if "payload" in fields else fields
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(body, dict) or not body:
        raise Malformed
    return body


def _form(text: str) -> dict[str, str]:
    """The fields of a form; a third of what urllib's parse_qsl takes, on the path of every command.

    Raises ValueError for what is no UTF-8.
    """
    fields: dict[str, str] = {}
    for pair in text.replace("+", " ").split("&"):
        name, _, value = pair.partition("=")
        if "%" in pair:
            name, value = _unquoted(name), _unquoted(value)
        fields[name] = value
    return fields


def _unquoted(text: str) -> str:
    text = text.replace("%2F", "/").replace("%3A", ":")  # of addresses, and all there is in most
    return unquote_to_bytes(text).decode() if "%" in text else text
