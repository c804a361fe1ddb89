"""The platform's foundations: waves -2 to 0, shared by every environment."""

from __future__ import annotations

from bot.sandbox.argocd.definitions import Definition, Manifest, chart, in_git, shared

JETSTACK = "https://charts.jetstack.io"
INGRESS = "https://kubernetes.github.io/ingress-nginx"
SECRETS = "https://charts.external-secrets.io"
CNPG = "https://cloudnative-pg.github.io/charts"
BITNAMI = "https://charts.bitnami.com/bitnami"
QDRANT = "https://qdrant.github.io/qdrant-helm"


def redis(name: str, chart_name: str, version: str, replicas: int) -> Definition:
    """One Redis, clustered or behind sentinels."""
    return shared(
        name,
        0,
        "link-data",
        chart(BITNAMI, chart_name, version),
        Manifest("ConfigMap", name),
        Manifest("ExternalSecret", f"{name}-password"),
        Manifest("Service", name),
        Manifest("Service", f"{name}-headless"),
        Manifest("StatefulSet", name, "bitnami/redis:7.4.2", replicas),
        Manifest("PodDisruptionBudget", name),
    )


PREREQUISITES = (
    shared(
        "link-prerequisites",
        -2,
        "link-system",
        in_git("platform/prerequisites"),
        Manifest("Namespace", "link-dev"),
        Manifest("Namespace", "link-staging"),
        Manifest("Namespace", "link-production"),
        Manifest("ServiceAccount", "link-deployer"),
        Manifest("ClusterRole", "link-deployer"),
        Manifest("ClusterRoleBinding", "link-deployer"),
        Manifest("NetworkPolicy", "default-deny"),
    ),
    shared(
        "external-secrets-operator",
        -2,
        "external-secrets",
        chart(SECRETS, "external-secrets", "0.14.2"),
        Manifest("CustomResourceDefinition", "externalsecrets.external-secrets.io"),
        Manifest("ServiceAccount", "external-secrets"),
        Manifest("Deployment", "external-secrets", "ghcr.io/external-secrets/eso:v0.14.2"),
        Manifest(
            "Deployment", "external-secrets-webhook", "ghcr.io/external-secrets/eso:v0.14.2", 1
        ),
        Manifest("Service", "external-secrets-webhook"),
        Manifest("ClusterSecretStore", "aws-secrets"),
    ),
    shared(
        "cert-manager",
        -2,
        "cert-manager",
        chart(JETSTACK, "cert-manager", "v1.17.1"),
        Manifest("CustomResourceDefinition", "certificates.cert-manager.io"),
        Manifest(
            "Deployment", "cert-manager", "quay.io/jetstack/cert-manager-controller:v1.17.1", 1
        ),
        Manifest(
            "Deployment",
            "cert-manager-webhook",
            "quay.io/jetstack/cert-manager-webhook:v1.17.1",
        ),
        Manifest("Service", "cert-manager-webhook"),
        Manifest("ClusterIssuer", "letsencrypt"),
    ),
    shared(
        "ingress-nginx",
        -2,
        "ingress-nginx",
        chart(INGRESS, "ingress-nginx", "4.12.0"),
        Manifest("IngressClass", "nginx"),
        Manifest("ConfigMap", "ingress-nginx-controller"),
        Manifest("Service", "ingress-nginx-controller"),
        Manifest(
            "Deployment", "ingress-nginx-controller", "registry.k8s.io/ingress-nginx:v1.12.0", 3
        ),
        Manifest("ValidatingWebhookConfiguration", "ingress-nginx-admission"),
    ),
)
"""Wave -2."""

DATABASE = (
    shared(
        "postgres-ha-operator",
        -1,
        "cnpg-system",
        chart(CNPG, "cloudnative-pg", "0.23.0"),
        Manifest("CustomResourceDefinition", "clusters.postgresql.cnpg.io"),
        Manifest("ServiceAccount", "cnpg-manager"),
        Manifest(
            "Deployment", "cnpg-controller-manager", "ghcr.io/cloudnative-pg/manager:1.25.0", 1
        ),
        Manifest("Service", "cnpg-webhook-service"),
    ),
    shared(
        "postgres-ha-cluster",
        -1,
        "link-data",
        in_git("platform/postgres/cluster"),
        Manifest("ExternalSecret", "postgres-superuser"),
        Manifest("Cluster", "link-postgres", "ghcr.io/cloudnative-pg/postgresql:16.6", 3),
        Manifest("ScheduledBackup", "link-postgres-daily"),
        Manifest("NetworkPolicy", "link-postgres"),
    ),
    shared(
        "postgres-ha-pgbouncer",
        -1,
        "link-data",
        in_git("platform/postgres/pgbouncer"),
        Manifest("ConfigMap", "pgbouncer"),
        Manifest("ExternalSecret", "pgbouncer-users"),
        Manifest("Service", "pgbouncer"),
        Manifest("Deployment", "pgbouncer", "bitnami/pgbouncer:1.24.0"),
        Manifest("PodDisruptionBudget", "pgbouncer"),
    ),
)
"""Wave -1."""

INFRASTRUCTURE = (
    redis("redis-cluster-ha", "redis-cluster", "11.4.0", 6),
    redis("redis-sentinel-ha", "redis", "20.6.3", 3),
    shared(
        "qdrant-cluster",
        0,
        "link-data",
        chart(QDRANT, "qdrant", "1.13.3"),
        Manifest("ConfigMap", "qdrant"),
        Manifest("Service", "qdrant"),
        Manifest("Service", "qdrant-headless"),
        Manifest("StatefulSet", "qdrant", "qdrant/qdrant:v1.13.3", 3),
        Manifest("PodDisruptionBudget", "qdrant"),
    ),
    shared(
        "qdrant-backup",
        0,
        "link-data",
        in_git("platform/qdrant-backup"),
        Manifest("ServiceAccount", "qdrant-backup"),
        Manifest("ExternalSecret", "qdrant-backup-bucket"),
        Manifest("PersistentVolumeClaim", "qdrant-backup"),
        Manifest("CronJob", "qdrant-backup"),
    ),
    shared(
        "linkerd-config",
        0,
        "linkerd",
        in_git("platform/linkerd"),
        Manifest("ConfigMap", "linkerd-config"),
        Manifest("Certificate", "linkerd-identity-issuer"),
        Manifest("Server", "link-grpc"),
        Manifest("ServiceProfile", "user-svc.link.svc.cluster.local"),
        Manifest("Deployment", "linkerd-destination", "cr.l5d.io/linkerd/controller:edge-26.1.2"),
    ),
)
"""Wave 0."""
