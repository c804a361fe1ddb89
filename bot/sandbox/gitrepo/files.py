"""The files of the sandbox's GitOps repository, as a platform team would have written them (pure)."""

from __future__ import annotations

from collections.abc import Mapping

SERVICES = (
    "user-svc",
    "chat-svc",
    "ai-svc",
    "discovery-svc",
    "search-svc",
    "api-gateway",
    "link-frontend",
)

_REMARKS = {
    "ai-svc": "  # runs on the large nodes",
    "api-gateway": "  # the gateway goes last",
}

_README = """# Link, as it runs

What Argo CD deploys. `base/` is what every environment shares; `environments/<name>/` says what
differs, above all which image tags run there. Tags are changed by deployments, not by hand.
"""

_HEADER = """\
# {title} of the Link platform. Argo CD deploys what stands here.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: link-{environment}

resources:
  - ../../base

patches:
  - path: replicas.yaml

# Tags are written by deployments: {how}.
images:
"""

_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {service}
  labels:
    app.kubernetes.io/name: {service}
    app.kubernetes.io/part-of: link
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: {service}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {service}
    spec:
      containers:
        - name: {service}
          image: ghcr.io/link/{service}
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet:
              path: /health
              port: 8080
"""


def kustomization_path(environment: str) -> str:
    """Where an environment's tags stand."""
    return f"environments/{environment}/kustomization.yaml"


def kustomization(environment: str, tags: Mapping[str, str]) -> str:
    """The file that holds an environment's tags, by service."""
    how = "v<date>-<commit> of a release" if environment == "production" else "sha-<commit>"
    lines = [_HEADER.format(title=environment.capitalize(), environment=environment, how=how)]
    for service, tag in tags.items():
        remark = _REMARKS.get(service, "")
        lines.append(f"  - name: ghcr.io/link/{service}{remark}\n    newTag: {tag}\n")
    return "".join(lines)


def replicas(environment: str, count: int) -> str:
    """The patch that says how many of each service run."""
    documents = [
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {service}\n"
        f"spec:\n  replicas: {count}\n"
        for service in SERVICES
    ]
    return f"# How much of {environment} there is.\n" + "---\n".join(documents)


def shared_files() -> dict[str, str]:
    """Everything that is not an environment's, by path."""
    resources = "".join(f"  - {service}.yaml\n" for service in SERVICES)
    base = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
    return {
        "README.md": _README,
        "base/kustomization.yaml": base + resources,
        **{f"base/{name}.yaml": _DEPLOYMENT.format(service=name) for name in SERVICES},
    }
