"""The sandbox's own table of what it answers: paths as Argo CD's swagger spells them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.argocd.api import (
    applications,
    operations,
    patching,
    pod_logs,
    projects,
    resources,
    revisions,
    sessions,
    streams,
)
from bot.sandbox.argocd.api.call import Handler

_APPLICATION = ("appNamespace", "project")
_QUERY = (
    *("projects", "project", "selector", "repo"),
    *("appNamespace", "resourceVersion", "refresh"),
)
_RESOURCE = ("namespace", "resourceName", "version", "group", "kind", *_APPLICATION)
_LOGS = (
    *("namespace", "podName", "container", "sinceSeconds", "tailLines", "follow", "filter"),
    *("kind", "group", "resourceName", "previous", *_APPLICATION),
)


@dataclass(frozen=True, slots=True)
class Route:
    """One call. `kind` is how it is counted; `masked` allows `fields`, which swagger omits."""

    method: str
    path: str
    kind: str
    handler: Handler
    query: tuple[str, ...] = ()
    masked: bool = False
    anonymous: bool = False


_APP = "/api/v1/applications/{name}"

ROUTES = (
    Route("GET", "/api/version", "version", sessions.version, anonymous=True),
    Route("GET", "/api/v1/settings", "settings", sessions.settings, anonymous=True),
    Route("POST", "/api/v1/session", "login", sessions.create_session, anonymous=True),
    Route("DELETE", "/api/v1/session", "logout", sessions.delete_session, anonymous=True),
    Route("GET", "/api/v1/session/userinfo", "userinfo", sessions.user_info, anonymous=True),
    Route("GET", "/api/v1/account", "accounts", sessions.list_accounts),
    Route("GET", "/api/v1/account/{name}", "account", sessions.get_account),
    Route(
        "GET",
        "/api/v1/account/can-i/{resource}/{action}/{subresource}",
        "can-i",
        sessions.can_i,
    ),
    Route(
        "GET",
        "/api/v1/applications",
        "list",
        applications.list_applications,
        ("name", *_QUERY),
        masked=True,
    ),
    Route(
        "GET",
        "/api/v1/stream/applications",
        "stream",
        streams.stream_applications,
        ("name", *_QUERY),
        masked=True,
    ),
    Route("GET", _APP, "get", applications.get_application, _QUERY),
    Route("PATCH", _APP, "patch", patching.patch_application),
    Route("POST", f"{_APP}/sync", "sync", operations.sync_application),
    Route("POST", f"{_APP}/rollback", "rollback", operations.rollback_application),
    Route(
        "DELETE",
        f"{_APP}/operation",
        "terminate",
        operations.terminate_operation,
        _APPLICATION,
    ),
    Route(
        "GET",
        "/api/v1/applications/{applicationName}/resource-tree",
        "tree",
        resources.get_tree,
        ("namespace", "name", "version", "group", "kind", *_APPLICATION),
    ),
    Route(
        "GET",
        "/api/v1/applications/{applicationName}/managed-resources",
        "managed-resources",
        resources.managed_resources,
        ("namespace", "name", "version", "group", "kind", *_APPLICATION),
        masked=True,
    ),
    Route(
        "GET",
        f"{_APP}/events",
        "events",
        resources.list_events,
        ("resourceNamespace", "resourceName", "resourceUID", *_APPLICATION),
    ),
    Route("GET", f"{_APP}/logs", "logs", pod_logs.stream_logs, _LOGS),
    Route(
        "GET", f"{_APP}/pods/{{podName}}/logs", "logs", pod_logs.stream_logs, _LOGS[:1] + _LOGS[2:]
    ),
    Route("GET", f"{_APP}/resource", "resource", resources.get_resource, _RESOURCE),
    Route("GET", f"{_APP}/resource/actions", "actions", resources.list_actions, _RESOURCE),
    Route("POST", f"{_APP}/resource/actions/v2", "action", resources.run_action),
    Route(
        "GET",
        f"{_APP}/manifests",
        "manifests",
        revisions.get_manifests,
        ("revision", "revisions", "sourcePositions", "noCache", *_APPLICATION),
    ),
    Route(
        "GET",
        f"{_APP}/revisions/{{revision}}/metadata",
        "revision",
        revisions.revision_metadata,
        ("sourceIndex", "versionId", *_APPLICATION),
    ),
    Route(
        "GET",
        f"{_APP}/syncwindows",
        "syncwindows",
        projects.application_windows,
        _APPLICATION,
    ),
    Route("GET", "/api/v1/projects", "projects", projects.list_projects, ("name",)),
    Route("GET", "/api/v1/projects/{name}", "project", projects.get_project),
    Route(
        "GET",
        "/api/v1/projects/{name}/syncwindows",
        "project-windows",
        projects.project_windows,
    ),
)
