"""The catalogs that the measurements need, made from the platform's own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

PLATFORM = Path(__file__).parents[2] / "catalog.yaml"


def with_long_queues(directory: Path) -> Path:
    """The platform's catalog, which lets everybody have a thousand deployments waiting."""
    return _written(
        directory,
        _replaced(PLATFORM.read_text(), "queued_per_person: 5 ", "queued_per_person: 1000 "),
    )


def with_direct_releases(directory: Path) -> Path:
    """The platform's catalog, whose production takes what never ran in staging."""
    return _written(
        directory, _replaced(PLATFORM.read_text(), "require_run: true", "require_run: false")
    )


def in_one_wave(directory: Path, applications: Iterable[str]) -> Path:
    """The platform's catalog with these applications, all synced at once, approvals nowhere."""
    text = PLATFORM.read_text()
    before, _, rest = text.partition("categories:\n")
    _, images, after = rest.partition("# Where each image's tag is kept")
    listed = "".join(f"      - {{name: {name}}}\n" for name in applications)
    wave = f"categories:\n  - name: everything\n    wave: 0\n    applications:\n{listed}\n"
    return _written(
        directory, _replaced(f"{before}{wave}{images}{after}", "mode: approval", "mode: automatic")
    )


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise RuntimeError(f"The platform's catalog has no {old!r}.")
    return text.replace(old, new)


def _written(directory: Path, text: str) -> Path:
    path = directory / "catalog.yaml"
    path.write_text(text)
    return path
