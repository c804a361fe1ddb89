"""The Link platform's 27 applications, as its cluster knows them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.argocd.definitions import Definition, Manifest, Source
from bot.sandbox.argocd.platform_shared import shared_applications

SERVICES = (
    "user-svc",
    "chat-svc",
    "ai-svc",
    "discovery-svc",
    "search-svc",
    "api-gateway",
    "link-frontend",
)
PROXY = "cr.l5d.io/linkerd/proxy:edge-26.1.2"


def link_platform() -> tuple[Definition, ...]:
    """All 27 applications: waves -2 to 4, three environments."""
    return (*shared_applications(), *environment_applications())


def environment_applications() -> tuple[Definition, ...]:
    """Wave 3: the three environments, and the frontend that staging keeps apart."""
    staging = tuple(service for service in SERVICES if service != "link-frontend")
    return (
        link_app("dev", auto_sync=True, self_heal=True),
        link_app("staging", services=staging),
        link_app("production"),
        Definition(
            name="link-frontend",
            destination="link-staging",
            project="link",
            wave=3,
            sources=(Source(path="environments/staging"),),
            tags_at="environments/staging",
            manifests=(
                Manifest("ConfigMap", "link-frontend"),
                *service_manifests("link-frontend"),
                Manifest("Ingress", "link-frontend", host="staging.linkapp.com"),
            ),
            labels={"environment": "staging", "team": "web"},
        ),
    )


def link_app(
    environment: str,
    *,
    services: Sequence[str] = SERVICES,
    auto_sync: bool = False,
    self_heal: bool = False,
) -> Definition:
    """`link-app-<environment>`: one Deployment and Service per service, and what they share."""
    folder = f"environments/{environment}"
    host = "linkapp.com" if environment == "production" else f"{environment}.linkapp.com"
    migrations = Manifest("Job", "db-migrate", image="ghcr.io/link/migrations:v42", hook="PreSync")
    return Definition(
        name=f"link-app-{environment}",
        destination=f"link-{environment}",
        project="link",
        wave=3,
        sources=(Source(path=folder),),
        tags_at=folder,
        auto_sync=auto_sync,
        self_heal=self_heal,
        retry_limit=5 if auto_sync else 0,
        labels={"environment": environment, "team": "link"},
        manifests=(
            migrations,
            Manifest("ConfigMap", "link-config"),
            Manifest("ExternalSecret", "link-secrets"),
            *(manifest for service in services for manifest in service_manifests(service)),
            Manifest("Ingress", "link", host=f"api.{host}"),
        ),
    )


def service_manifests(service: str) -> tuple[Manifest, ...]:
    """A meshed Deployment whose tag Git names, and its Service."""
    replicas = 3 if service == "api-gateway" else 2
    image = f"ghcr.io/link/{service}"
    return (
        Manifest("Service", service),
        Manifest("Deployment", service, image=image, replicas=replicas, sidecars=(PROXY,)),
    )
