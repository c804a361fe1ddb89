"""What an application of the sandbox is made of: the manifests somebody once wrote."""

from __future__ import annotations

from dataclasses import dataclass, field

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Cluster"})
"""Kinds whose health follows from pods. `Cluster` is CloudNativePG's."""

CHECKED = WORKLOADS | {
    "Certificate",
    "ClusterIssuer",
    "ExternalSecret",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "PersistentVolumeClaim",
    "Service",
}
"""Kinds with a health check, built in or in Lua; the rest report no health at all."""

GROUPS = {
    "Application": ("argoproj.io", "v1alpha1"),
    "Deployment": ("apps", "v1"),
    "StatefulSet": ("apps", "v1"),
    "DaemonSet": ("apps", "v1"),
    "ReplicaSet": ("apps", "v1"),
    "Job": ("batch", "v1"),
    "CronJob": ("batch", "v1"),
    "Ingress": ("networking.k8s.io", "v1"),
    "NetworkPolicy": ("networking.k8s.io", "v1"),
    "IngressClass": ("networking.k8s.io", "v1"),
    "HorizontalPodAutoscaler": ("autoscaling", "v2"),
    "PodDisruptionBudget": ("policy", "v1"),
    "Role": ("rbac.authorization.k8s.io", "v1"),
    "RoleBinding": ("rbac.authorization.k8s.io", "v1"),
    "ClusterRole": ("rbac.authorization.k8s.io", "v1"),
    "ClusterRoleBinding": ("rbac.authorization.k8s.io", "v1"),
    "CustomResourceDefinition": ("apiextensions.k8s.io", "v1"),
    "Certificate": ("cert-manager.io", "v1"),
    "ClusterIssuer": ("cert-manager.io", "v1"),
    "ExternalSecret": ("external-secrets.io", "v1"),
    "ClusterSecretStore": ("external-secrets.io", "v1"),
    "Cluster": ("postgresql.cnpg.io", "v1"),
    "ScheduledBackup": ("postgresql.cnpg.io", "v1"),
    "Prometheus": ("monitoring.coreos.com", "v1"),
    "PrometheusRule": ("monitoring.coreos.com", "v1"),
    "ServiceMonitor": ("monitoring.coreos.com", "v1"),
    "Server": ("policy.linkerd.io", "v1beta3"),
    "ServiceProfile": ("linkerd.io", "v1alpha2"),
    "ValidatingWebhookConfiguration": ("admissionregistration.k8s.io", "v1"),
}
"""Group and version of each kind the platform uses; the others are core v1."""

CLUSTER_SCOPED = frozenset(
    {
        "Namespace",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterIssuer",
        "ClusterSecretStore",
        "CustomResourceDefinition",
        "IngressClass",
        "ValidatingWebhookConfiguration",
    }
)

LOCAL_REPOSITORY = "https://github.com/link/gitops.git"
"""What applications call the GitOps repository; the sandbox reads a local bare one instead."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which object: the four words Argo CD compares."""

    group: str
    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object as Git or a chart describes it.

    `image` is its image without a tag when the environment's kustomization.yaml names the tag,
    or a whole reference (with a tag) otherwise; "" for what runs no pods. `hook` is PreSync,
    PostSync or "".
    """

    kind: str
    name: str
    image: str = ""
    replicas: int = 2
    sidecars: tuple[str, ...] = ()
    hook: str = ""
    host: str = ""  # of an Ingress
    wave: int = 0

    @property
    def group(self) -> str:
        """The API group, "" for core."""
        return GROUPS.get(self.kind, ("", "v1"))[0]

    @property
    def version(self) -> str:
        """The API version within the group."""
        return GROUPS.get(self.kind, ("", "v1"))[1]

    @property
    def runs_pods(self) -> bool:
        """Whether pods hang below it."""
        return self.kind in WORKLOADS

    def key(self, namespace: str) -> Key:
        """Its identity when deployed to `namespace`."""
        scope = "" if self.kind in CLUSTER_SCOPED else namespace
        return Key(self.group, self.kind, scope, self.name)


@dataclass(frozen=True, slots=True)
class Source:
    """Where manifests come from: a path in Git, or a chart of a Helm repository."""

    repo_url: str = LOCAL_REPOSITORY
    path: str = ""
    target_revision: str = "main"
    chart: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One application: `argocd-application.yaml`, and the manifests behind it.

    `tags_at` is the folder whose kustomization.yaml names image tags, or "" when tags are fixed.
    """

    name: str
    destination: str
    manifests: tuple[Manifest, ...]
    sources: tuple[Source, ...] = (Source(),)
    project: str = "platform"
    namespace: str = "argocd"
    wave: int = 0
    auto_sync: bool = False
    self_heal: bool = False
    auto_prune: bool = False
    retry_limit: int = 0
    tags_at: str = ""
    labels: dict[str, str] = field(default_factory=dict)


def in_git(path: str) -> tuple[Source, ...]:
    """A folder of the GitOps repository."""
    return (Source(LOCAL_REPOSITORY, path=path),)


def chart(repo_url: str, name: str, version: str) -> tuple[Source, ...]:
    """A Helm chart; its revision is its version."""
    return (Source(repo_url, chart=name, target_revision=version),)


def shared(
    name: str, wave: int, destination: str, sources: tuple[Source, ...], *manifests: Manifest
) -> Definition:
    """One shared application of project `platform`, synced by hand."""
    return Definition(
        name=name,
        destination=destination,
        manifests=manifests,
        sources=sources,
        wave=wave,
        labels={"team": "platform"},
    )
