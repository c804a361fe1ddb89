"""How the registry refuses: an error as the distribution's API words it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.registry.storage import Refused


def refusal(refused: Refused, headers: Mapping[str, str] | None = None) -> web.Response:
    """The answer that says what is wrong."""
    error: dict[str, object] = {"code": refused.code, "message": refused.message}
    if refused.detail is not None:
        error["detail"] = refused.detail
    text = json.dumps({"errors": [error]})
    return web.json_response(text=text, status=refused.status, headers=headers)
