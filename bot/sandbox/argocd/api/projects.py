"""Projects and their sync windows."""

from __future__ import annotations

from bot.sandbox.argocd.api.call import Call, Json
from bot.sandbox.argocd.api.errors import ApiError, Code
from bot.sandbox.argocd.simulation import SyncWindow
from bot.sandbox.argocd.wire.parts import CLUSTER, timestamp


async def list_projects(call: Call) -> Json:
    """Every project that has applications."""
    return {"metadata": {}, "items": [project(call, name) for name in names(call)]}


async def get_project(call: Call) -> Json:
    """One project."""
    name = call.request.match_info["name"]
    if name not in names(call):
        raise ApiError(Code.NOT_FOUND, f'appprojects.argoproj.io "{name}" not found')
    return project(call, name)


async def project_windows(call: Call) -> Json:
    """The project's windows that are open now."""
    name = call.request.match_info["name"]
    return {"windows": [spec(w) for w in windows_of(call, name)]}


async def application_windows(call: Call) -> Json:
    """What windows say of a manual sync of this application, now."""
    app = call.application()
    assigned = [w for w in call.simulation.switches.windows if w.covers(app)]
    shown = [window(one) for one in assigned]
    can_sync = not call.simulation.blocked(app, manual=True)
    document: Json = {"canSync": can_sync} if can_sync else {}
    if shown:
        document |= {"activeWindows": shown, "assignedWindows": shown}
    return document


def names(call: Call) -> list[str]:
    """All project names."""
    return sorted({app.definition.project for app in call.simulation.applications.values()})


def windows_of(call: Call, name: str) -> list[SyncWindow]:
    """The windows of one project."""
    return [w for w in call.simulation.switches.windows if w.project in ("*", name)]


def project(call: Call, name: str) -> Json:
    """AppProject."""
    details: Json = {
        "sourceRepos": ["*"],
        "destinations": [{"server": CLUSTER, "namespace": "*"}],
        "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
    }
    windows = [spec(w) for w in windows_of(call, name)]
    if windows:
        details["syncWindows"] = windows
    created = min(a.created_at for a in call.simulation.applications.values())
    metadata = {"name": name, "namespace": "argocd", "creationTimestamp": timestamp(created)}
    return {"metadata": metadata, "spec": details, "status": {}}


def window(one: SyncWindow) -> Json:
    """ApplicationSyncWindow."""
    return {
        "kind": one.kind,
        "schedule": one.schedule,
        "duration": one.duration,
        "manualSync": one.manual_sync,
    }


def spec(one: SyncWindow) -> Json:
    """SyncWindow of an AppProject."""
    return window(one) | {"applications": list(one.applications) or ["*"]}
