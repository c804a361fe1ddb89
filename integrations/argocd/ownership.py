"""Whether somebody would write an application's sync policy again after us (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from integrations.argocd.model import Application
from integrations.argocd.policy import Owner


def owner_of(app: Application, applications: Iterable[Application]) -> Owner | None:
    """The ApplicationSet or Application that writes this one, None for neither.

    `applications` are all that are known: where Argo CD tracks by labels, only a parent's own
    list of objects tells. Give a complete `app`: a masked row does not tell of ApplicationSets.
    """
    if app.owner is not None:
        return app.owner
    for parent in applications:
        for resource in parent.resources:
            ref = resource.ref
            same = (ref.name, ref.namespace or app.namespace) == (app.name, app.namespace)
            if ref.kind == "Application" and same and parent.ref != app.ref:
                return Owner("Application", parent.name, parent.namespace)
    return None


def switches_back(owner: Owner, applications: Iterable[Application]) -> bool:
    """Whether the owner would switch auto-sync on again by itself.

    An ApplicationSet does. A parent Application does once it syncs by itself; one that nobody
    can see counts as if it did (argo-cd issue 5351).
    """
    if owner.kind != "Application":
        return True
    parents = [app for app in applications if app.name == owner.name]
    found = [app for app in parents if owner.namespace in ("", app.namespace)]
    return not found or any(app.auto_sync for app in found)
