"""The sandbox's own table of what it answers: paths as Argo CD's swagger spells them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.argocd import (
    api_accounts,
    api_applications,
    api_logs,
    api_operations,
    api_projects,
    api_resources,
    api_revisions,
    api_streams,
)
from bot.sandbox.argocd.call import Handler

_APPLICATION = ("appNamespace", "project")
_QUERY = (
    *("name", "projects", "project", "selector", "repo"),
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
    Route("GET", "/api/version", "version", api_accounts.version, anonymous=True),
    Route("GET", "/api/v1/settings", "settings", api_accounts.settings, anonymous=True),
    Route("POST", "/api/v1/session", "login", api_accounts.create_session, anonymous=True),
    Route("DELETE", "/api/v1/session", "logout", api_accounts.delete_session, anonymous=True),
    Route("GET", "/api/v1/session/userinfo", "userinfo", api_accounts.user_info, anonymous=True),
    Route("GET", "/api/v1/account", "accounts", api_accounts.list_accounts),
    Route("GET", "/api/v1/account/{name}", "account", api_accounts.get_account),
    Route(
        "GET",
        "/api/v1/account/can-i/{resource}/{action}/{subresource}",
        "can-i",
        api_accounts.can_i,
    ),
    Route(
        "GET",
        "/api/v1/applications",
        "list",
        api_applications.list_applications,
        _QUERY,
        masked=True,
    ),
    Route(
        "GET",
        "/api/v1/stream/applications",
        "stream",
        api_streams.stream_applications,
        _QUERY,
        masked=True,
    ),
    Route("GET", _APP, "get", api_applications.get_application, _QUERY),
    Route("POST", f"{_APP}/sync", "sync", api_operations.sync_application),
    Route("POST", f"{_APP}/rollback", "rollback", api_operations.rollback_application),
    Route(
        "DELETE",
        f"{_APP}/operation",
        "terminate",
        api_operations.terminate_operation,
        _APPLICATION,
    ),
    Route(
        "GET",
        "/api/v1/applications/{applicationName}/resource-tree",
        "tree",
        api_resources.get_tree,
        ("namespace", "name", "version", "group", "kind", *_APPLICATION),
    ),
    Route(
        "GET",
        "/api/v1/applications/{applicationName}/managed-resources",
        "managed-resources",
        api_resources.managed_resources,
        ("namespace", "name", "version", "group", "kind", *_APPLICATION),
        masked=True,
    ),
    Route(
        "GET",
        f"{_APP}/events",
        "events",
        api_resources.list_events,
        ("resourceNamespace", "resourceName", "resourceUID", *_APPLICATION),
    ),
    Route("GET", f"{_APP}/logs", "logs", api_logs.stream_logs, _LOGS),
    Route(
        "GET", f"{_APP}/pods/{{podName}}/logs", "logs", api_logs.stream_logs, _LOGS[:1] + _LOGS[2:]
    ),
    Route("GET", f"{_APP}/resource", "resource", api_resources.get_resource, _RESOURCE),
    Route("GET", f"{_APP}/resource/actions", "actions", api_resources.list_actions, _RESOURCE),
    Route("POST", f"{_APP}/resource/actions/v2", "action", api_resources.run_action),
    Route(
        "GET",
        f"{_APP}/manifests",
        "manifests",
        api_revisions.get_manifests,
        ("revision", "revisions", "sourcePositions", "noCache", *_APPLICATION),
    ),
    Route(
        "GET",
        f"{_APP}/revisions/{{revision}}/metadata",
        "revision",
        api_revisions.revision_metadata,
        ("sourceIndex", "versionId", *_APPLICATION),
    ),
    Route(
        "GET",
        f"{_APP}/syncwindows",
        "syncwindows",
        api_projects.application_windows,
        _APPLICATION,
    ),
    Route("GET", "/api/v1/projects", "projects", api_projects.list_projects, ("name",)),
    Route("GET", "/api/v1/projects/{name}", "project", api_projects.get_project),
    Route(
        "GET",
        "/api/v1/projects/{name}/syncwindows",
        "project-windows",
        api_projects.project_windows,
    ),
)
