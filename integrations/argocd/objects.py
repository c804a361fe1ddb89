"""An application's objects as Argo CD compares them, and the images that its pods run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from integrations.argocd.details import ResourceNode
from integrations.argocd.model import Health, ResourceRef
from integrations.argocd.wire_json import Json, child, children, flag, text

_DIGEST = "sha256:"
_PULLABLE = "docker-pullable://"  # in front of image ids, before containerd


@dataclass(frozen=True, slots=True)
class RunningImage:
    """One container of one pod.

    `image` is the reference in the pod's template ("ghcr.io/link/user-svc:sha-1a2b3c4"), and
    `digest` the image that was really pulled for it: "" while that is unknown.
    """

    pod: ResourceRef
    container: str
    image: str
    digest: str = ""
    ready: bool = False

    @property
    def name(self) -> str:
        """The image without tag and digest."""
        return name_of(self.image)


@dataclass(frozen=True, slots=True)
class ManagedObject:
    """One object as of the newest comparison; each state is {} where there is none.

    `target` is what Git asks for, `live` the cluster's without what comparisons leave out
    (status, managed fields), `predicted` what a sync would make of it. What Argo CD hides of
    Secrets reads "++++++++".
    """

    ref: ResourceRef
    target: Json = field(default_factory=dict)
    live: Json = field(default_factory=dict)
    predicted: Json = field(default_factory=dict)
    modified: bool = False
    hook: bool = False


def name_of(reference: str) -> str:
    """The image in "name:tag", "name@digest" or both: a port is no tag."""
    name = reference.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def digest_in(text: str) -> str:
    """The digest behind the @ of a reference or an image id, or "".

    An image that was loaded by hand has an id and no digest: "sha256:…" without a name is the
    id of its configuration, which no registry knows.
    """
    _, at, digest = text.removeprefix(_PULLABLE).rpartition("@")
    return digest if at and digest.startswith(_DIGEST) else ""


def pods_to_ask(nodes: Iterable[ResourceNode], wanted: Collection[str]) -> list[ResourceNode]:
    """Of the pods that run wanted images: the oldest and the newest of each owner.

    Pods of one owner differ only where a tag was moved between their starts.
    """
    owned: dict[tuple[ResourceRef, ...], list[ResourceNode]] = {}
    for node in nodes:
        names = {name_of(image) for image in node.images}
        if node.ref.kind == "Pod" and names.intersection(wanted):
            owned.setdefault(node.parents or (node.ref,), []).append(node)
    chosen: dict[ResourceRef, ResourceNode] = {}
    for pods in owned.values():
        pods.sort(key=_age)
        chosen |= {pod.ref: pod for pod in (pods[0], pods[-1])}
    return list(chosen.values())


def pinned(pod: ResourceNode, wanted: Collection[str]) -> list[RunningImage]:
    """What a pod runs whose wanted images all name their digests; [] where one does not."""
    images = [image for image in pod.images if name_of(image) in wanted]
    if not all(digest_in(image) for image in images):
        return []
    ready = pod.health is Health.HEALTHY
    return [RunningImage(pod.ref, "", image, digest_in(image), ready) for image in images]


def running(pod: ResourceRef, manifest: Json) -> list[RunningImage]:
    """What a pod runs by its manifest; the kubelet may spell images otherwise than the template."""
    statuses = {
        text(one, "name"): one for one in children(child(manifest, "status"), "containerStatuses")
    }
    found = []
    for container in children(child(manifest, "spec"), "containers"):
        name = text(container, "name")
        status = statuses.get(name, {})
        digest = digest_in(text(status, "imageID")) or digest_in(text(container, "image"))
        found.append(
            RunningImage(pod, name, text(container, "image"), digest, flag(status, "ready"))
        )
    return found


def _age(pod: ResourceNode) -> tuple[float, str]:
    return pod.created_at.timestamp() if pod.created_at else 0.0, pod.ref.name
