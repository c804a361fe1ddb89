"""An application's objects in Argo CD's JSON, where each state is JSON in a string."""

from __future__ import annotations

import json

from integrations.argocd.objects import ManagedObject
from integrations.argocd.wire import resource_ref
from integrations.argocd.wire_json import Json, MalformedError, as_object, children, flag, text


def managed(value: object) -> tuple[ManagedObject, ...]:
    """The items of `/managed-resources`. Raises MalformedError."""
    return tuple(_object(item) for item in children(as_object(value), "items"))


def manifest(value: object) -> Json:
    """The answer of `/resource`. Raises MalformedError where there is no manifest in it."""
    found = _state(as_object(value), "manifest")
    if not found:
        raise MalformedError("no manifest")
    return found


def _object(node: Json) -> ManagedObject:
    return ManagedObject(
        ref=resource_ref(node),
        target=_state(node, "targetState"),
        live=_state(node, "normalizedLiveState"),
        predicted=_state(node, "predictedLiveState"),
        modified=flag(node, "modified"),
        hook=flag(node, "hook"),
    )


def _state(node: Json, key: str) -> Json:
    """One state; "null" and an empty string are Argo CD's words for none."""
    try:
        return as_object(json.loads(text(node, key) or "null"))
    except ValueError as error:
        raise MalformedError(f"{key} is not JSON") from error
