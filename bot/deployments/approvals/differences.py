"""What a change would make of an application's objects, told field by field (pure).

Argo CD has compared Git's target with the cluster already, and knows what only looks different
(defaults, other spellings of one quantity). So two of its answers are compared: what Git asked
for when it last looked, and what it would ask for with the change. Where it says that the
cluster differs from Git today, that difference is told as well: a sync mends it along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from bot.deployments.plan import Value
from bot.redaction import redacted
from integrations.argocd.objects import ManagedObject
from integrations.argocd.wire_json import Json, child, mapping, text

FIELDS = 6
"""How many fields of one object are told."""
HIDDEN = "(hidden)"

_LONGEST = 120
_HOOKS = ("argocd.argoproj.io/hook", "helm.sh/hook")
_SECRET_NAME = re.compile(r"token|secret|passw|credential|private_?key|api_?key", re.IGNORECASE)
_MASKED = re.compile(r"\++")  # what Argo CD writes in place of a Secret's values
_BOOKKEEPING = re.compile(
    r"status\b|metadata\.(namespace|managedFields|resourceVersion|uid|generation|creationTimestamp|selfLink)"
    r"|metadata\.annotations\[(argocd\.argoproj\.io/tracking-id|deployment\.kubernetes\.io/revision"
    r"|kubectl\.kubernetes\.io/last-applied-configuration)\]"
)

Fields = dict[str, str]
"""The scalars of an object by their paths."""


class FieldChange(Value):
    """One field; `before` or `after` is "" where it was not or will not be there."""

    path: str
    before: str = ""
    after: str = ""


class ObjectDifference(Value):
    """What happens to one object. `more` counts the fields that are not told.

    A hook "runs" at every sync. A Secret whose values Argo CD keeps to itself is "hidden": it
    may change or stay. "removed" is gone from Git; the cluster keeps it unless it is pruned.
    """

    application: str
    kind: str
    name: str
    namespace: str = ""
    change: Literal["changed", "added", "removed", "runs", "hidden"] = "changed"
    fields: tuple[FieldChange, ...] = ()
    more: int = 0


class Preview(Value):
    """What a deployment would make of its applications' objects; `total` counts them all.

    `why_not` is a sentence for every application that could not be previewed: its objects are
    not among these, and nothing may be concluded from that.
    """

    objects: tuple[ObjectDifference, ...] = ()
    total: int = 0
    why_not: str = ""


def differences(
    application: str, managed: Iterable[ManagedObject], wanted: Iterable[Json]
) -> list[ObjectDifference]:
    """Every object that the manifests `wanted` would add, change or leave out, in order of kind
    and name. Values of Secrets are never among the fields.
    """
    known = [one for one in managed if not one.hook]
    found: list[ObjectDifference] = []
    kept: set[int] = set()
    for manifest in wanted:
        if _is_hook(manifest):
            found.append(_told(application, manifest, "runs"))
            continue
        same = _counterpart(known, manifest)
        if same is not None:
            kept.add(id(same))
        difference = _difference(application, manifest, same)
        if difference is not None:
            found.append(difference)
    found += [
        _told(application, one.live, "removed") for one in known if one.live and id(one) not in kept
    ]
    return sorted(found, key=lambda one: (one.change == "runs", one.kind, one.name))


def _difference(
    application: str, manifest: Json, same: ManagedObject | None
) -> ObjectDifference | None:
    if same is None or not same.live:
        return _told(application, manifest, "added")
    changes = _changes(same, manifest)
    if changes:
        secret = text(manifest, "kind") == "Secret"
        return _told(application, manifest, "changed", _shown(changes, secret=secret))
    return _told(application, manifest, "hidden") if _is_masked(manifest) else None


def _changes(same: ManagedObject, manifest: Json) -> dict[str, tuple[str, str]]:
    """Before and after of each field that the change, or the sync with it, makes different."""
    before, after = flat(same.target), flat(manifest)
    live, predicted = flat(same.live), flat(same.predicted)
    changes = {}
    for path in _differing(before, after):
        if live.get(path) != after.get(path):
            changes[path] = (live.get(path, before.get(path, "")), after.get(path, ""))
    if same.modified:
        for path in _differing(live, predicted):
            # Argo CD foretold this from what Git says now; the change may have the last word.
            if before.get(path) == after.get(path):
                changes.setdefault(path, (live.get(path, ""), predicted.get(path, "")))
    return changes


def _differing(one: Fields, other: Fields) -> Iterator[str]:
    return (path for path in {**one, **other} if one.get(path) != other.get(path))


def flat(manifest: Json) -> Fields:
    """The scalars of a manifest by path, such as "spec.containers[proxy].image".

    Elements of a list go by their names where all of them have one, so that one more in front
    does not make all others differ. What only Kubernetes and Argo CD write is left out.
    """
    found = dict(_scalars(manifest, ""))
    return {path: value for path, value in found.items() if not _BOOKKEEPING.match(path)}


def _scalars(value: object, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for key, each in value.items():
                plain = str(key).replace("-", "").replace("_", "").isalnum()
                below = f"{path}.{key}" if plain else f"{path}[{key}]"
                yield from _scalars(each, below.removeprefix("."))
        case list():
            for name, each in _named(value):
                yield from _scalars(each, f"{path}[{name}]")
        case None:
            return
        case bool():
            yield path, str(value).lower()
        case _:
            yield path, str(value)


def _named(elements: Sequence[object]) -> Iterable[tuple[str, object]]:
    names = [text(each, "name") if isinstance(each, dict) else "" for each in elements]
    by_name = all(names) and len(set(names)) == len(names)
    return zip(names if by_name else map(str, range(len(elements))), elements, strict=True)


def _shown(changes: Mapping[str, tuple[str, str]], *, secret: bool) -> tuple[FieldChange, ...]:
    """Fields as they may be shown; images first, as they are what a deployment is about."""
    fields = []
    for path in sorted(changes, key=lambda path: (not path.endswith(".image"), path)):
        values = changes[path]
        hidden = _SECRET_NAME.search(path) or (secret and path.startswith(("data", "stringData")))
        before, after = (HIDDEN if hidden and value else _brief(value) for value in values)
        fields.append(FieldChange(path=path, before=before, after=after))
    return tuple(fields)


def _brief(value: str) -> str:
    line = " ".join(redacted(value).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _told(
    application: str,
    manifest: Json,
    change: Literal["changed", "added", "removed", "runs", "hidden"],
    fields: tuple[FieldChange, ...] = (),
) -> ObjectDifference:
    metadata = child(manifest, "metadata")
    return ObjectDifference(
        application=application,
        kind=text(manifest, "kind"),
        name=text(metadata, "name") or text(metadata, "generateName"),
        namespace=text(metadata, "namespace"),
        change=change,
        fields=fields[:FIELDS],
        more=max(0, len(fields) - FIELDS),
    )


def _counterpart(known: Sequence[ManagedObject], manifest: Json) -> ManagedObject | None:
    """The object that a manifest describes; a manifest may leave its namespace out."""
    metadata = child(manifest, "metadata")
    group = text(manifest, "apiVersion").rpartition("/")[0]
    wanted = (group, text(manifest, "kind"), text(metadata, "name"))
    namespace = text(metadata, "namespace")
    same = [one for one in known if (one.ref.group, one.ref.kind, one.ref.name) == wanted]
    exact = [one for one in same if one.ref.namespace == namespace]
    found = exact or (same if not namespace else [])
    return found[0] if len(found) == 1 else None


def _is_hook(manifest: Json) -> bool:
    annotations = mapping(child(manifest, "metadata"), "annotations")
    return any(name in annotations for name in _HOOKS)


def _is_masked(manifest: Json) -> bool:
    """Whether Argo CD hides what a Secret holds, so that nobody can tell what becomes of it."""
    if text(manifest, "kind") != "Secret":
        return False
    values = [*mapping(manifest, "data").values(), *mapping(manifest, "stringData").values()]
    return any(_MASKED.fullmatch(value) for value in values)
