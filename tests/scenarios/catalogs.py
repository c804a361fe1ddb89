"""Catalogs of any size, for stories about many environments."""

from __future__ import annotations

from collections.abc import Sequence

_HEAD = """\
queued_per_person: {many}
ci: {{workflow: ci-cd-pipeline.yml}}
images:
  file: environments/{{environment}}/kustomization.yaml
  application: link-app-{{environment}}
  services:
    - {{service: user-svc, image: ghcr.io/link/user-svc}}
access:
  - {{to: [members], may: [view, deploy], in: [everywhere]}}
environments:
"""
_ENVIRONMENT = """\
  - name: {name}
    branch: develop
    tag_formats: [sha]
    applications: [link-app-{name}]
    mode: automatic
"""
_CATEGORY = """\
categories:
  - name: applications
    wave: 3
    applications:
"""


def environments(names: Sequence[str]) -> str:
    """A catalog in which each environment has one application, `link-app-<name>`, of one image."""
    return "".join(
        (
            _HEAD.format(many=len(names)),
            *(_ENVIRONMENT.format(name=name) for name in names),
            _CATEGORY,
            *(f"      - {{name: link-app-{name}}}\n" for name in names),
        )
    )
