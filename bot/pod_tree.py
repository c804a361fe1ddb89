"""Which pods an application runs, and under which of its objects (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from integrations.argocd.details import ResourceNode
from integrations.argocd.model import ResourceRef

_SHORT = {
    "deploy": "deployment",
    "sts": "statefulset",
    "ds": "daemonset",
    "rs": "replicaset",
    "po": "pod",
}


class PodTree:
    """The part of a resource tree that pods belong to."""

    def __init__(self, nodes: Sequence[ResourceNode]) -> None:
        self._by_uid = {node.ref.uid: node for node in nodes}
        pods = [node for node in nodes if node.ref.kind == "Pod"]
        self._lines = {pod.ref.uid: [pod, *self._above(pod)] for pod in pods}

    def pods(self, about: ResourceRef | None = None) -> list[ResourceRef]:
        """Every pod, or those that belong to one object."""
        return [
            line[0].ref
            for line in self._lines.values()
            if about is None or any(node.ref.uid == about.uid for node in line)
        ]

    @property
    def owners(self) -> list[ResourceRef]:
        """The uppermost object over each pod, once: Deployments, StatefulSets, and such."""
        return list(dict.fromkeys(line[-1].ref for line in self._lines.values()))

    @property
    def everything(self) -> list[ResourceRef]:
        """The pods and all objects over them, the uppermost first."""
        lines = self._lines.values()
        depth = max((len(line) for line in lines), default=0)
        levels = [
            [line[-at].ref for line in lines if len(line) >= at] for at in range(1, depth + 1)
        ]
        return list(dict.fromkeys(ref for level in levels for ref in level))

    def find(self, word: str) -> ResourceRef | None:
        """The object that `kind/name`, or a name alone, means; kinds in any case, or short."""
        kind, _, name = word.rpartition("/")
        kind = _SHORT.get(kind.casefold(), kind.casefold())
        for ref in self.everything:
            if ref.name == name and kind in ("", ref.kind.casefold()):
                return ref
        return None

    def _above(self, node: ResourceNode) -> Iterator[ResourceNode]:
        seen = {node.ref.uid}
        while node.parents and node.parents[0].uid in self._by_uid.keys() - seen:
            node = self._by_uid[node.parents[0].uid]
            seen.add(node.ref.uid)
            yield node
