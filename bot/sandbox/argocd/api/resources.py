"""The objects of an application: tree, events, live manifests, actions."""

from __future__ import annotations

import json

from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code, invalid
from bot.sandbox.argocd.cluster.events import application_events, object_events
from bot.sandbox.argocd.cluster.live import LiveObject
from bot.sandbox.argocd.cluster.manifests import (
    live_manifest,
    normalized,
    pod_manifest,
    rendered,
)
from bot.sandbox.argocd.cluster.pods import pods_of
from bot.sandbox.argocd.cluster.tree import resource_tree
from bot.sandbox.argocd.controllers.apply import roll
from bot.sandbox.argocd.state import AppState, Level

ACTIONS = ("restart", "pause", "resume")


async def get_tree(call: Call) -> Json:
    """ApplicationTree."""
    return resource_tree(call.application(), call.simulation.clock.now())


async def list_events(call: Call) -> Json:
    """EventList: of the application, or of one object when name and uid are given."""
    app = call.application()
    name, uid = call.query("resourceName"), call.query("resourceUID")
    now = call.simulation.clock.now()
    if not name and not uid:
        return {"metadata": {}, "items": application_events(app, now)}
    return {"metadata": {}, "items": object_events(app, name, uid, now)}


async def managed_resources(call: Call) -> Json:
    """ResourceDiffs: states are JSON in strings."""
    app = call.application()
    images = await call.target.images(app, app.sync_revisions or app.targets)
    items = []
    for key, manifest in call.simulation.declared(app).items():
        if not _fits(call, "kind", key.kind) or not _fits(call, "name", key.name):
            continue
        live = app.live.get(key)
        target = json.dumps(rendered(manifest, key.namespace, images[key]))
        item: Json = {"group": key.group, "kind": key.kind, "namespace": key.namespace}
        item |= {"name": key.name, "targetState": target, "predictedLiveState": target}
        item |= _states(app, live, images[key])
        item["resourceVersion"] = "" if live is None else str(1000 + live.revision)
        item["modified"] = live is None or live.drifted or live.image != images[key]
        items.append(item)
    return {"items": items}


async def get_resource(call: Call) -> Json:
    """One live manifest, as JSON in a string; pods too."""
    app = call.application()
    kind, name = call.query("kind"), call.query("resourceName")
    now = call.simulation.clock.now()
    for live in app.live.values():
        if (live.key.kind, live.key.name) == (kind, name):
            return {"manifest": json.dumps(live_manifest(live, app.name))}
        for pod in pods_of(live, now) if kind == "Pod" else ():
            if pod.name == name:
                return {"manifest": json.dumps(pod_manifest(pod, live.key.namespace))}
    what = f"{kind} {call.query('group')} {name} not found as part of application {app.name}"
    raise invalid(what)


async def list_actions(call: Call) -> Json:
    """What may be done to one object."""
    app = call.application()
    live = _live(app, call.query("kind"), call.query("resourceName"))
    return {"actions": [{"name": name} for name in ACTIONS if live.manifest.runs_pods]}


async def run_action(call: Call) -> Json:
    """restart, pause, resume; none of them is idempotent."""
    app = call.application()
    body = call.body
    action = str(body.get("action") or "")
    kind = str(body.get("kind") or "")
    call.who.require(f"action/{body.get('group') or ''}/{kind}/{action}", app)
    live = _live(app, kind, str(body.get("resourceName") or ""))
    if action not in ACTIONS or not live.manifest.runs_pods:
        raise ApiError(Code.INVALID_ARGUMENT, f"built-in script {action} does not exist")
    if action == "restart":
        roll(call.simulation, live, live.image, call.simulation.clock.now())
    else:
        live.paused = action == "pause"
    call.simulation.request_refresh(app, Level.RECENT, call.simulation.timings.event_delay)
    return {}


def _states(app: AppState, live: LiveObject | None, image: str) -> Json:
    """The live object whole, compared, and as a sync would leave it; "null" where it is missing."""
    if live is None:
        return {"liveState": "null", "normalizedLiveState": "null"}
    mended = normalized(live, app.name, image=image, mended=True)
    return {
        "liveState": json.dumps(live_manifest(live, app.name)),
        "normalizedLiveState": json.dumps(normalized(live, app.name)),
        "predictedLiveState": json.dumps(mended),
    }


def _live(app: AppState, kind: str, name: str) -> LiveObject:
    for live in app.live.values():
        if (live.key.kind, live.key.name) == (kind, name):
            return live
    raise invalid(f"{kind} {name} not found as part of application {app.name}")


def _fits(call: Call, parameter: str, value: str) -> bool:
    asked = call.query(parameter)
    return not asked or asked == value
