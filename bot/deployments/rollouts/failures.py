"""The failing objects of an application, with what Argo CD and Kubernetes say of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.deployments.events import FailingResource
from integrations.argocd.details import ResourceNode
from integrations.argocd.model import ApplicationRef, Health, ResourceRef
from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.services import Services

_OBJECTS = 5
_EVENTS = 3
_PATIENCE = 20.0
"""Seconds that all of it may take: a cluster on its bad day may never answer."""


async def describe(
    services: Services, ref: ApplicationRef, failing: Sequence[tuple[ResourceRef, str]]
) -> tuple[FailingResource, ...]:
    """At most five objects with at most three newest warnings each.

    What cannot be read, or not soon, is left out: a verdict never waits for its illustration.
    """
    if not failing:
        return ()
    shown = failing[:_OBJECTS]
    nodes: Sequence[ResourceNode] = ()
    warnings: list[list[str]] = [[] for _ in shown]
    with suppress(TimeoutError):
        async with services.clock.timeout(_PATIENCE):
            with suppress(UpstreamError):
                nodes = await services.argocd.resource_tree(ref)
            for said, (about, _) in zip(warnings, shown, strict=True):
                for each in (about, *_unwell_children(about, nodes)):
                    said.extend(await _warnings(services, ref, _with_uid(each, nodes)))
    return tuple(
        _described(about, message, nodes, said)
        for said, (about, message) in zip(warnings, shown, strict=True)
    )


def _described(
    about: ResourceRef, message: str, nodes: Sequence[ResourceNode], warnings: Sequence[str]
) -> FailingResource:
    said = next((n.health_message for n in nodes if _same(n.ref, about) and n.health_message), "")
    return FailingResource(
        kind=about.kind,
        name=about.name,
        namespace=about.namespace,
        message=said or message,
        events=tuple(dict.fromkeys(warnings))[:_EVENTS],
    )


async def _warnings(services: Services, ref: ApplicationRef, about: ResourceRef) -> list[str]:
    if not about.uid:
        return []
    try:
        events = await services.argocd.events(ref, about)
    except UpstreamError:
        return []
    warnings = [event for event in events if event.type == "Warning"]
    warnings.sort(key=lambda e: e.last_at.timestamp() if e.last_at else 0, reverse=True)
    return [f"{about}: {event.reason}: {event.message}" for event in warnings[:_EVENTS]]


def _unwell_children(about: ResourceRef, nodes: Sequence[ResourceNode]) -> list[ResourceRef]:
    """The pods (at most two) beneath an object that are not Healthy."""
    found: list[ResourceRef] = []
    parents = {(about.kind, about.name)}
    for _ in range(3):
        below = [n for n in nodes if any((p.kind, p.name) in parents for p in n.parents)]
        parents = {(n.ref.kind, n.ref.name) for n in below}
        found += [n.ref for n in below if n.ref.kind == "Pod" and n.health is not Health.HEALTHY]
    return found[:2]


def _with_uid(about: ResourceRef, nodes: Sequence[ResourceNode]) -> ResourceRef:
    return next((n.ref for n in nodes if _same(n.ref, about)), about)


def _same(one: ResourceRef, other: ResourceRef) -> bool:
    return (one.kind, one.name) == (other.kind, other.name)
