"""Who writes an application's sync policy: people, patches, and whoever owns the application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.sandbox.argocd.cluster.manifests import TRACKING
from bot.sandbox.argocd.definitions import Definition, Manifest
from bot.sandbox.argocd.simulation import Simulation
from bot.sandbox.argocd.state import AppState, Level, new_application

APPLICATION_SET = "ApplicationSet"
APPLICATION = "Application"


def write_policy(
    simulation: Simulation, app: AppState, automated: Mapping[str, bool] | None
) -> None:
    """Write `spec.syncPolicy.automated`; None takes it away."""
    app.automated = automated
    app.generation += 1
    simulation.touch(app)
    simulation.request_refresh(app, Level.RECENT, simulation.timings.event_delay)


def merged(automated: Mapping[str, bool] | None, patch: object) -> dict[str, bool] | None:
    """`automated` after a merge patch (RFC 7386): null takes a word away, or the whole."""
    if not isinstance(patch, Mapping):
        return None
    whole: dict[str, object] = {**(automated or {}), **patch}
    return {word: value for word, value in whole.items() if isinstance(value, bool)}


def adopt(simulation: Simulation, app: AppState, kind: str, name: str) -> None:
    """From now on the application is written by an ApplicationSet, or applied by another one."""
    app.owner, app.owned_policy = f"{kind}/{name}", app.automated
    if kind == APPLICATION:
        place = f"argoproj.io/Application:{app.definition.namespace}/{app.name}"
        app.annotations[TRACKING] = f"{name}:{place}"
        _apply_child(simulation, name, Manifest(APPLICATION, app.name))
    simulation.touch(app)


def restore_owned(simulation: Simulation, app: AppState) -> None:
    """The owner finds that somebody else changed the policy, and writes its own again.

    An ApplicationSet does so at every reconciliation; a parent Application where self-heal
    or its own auto-sync applies it.
    """
    kind, _, name = app.owner.partition("/")
    if not app.owner or app.automated == app.owned_policy:
        return
    parent = simulation.applications.get(name) if kind == APPLICATION else None
    if kind == APPLICATION_SET or (parent is not None and parent.self_heal):
        app.automated = app.owned_policy
        app.generation += 1
        simulation.touch(app)


def _apply_child(simulation: Simulation, name: str, child: Manifest) -> None:
    """The parent of that name, made anew where it is missing, applies the child."""
    now = simulation.clock.now()
    parent = simulation.applications.get(name)
    if parent is None:
        definition = Definition(name, "argocd", (), project="link", auto_sync=True, self_heal=True)
        parent = simulation.applications[name] = new_application(definition, now)
    manifests = (*parent.definition.manifests, child)
    parent.definition = replace(parent.definition, manifests=manifests)
    simulation.create(parent, child, "", now)
    simulation.touch(parent)
    simulation.request_refresh(parent, Level.RECENT)
