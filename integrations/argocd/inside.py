"""What Argo CD can tell of the inside of one application: objects, events, logs, manifests."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from typing import TypeVar
from urllib.parse import quote

from integrations.argocd import masks, orders, wire_details, wire_objects
from integrations.argocd.details import (
    KubernetesEvent,
    LogLine,
    ResourceNode,
    RevisionMetadata,
    SyncWindows,
)
from integrations.argocd.exchange import Ask, Exchange
from integrations.argocd.model import ApplicationRef, ResourceRef
from integrations.argocd.objects import (
    ManagedObject,
    RunningImage,
    pinned,
    pods_to_ask,
    running,
)
from integrations.argocd.refusals import log_refusal
from integrations.argocd.stream import results
from integrations.argocd.wire_json import Json
from integrations.errors import NotFound, Rejected

T = TypeVar("T")

SLOW = 90.0
"""Real seconds for what the repo server must fetch or render, or Redis must be filled with."""


class Inside:
    """The reading calls about one application; the base of ArgoCD in client.py."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def resource_tree(self, ref: ApplicationRef) -> tuple[ResourceNode, ...]:
        """Every object of the application with its children, as of the newest comparison."""
        return await self._tell("resource-tree", ref, "/resource-tree", wire_details.resource_tree)

    async def events(
        self, ref: ApplicationRef, about: ResourceRef | None = None
    ) -> tuple[KubernetesEvent, ...]:
        """The Kubernetes events of the application itself, or of one of its objects.

        Argo CD finds an object's events by its uid, so `about` must carry one: that of the
        resource tree.
        """
        query = orders.about(about) if about else None
        return await self._tell("events", ref, "/events", wire_details.events, query)

    async def sync_windows(self, ref: ApplicationRef) -> SyncWindows:
        """What the project's sync windows say of a manual sync now."""
        return await self._tell("sync-windows", ref, "/syncwindows", wire_details.sync_windows)

    async def manifests(self, ref: ApplicationRef, revision: str = "") -> tuple[Json, ...]:
        """The objects that Git asks for at `revision` ("" is the target revision)."""
        query: orders.Query | None = {"revision": revision} if revision else None
        return await self._tell("manifests", ref, "/manifests", wire_details.manifests, query)

    async def managed_objects(self, ref: ApplicationRef) -> tuple[ManagedObject, ...]:
        """Every object with its target and its live state, as of the newest comparison."""
        fields: orders.Query = {"fields": masks.MANAGED}
        tail = "/managed-resources"
        return await self._tell("managed-resources", ref, tail, wire_objects.managed, fields)

    async def resource(self, ref: ApplicationRef, about: ResourceRef) -> Json:
        """The live manifest of one object, a pod included. Rejected for what is not there."""
        query = orders.resource(about)
        return await self._tell("resource", ref, "/resource", wire_objects.manifest, query)

    async def running_images(
        self, ref: ApplicationRef, images: Collection[str]
    ) -> tuple[RunningImage, ...]:
        """What the pods run of these images ("ghcr.io/link/user-svc"), with the digests.

        One request for all pods, and one more for the oldest and the newest pod of each
        ReplicaSet (or other owner) whose template names no digest. Old pods of a rollout that
        is under way are among them; a pod that went meanwhile is left out.
        """
        found: list[RunningImage] = []
        for pod in pods_to_ask(await self.resource_tree(ref), images):
            known = pinned(pod, images)
            if not known:
                try:
                    known = running(pod.ref, await self.resource(ref, pod.ref))
                except (NotFound, Rejected):
                    continue
            found += [one for one in known if one.name in images]
        return tuple(found)

    async def revision_metadata(self, ref: ApplicationRef, revision: str) -> RevisionMetadata:
        """Author and message of a revision: untrusted text."""
        tail = f"/revisions/{quote(revision, safe='')}/metadata"
        return await self._tell("revision", ref, tail, wire_details.revision_metadata)

    async def logs(
        self,
        ref: ApplicationRef,
        *,
        pod: str = "",
        kind: str = "",
        name: str = "",
        container: str = "",
        tail: int = 100,
        since_seconds: int = 0,
        previous: bool = False,
    ) -> AsyncGenerator[LogLine, None]:
        """The last `tail` lines of each pod meant, up to now. No such pod: no lines.

        A line without a time is not the pod's: it says why there are none. Raises
        ContainerNotNamed where a container must be named or is not there, and TooManyPods.
        """
        query = orders.address(ref) | orders.logs(
            pod=pod,
            kind=kind,
            name=name,
            container=container,
            tail=tail,
            since_seconds=since_seconds,
            previous=previous,
        )
        async with (
            self._exchange.open(
                Ask("logs", orders.path(ref, "/logs"), query, timeout=SLOW)
            ) as body,
            aclosing(results(body)) as found,
        ):
            async for result in found:
                if result is None:
                    continue
                line = _line(result)
                if line is None:
                    return
                yield line

    async def _tell(
        self,
        kind: str,
        ref: ApplicationRef,
        tail: str,
        read: Callable[[object], T],
        query: orders.Query | None = None,
    ) -> T:
        whole = orders.address(ref) | (query or {})
        ask = Ask(kind, orders.path(ref, tail), whole, timeout=SLOW)
        return await self._exchange.read(ask, read)


def _line(result: Json) -> LogLine | None:
    """One line of a log, None for the mark of its end. Raises what Argo CD says in its place."""
    line = wire_details.log_line(result)
    refused = log_refusal(line.content) if line is not None and line.at is None else None
    if refused is not None:
        raise refused
    return line
