"""Platforms of any size: many environments, or many applications."""

from __future__ import annotations

from collections.abc import Iterable

from bot.sandbox.argocd.definitions import Definition, Manifest, in_git
from bot.sandbox.argocd.platform import SERVICES, link_app


def many_environments(
    names: Iterable[str], *, auto_sync: bool = False, services: Iterable[str] = SERVICES
) -> tuple[Definition, ...]:
    """One `link-app-<name>` for each name, with its tags in environments/<name>."""
    chosen = tuple(services)
    return tuple(link_app(name, services=chosen, auto_sync=auto_sync) for name in names)


def many_applications(count: int, *, waves: int = 5) -> tuple[Definition, ...]:
    """`app-0001` and so on: four objects each, spread over `waves` waves."""
    return tuple(_plain(number, number % waves) for number in range(1, count + 1))


def _plain(number: int, wave: int) -> Definition:
    name = f"app-{number:04}"
    image = f"ghcr.io/link/{name}:v1.0.0"
    return Definition(
        name=name,
        destination=name,
        wave=wave,
        sources=in_git(f"platform/{name}"),
        labels={"generated": "true"},
        manifests=(
            Manifest("ServiceAccount", name),
            Manifest("ConfigMap", name),
            Manifest("Service", name),
            Manifest("Deployment", name, image=image),
        ),
    )
