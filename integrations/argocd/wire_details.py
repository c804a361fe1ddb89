"""What Argo CD tells about the inside of an application, read into the values of model.py."""

from __future__ import annotations

import json

from integrations.argocd.account import UserInfo
from integrations.argocd.details import (
    KubernetesEvent,
    LogLine,
    ResourceNode,
    RevisionMetadata,
    SyncWindow,
    SyncWindows,
)
from integrations.argocd.model import ResourceRef
from integrations.argocd.wire import health_of, resource_ref
from integrations.argocd.wire_json import (
    Json,
    MalformedError,
    as_object,
    child,
    children,
    flag,
    moment,
    number,
    pairs,
    text,
    texts,
)


def resource_tree(value: object) -> tuple[ResourceNode, ...]:
    """The `nodes` of an ApplicationTree."""
    return tuple(_node(item) for item in children(as_object(value), "nodes"))


def events(value: object) -> tuple[KubernetesEvent, ...]:
    """The items of a Kubernetes EventList, in the order they came."""
    return tuple(_event(item) for item in children(as_object(value), "items"))


def log_line(value: object) -> LogLine | None:
    """The `result` of one frame of a log stream; None for the one that says it was the last."""
    node = as_object(value)
    if flag(node, "last"):
        return None
    at = moment(node, "timeStampStr") or moment(node, "timeStamp")
    return LogLine(content=text(node, "content"), at=at, pod=text(node, "podName"))


def sync_windows(value: object) -> SyncWindows:
    """The answer of `/syncwindows`; an absent `canSync` is Go's way to write false."""
    node = as_object(value)
    return SyncWindows(
        can_sync=flag(node, "canSync"),
        active=tuple(_window(item) for item in children(node, "activeWindows")),
        assigned=tuple(_window(item) for item in children(node, "assignedWindows")),
    )


def revision_metadata(value: object) -> RevisionMetadata:
    """The answer of `/revisions/{revision}/metadata`."""
    node = as_object(value)
    return RevisionMetadata(
        author=text(node, "author"),
        message=text(node, "message"),
        at=moment(node, "date"),
        tags=texts(node, "tags"),
    )


def manifests(value: object) -> tuple[Json, ...]:
    """The objects of `/manifests`, which come as strings of JSON. Raises MalformedError."""
    try:
        return tuple(
            as_object(json.loads(item)) for item in texts(as_object(value), "manifests") if item
        )
    except ValueError as error:
        raise MalformedError("a manifest that is not JSON") from error


def user_info(value: object) -> UserInfo:
    """The answer of `/session/userinfo`, which is 200 for strangers too."""
    node = as_object(value)
    return UserInfo(
        logged_in=flag(node, "loggedIn"),
        username=text(node, "username"),
        groups=texts(node, "groups"),
    )


def version(value: object) -> str:
    """Argo CD's version, such as "v3.5.1+109ca7c"; its keys are CamelCase. MalformedError."""
    found = text(as_object(value), "Version")
    if not found:
        raise MalformedError("no version")
    return found


def token(value: object) -> str:
    """The token of a new session. Raises MalformedError."""
    found = text(as_object(value), "token")
    if not found:
        raise MalformedError("a session without a token")
    return found


def allowed(value: object) -> bool:
    """The answer of `/account/can-i`."""
    return text(as_object(value), "value") == "yes"


def _node(node: Json) -> ResourceNode:
    return ResourceNode(
        ref=resource_ref(node),
        parents=tuple(resource_ref(item) for item in children(node, "parentRefs")),
        health=health_of(node),
        health_message=text(child(node, "health"), "message"),
        images=texts(node, "images"),
        info=pairs(node, "info"),
        created_at=moment(node, "createdAt"),
    )


def _event(node: Json) -> KubernetesEvent:
    series = child(node, "series")  # newer events count here, and leave the older fields empty
    at = moment(node, "eventTime")
    return KubernetesEvent(
        type=text(node, "type"),
        reason=text(node, "reason"),
        message=text(node, "message"),
        count=number(node, "count") or number(series, "count") or 1,
        first_at=moment(node, "firstTimestamp") or at,
        last_at=moment(node, "lastTimestamp") or moment(series, "lastObservedTime") or at,
        about=_involved(child(node, "involvedObject")),
    )


def _involved(node: Json) -> ResourceRef | None:
    if not node:
        return None
    group, _, version_ = text(node, "apiVersion").rpartition("/")
    return ResourceRef(
        kind=text(node, "kind"),
        name=text(node, "name"),
        group=group,
        namespace=text(node, "namespace"),
        version=version_,
        uid=text(node, "uid"),
    )


def _window(node: Json) -> SyncWindow:
    return SyncWindow(
        kind=text(node, "kind"),
        schedule=text(node, "schedule"),
        duration=text(node, "duration"),
        manual_sync=flag(node, "manualSync"),
    )
