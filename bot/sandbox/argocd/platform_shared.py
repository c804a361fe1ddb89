"""The platform's shared applications: waves -2 to 2 and the gateway."""

from __future__ import annotations

from bot.sandbox.argocd.definitions import Definition, Manifest, Source, chart, in_git

M = Manifest
JETSTACK = "https://charts.jetstack.io"
INGRESS = "https://kubernetes.github.io/ingress-nginx"
SECRETS = "https://charts.external-secrets.io"
CNPG = "https://cloudnative-pg.github.io/charts"
BITNAMI = "https://charts.bitnami.com/bitnami"
QDRANT = "https://qdrant.github.io/qdrant-helm"
PROMETHEUS = "https://prometheus-community.github.io/helm-charts"
GRAFANA = "https://grafana.github.io/helm-charts"
JAEGER = "https://jaegertracing.github.io/helm-charts"


def shared_applications() -> tuple[Definition, ...]:
    """The 23 applications that belong to no environment, in wave order."""
    return (
        *prerequisites(),
        *database(),
        *infrastructure(),
        *monitoring(),
        *(microservice(name) for name in MICROSERVICES),
        microservice("api-gateway", wave=4),
    )


MICROSERVICES = ("user-svc", "chat-svc", "ai-svc", "discovery-svc", "search-svc")


def prerequisites() -> tuple[Definition, ...]:
    """Wave -2."""
    return (
        shared(
            "link-prerequisites",
            -2,
            "link-system",
            in_git("platform/prerequisites"),
            M("Namespace", "link-dev"),
            M("Namespace", "link-staging"),
            M("Namespace", "link-production"),
            M("ServiceAccount", "link-deployer"),
            M("ClusterRole", "link-deployer"),
            M("ClusterRoleBinding", "link-deployer"),
            M("NetworkPolicy", "default-deny"),
        ),
        shared(
            "external-secrets-operator",
            -2,
            "external-secrets",
            chart(SECRETS, "external-secrets", "0.14.2"),
            M("CustomResourceDefinition", "externalsecrets.external-secrets.io"),
            M("ServiceAccount", "external-secrets"),
            M("Deployment", "external-secrets", "ghcr.io/external-secrets/eso:v0.14.2"),
            M("Deployment", "external-secrets-webhook", "ghcr.io/external-secrets/eso:v0.14.2", 1),
            M("Service", "external-secrets-webhook"),
            M("ClusterSecretStore", "aws-secrets"),
        ),
        shared(
            "cert-manager",
            -2,
            "cert-manager",
            chart(JETSTACK, "cert-manager", "v1.17.1"),
            M("CustomResourceDefinition", "certificates.cert-manager.io"),
            M("Deployment", "cert-manager", "quay.io/jetstack/cert-manager-controller:v1.17.1", 1),
            M(
                "Deployment",
                "cert-manager-webhook",
                "quay.io/jetstack/cert-manager-webhook:v1.17.1",
            ),
            M("Service", "cert-manager-webhook"),
            M("ClusterIssuer", "letsencrypt"),
        ),
        shared(
            "ingress-nginx",
            -2,
            "ingress-nginx",
            chart(INGRESS, "ingress-nginx", "4.12.0"),
            M("IngressClass", "nginx"),
            M("ConfigMap", "ingress-nginx-controller"),
            M("Service", "ingress-nginx-controller"),
            M("Deployment", "ingress-nginx-controller", "registry.k8s.io/ingress-nginx:v1.12.0", 3),
            M("ValidatingWebhookConfiguration", "ingress-nginx-admission"),
        ),
    )


def database() -> tuple[Definition, ...]:
    """Wave -1."""
    return (
        shared(
            "postgres-ha-operator",
            -1,
            "cnpg-system",
            chart(CNPG, "cloudnative-pg", "0.23.0"),
            M("CustomResourceDefinition", "clusters.postgresql.cnpg.io"),
            M("ServiceAccount", "cnpg-manager"),
            M("Deployment", "cnpg-controller-manager", "ghcr.io/cloudnative-pg/manager:1.25.0", 1),
            M("Service", "cnpg-webhook-service"),
        ),
        shared(
            "postgres-ha-cluster",
            -1,
            "link-data",
            in_git("platform/postgres/cluster"),
            M("ExternalSecret", "postgres-superuser"),
            M("Cluster", "link-postgres", "ghcr.io/cloudnative-pg/postgresql:16.6", 3),
            M("ScheduledBackup", "link-postgres-daily"),
            M("NetworkPolicy", "link-postgres"),
        ),
        shared(
            "postgres-ha-pgbouncer",
            -1,
            "link-data",
            in_git("platform/postgres/pgbouncer"),
            M("ConfigMap", "pgbouncer"),
            M("ExternalSecret", "pgbouncer-users"),
            M("Service", "pgbouncer"),
            M("Deployment", "pgbouncer", "bitnami/pgbouncer:1.24.0"),
            M("PodDisruptionBudget", "pgbouncer"),
        ),
    )


