"""PATCH of an application: only its spec, labels and annotations can be changed this way."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code, invalid
from bot.sandbox.argocd.policies import merged, write_policy
from bot.sandbox.argocd.wire.application import application as application_json


async def patch_application(call: Call) -> Json:
    """A merge patch of `spec.syncPolicy.automated`; everything else in it is dropped.

    The patch comes as a string. What an owner wants otherwise, it writes again a moment later.
    """
    app = call.application("update")
    automated = _automated(call.body)
    if automated is not _ABSENT:
        if isinstance(automated, dict) and not call.simulation.switches.knows_enabled:
            automated = {word: value for word, value in automated.items() if word != "enabled"}
        write_policy(call.simulation, app, merged(app.automated, automated))
        call.simulation.touch(app, at_once=True)
    return application_json(app, resource_health=True)


_ABSENT = object()


def _automated(body: Json) -> Any:
    """What the patch says of `spec.syncPolicy.automated`."""
    kind = str(body.get("patchType") or "json")
    if kind == "json":
        raise ApiError(Code.UNKNOWN, "the sandbox reads patches of type merge alone")
    if kind != "merge":
        raise invalid(f"Patch type '{kind}' is not supported")
    try:
        node: Any = json.loads(str(body.get("patch") or ""))
    except ValueError as error:
        raise ApiError(Code.UNKNOWN, f"error unmarshalling patch: {error}") from error
    for word in ("spec", "syncPolicy", "automated"):
        if not isinstance(node, dict) or word not in node:
            return _ABSENT
        node = node[word]
    return node
