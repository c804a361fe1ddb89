"""The platform's shared applications: foundations, monitoring, and what services share."""

from __future__ import annotations

from bot.sandbox.argocd.definitions import Definition, Manifest, Source, chart, in_git, shared
from bot.sandbox.argocd.platform_foundations import DATABASE, INFRASTRUCTURE, PREREQUISITES

PROMETHEUS = "https://prometheus-community.github.io/helm-charts"
GRAFANA = "https://grafana.github.io/helm-charts"
JAEGER = "https://jaegertracing.github.io/helm-charts"
MICROSERVICES = ("user-svc", "chat-svc", "ai-svc", "discovery-svc", "search-svc")


def shared_applications() -> tuple[Definition, ...]:
    """The 23 applications that belong to no environment, in wave order."""
    return (
        *PREREQUISITES,
        *DATABASE,
        *INFRASTRUCTURE,
        *MONITORING,
        *(microservice(name) for name in MICROSERVICES),
        microservice("api-gateway", wave=4),
    )


def microservice(name: str, wave: int = 2) -> Definition:
    """What every environment's copy of a service shares; it carries none of their tags."""
    return shared(
        name,
        wave,
        "link-shared",
        in_git(f"platform/services/{name}"),
        Manifest("ServiceAccount", name),
        Manifest("ConfigMap", f"{name}-defaults"),
        Manifest("NetworkPolicy", name),
        Manifest("ServiceMonitor", name),
        Manifest("Service", f"{name}-adapter"),
        Manifest("Deployment", f"{name}-adapter", "ghcr.io/link/metrics-adapter:v1.6.0"),
        Manifest("HorizontalPodAutoscaler", f"{name}-adapter"),
    )


values = Source(ref="values", path="")
stack = Source(PROMETHEUS, chart="kube-prometheus-stack", target_revision="69.3.1")
MONITORING = (
    shared(
        "prometheus-stack",
        1,
        "monitoring",
        (stack, values),
        Manifest("CustomResourceDefinition", "prometheuses.monitoring.coreos.com"),
        Manifest("Deployment", "prometheus-operator", "quay.io/prometheus-operator:v0.80.0", 1),
        Manifest("StatefulSet", "prometheus", "quay.io/prometheus/prometheus:v3.1.0"),
        Manifest("StatefulSet", "alertmanager", "quay.io/prometheus/alertmanager:v0.28.0"),
        Manifest("DaemonSet", "node-exporter", "quay.io/prometheus/node-exporter:v1.8.2", 3),
        Manifest("Deployment", "grafana", "grafana/grafana:11.5.1", 1),
        Manifest("Service", "grafana"),
        Manifest("Ingress", "grafana", host="grafana.linkapp.com"),
    ),
    shared(
        "loki-stack",
        1,
        "monitoring",
        chart(GRAFANA, "loki", "6.25.1"),
        Manifest("ConfigMap", "loki"),
        Manifest("Service", "loki"),
        Manifest("StatefulSet", "loki", "grafana/loki:3.3.2", 3),
        Manifest("DaemonSet", "promtail", "grafana/promtail:3.3.2", 3),
    ),
    shared(
        "jaeger-tracing",
        1,
        "monitoring",
        chart(JAEGER, "jaeger", "3.4.0"),
        Manifest("Deployment", "jaeger-collector", "jaegertracing/jaeger-collector:1.65.0"),
        Manifest("Deployment", "jaeger-query", "jaegertracing/jaeger-query:1.65.0", 1),
        Manifest("Service", "jaeger-collector"),
        Manifest("Service", "jaeger-query"),
    ),
    shared(
        "custom-dashboards",
        1,
        "monitoring",
        in_git("platform/dashboards"),
        *(Manifest("ConfigMap", f"dashboard-{name}") for name in (*MICROSERVICES, "api-gateway")),
    ),
    shared(
        "alert-rules",
        1,
        "monitoring",
        in_git("platform/alerts"),
        Manifest("PrometheusRule", "link-availability"),
        Manifest("PrometheusRule", "link-latency"),
        Manifest("PrometheusRule", "link-saturation"),
        Manifest("ConfigMap", "alertmanager-routes"),
    ),
)
"""Wave 1."""
