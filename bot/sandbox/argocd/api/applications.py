"""LIST and GET: one from the cache and masked, the other whole and, asked to, fresh."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code, invalid
from bot.sandbox.argocd.api.fields import NotAMap, project_list
from bot.sandbox.argocd.state import Level
from bot.sandbox.argocd.wire.application import application as application_json


async def list_applications(call: Call) -> Json:
    """What the cache holds and the account may see; never 403, no pages."""
    wanted = call.queries("project") or call.queries("projects")
    name, namespace, repo = call.query("name"), call.query("appNamespace"), call.query("repo")
    labels = selector(call.query("selector"))
    account = call.who.account
    items = [
        row
        for row in call.simulation.informer.rows.values()
        if (not name or row["metadata"]["name"] == name)
        and (not namespace or row["metadata"]["namespace"] == namespace)
        and (not wanted or row["spec"]["project"] in wanted)
        and (not repo or row["spec"].get("source", {}).get("repoURL") == repo)
        and all(row["metadata"].get("labels", {}).get(k) == v for k, v in labels.items())
        and account.may("get", row["metadata"]["name"])
    ]
    items.sort(key=lambda row: str(row["metadata"]["name"]))
    metadata = {"resourceVersion": str(call.simulation.version)}
    if call.fields:
        try:
            items = project_list(items, call.fields)
        except NotAMap as error:
            raise ApiError(Code.UNKNOWN, str(error)) from error
        return {"items": items or None, "metadata": metadata}
    return {"metadata": metadata, "items": [without_health(row) for row in items] or None}


async def get_application(call: Call) -> Json:
    """One whole application; `refresh` waits for the controller, for as long as it takes."""
    if len(call.queries("projects")) > 1:
        raise invalid("can only specify a single project")
    app = call.application()
    if kind := call.query("refresh"):
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        app.refreshed.append(done)
        app.refresh = "hard" if kind == "hard" else "normal"
        call.simulation.touch(app)
        call.simulation.request_refresh(app, Level.FORCE)
        await done
    return application_json(app, resource_health=True)


def selector(text: str) -> dict[str, str]:
    """`a=b,c=d`; anything else is called bad, as a plain error: 500."""
    labels = {}
    for part in filter(None, text.split(",")):
        name, equals, value = part.replace("==", "=").partition("=")
        if not equals or not name.strip():
            what = f"error parsing the selector: unable to parse requirement: {part!r}"
            raise ApiError(Code.UNKNOWN, what)
        labels[name.strip()] = value.strip()
    return labels


def without_health(row: Json) -> Json:
    """LIST does not infer the health of resources (3.0+)."""
    status: dict[str, Any] = row["status"]
    if "resources" not in status:
        return row
    bare = [{k: v for k, v in one.items() if k != "health"} for one in status["resources"]]
    return {**row, "status": {**status, "resources": bare}}