def infrastructure() -> tuple[Definition, ...]:
    """Wave 0."""
    return (
        redis("redis-cluster-ha", "redis-cluster", "11.4.0", 6),
        redis("redis-sentinel-ha", "redis", "20.6.3", 3),
        shared(
            "qdrant-cluster",
            0,
            "link-data",
            chart(QDRANT, "qdrant", "1.13.3"),
            M("ConfigMap", "qdrant"),
            M("Service", "qdrant"),
            M("Service", "qdrant-headless"),
            M("StatefulSet", "qdrant", "qdrant/qdrant:v1.13.3", 3),
            M("PodDisruptionBudget", "qdrant"),
        ),
        shared(
            "qdrant-backup",
            0,
            "link-data",
            in_git("platform/qdrant-backup"),
            M("ServiceAccount", "qdrant-backup"),
            M("ExternalSecret", "qdrant-backup-bucket"),
            M("PersistentVolumeClaim", "qdrant-backup"),
            M("CronJob", "qdrant-backup"),
        ),
        shared(
            "linkerd-config",
            0,
            "linkerd",
            in_git("platform/linkerd"),
            M("ConfigMap", "linkerd-config"),
            M("Certificate", "linkerd-identity-issuer"),
            M("Server", "link-grpc"),
            M("ServiceProfile", "user-svc.link.svc.cluster.local"),
            M("Deployment", "linkerd-destination", "cr.l5d.io/linkerd/controller:edge-26.1.2"),
        ),
    )


def redis(name: str, chart_name: str, version: str, replicas: int) -> Definition:
    """One Redis, clustered or behind sentinels."""
    return shared(
        name,
        0,
        "link-data",
        chart(BITNAMI, chart_name, version),
        M("ConfigMap", name),
        M("ExternalSecret", f"{name}-password"),
        M("Service", name),
        M("Service", f"{name}-headless"),
        M("StatefulSet", name, "bitnami/redis:7.4.2", replicas),
        M("PodDisruptionBudget", name),
    )


def monitoring() -> tuple[Definition, ...]:
    """Wave 1."""
    values = Source(ref="values", path="")
    stack = Source(PROMETHEUS, chart="kube-prometheus-stack", target_revision="69.3.1")
    return (
        shared(
            "prometheus-stack",
            1,
            "monitoring",
            (stack, values),
            M("CustomResourceDefinition", "prometheuses.monitoring.coreos.com"),
            M("Deployment", "prometheus-operator", "quay.io/prometheus-operator:v0.80.0", 1),
            M("StatefulSet", "prometheus", "quay.io/prometheus/prometheus:v3.1.0"),
            M("StatefulSet", "alertmanager", "quay.io/prometheus/alertmanager:v0.28.0"),
            M("DaemonSet", "node-exporter", "quay.io/prometheus/node-exporter:v1.8.2", 3),
            M("Deployment", "grafana", "grafana/grafana:11.5.1", 1),
            M("Service", "grafana"),
            M("Ingress", "grafana", host="grafana.linkapp.com"),
        ),
        shared(
            "loki-stack",
            1,
            "monitoring",
            chart(GRAFANA, "loki", "6.25.1"),
            M("ConfigMap", "loki"),
            M("Service", "loki"),
            M("StatefulSet", "loki", "grafana/loki:3.3.2", 3),
            M("DaemonSet", "promtail", "grafana/promtail:3.3.2", 3),
        ),
        shared(
            "jaeger-tracing",
            1,
            "monitoring",
            chart(JAEGER, "jaeger", "3.4.0"),
            M("Deployment", "jaeger-collector", "jaegertracing/jaeger-collector:1.65.0"),
            M("Deployment", "jaeger-query", "jaegertracing/jaeger-query:1.65.0", 1),
            M("Service", "jaeger-collector"),
            M("Service", "jaeger-query"),
        ),
        shared(
            "custom-dashboards",
            1,
            "monitoring",
            in_git("platform/dashboards"),
            *(M("ConfigMap", f"dashboard-{name}") for name in (*MICROSERVICES, "api-gateway")),
        ),
        shared(
            "alert-rules",
            1,
            "monitoring",
            in_git("platform/alerts"),
            M("PrometheusRule", "link-availability"),
            M("PrometheusRule", "link-latency"),
            M("PrometheusRule", "link-saturation"),
            M("ConfigMap", "alertmanager-routes"),
        ),
    )


def microservice(name: str, wave: int = 2) -> Definition:
    """What every environment's copy of a service shares; it carries none of their tags."""
    return shared(
        name,
        wave,
        "link-shared",
        in_git(f"platform/services/{name}"),
        M("ServiceAccount", name),
        M("ConfigMap", f"{name}-defaults"),
        M("NetworkPolicy", name),
        M("ServiceMonitor", name),
        M("Service", f"{name}-adapter"),
        M("Deployment", f"{name}-adapter", "ghcr.io/link/metrics-adapter:v1.6.0"),
        M("HorizontalPodAutoscaler", f"{name}-adapter"),
    )


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
