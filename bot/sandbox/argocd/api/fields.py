"""The two ways Argo CD understands `fields`: a hand-written list, and generic paths (pure)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
MISSING = object()


def _path(*names: str) -> Callable[[Json], Any]:
    def take(app: Json) -> Any:
        value: Any = app
        for name in names:
            if not isinstance(value, dict) or name not in value:
                return None
            value = value[name]
        return value

    return take


def _of_operation(*names: str) -> Callable[[Json], Any]:
    """Absent without an operationState; null where the state lacks the field."""

    def take(app: Json) -> Any:
        state = app["status"].get("operationState")
        return MISSING if state is None else _path(*names)(state)

    return take


def _resources(app: Json) -> Any:
    found = app["status"].get("resources")
    return found and [{k: v for k, v in one.items() if k != "health"} for one in found]


APP_FIELDS: dict[str, Callable[[Json], Any]] = {
    "metadata.name": _path("metadata", "name"),
    "metadata.namespace": _path("metadata", "namespace"),
    "metadata.annotations": _path("metadata", "annotations"),
    "metadata.labels": _path("metadata", "labels"),
    "metadata.creationTimestamp": _path("metadata", "creationTimestamp"),
    "metadata.deletionTimestamp": _path("metadata", "deletionTimestamp"),
    "spec": _path("spec"),
    "spec.destination": _path("spec", "destination"),
    "spec.project": _path("spec", "project"),
    "spec.source": _path("spec", "source"),
    "spec.sources": _path("spec", "sources"),
    "spec.sourceHydrator": _path("spec", "sourceHydrator"),
    "spec.syncPolicy": _path("spec", "syncPolicy"),
    "operation.sync": lambda app: app["operation"]["sync"] if "operation" in app else MISSING,
    "status.summary": _path("status", "summary"),
    "status.health": _path("status", "health"),
    "status.resources": _resources,
    "status.sourceHydrator": _path("status", "sourceHydrator"),
    "status.sync.status": _path("status", "sync", "status"),
    "status.sync.revision": lambda app: app["status"]["sync"].get("revision", ""),
    "status.operationState.phase": _of_operation("phase"),
    "status.operationState.startedAt": _of_operation("startedAt"),
    "status.operationState.finishedAt": _of_operation("finishedAt"),
    "status.operationState.operation.sync": _of_operation("syncResult"),
}
"""pkg/apiclient/application/forwarder_overwrite.go at v3.5: what LIST can project. The last one
really answers with the syncResult; what a nil pointer would hold is an explicit null."""


class NotAMap(Exception):
    """v3.5's clash of `items.spec` with `items.spec.<x>`."""


def project_list(items: list[Json], fields: list[str]) -> list[Json]:
    """LIST rows with only the wanted fields. Unknown names select nothing.

    Raises NotAMap where v3.5 answers 500 at random: an ancestor together with its descendant,
    or exclude mode, which selects both.
    """
    names = {name.strip().removeprefix("items.") for name in fields}
    excluding = any(name.startswith("-") for name in names)
    if excluding:
        raise NotAMap("field spec.destination is not a map")
    chosen = [name for name in APP_FIELDS if name in names]
    if "spec" in chosen and any(name.startswith("spec.") for name in chosen):
        raise NotAMap("field spec.destination is not a map")
    return [_project(item, chosen) for item in items]


def _project(item: Json, chosen: list[str]) -> Json:
    row: Json = {}
    for name in chosen:
        value = APP_FIELDS[name](item)
        if value is MISSING:
            continue
        *parents, last = name.split(".")
        place = row
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return row


class FrameMask:
    """The mask of a stream: paths, matched as text, from the frame down; `error` is one too.

    A name that begins like a wanted one is wanted with everything below it.
    """

    def __init__(self, fields: list[str]) -> None:
        self._all = not fields
        self._without = bool(fields) and fields[0].startswith("-")
        self._fields = tuple(field.removeprefix("-") for field in fields)
        self._verdicts: dict[str, str] = {}

    def of(self, frame: Json) -> Json:
        """What is left of a frame; {} when nothing is."""
        return frame if self._all else self._keep(frame, "")

    def _keep(self, value: Json, path: str) -> Json:
        kept: Json = {}
        for name, inner in value.items():
            here = f"{path}.{name}" if path else name
            verdict = self._verdicts.get(here) or self._judge(here)
            if verdict == "whole":
                kept[name] = inner
            elif verdict == "part":
                kept[name] = self._below(inner, here)
        return kept

    def _below(self, value: Any, path: str) -> Any:
        if isinstance(value, list):
            return [self._below(one, path) for one in value]
        return self._keep(value, path) if isinstance(value, dict) else value

    def _judge(self, path: str) -> str:
        leads_on = any(field.startswith(path + ".") for field in self._fields)
        if self._without:
            verdict = "no" if path in self._fields else "part" if leads_on else "whole"
        elif path.startswith(self._fields):
            verdict = "whole"
        else:
            verdict = "part" if leads_on else "no"
        self._verdicts[path] = verdict
        return verdict
