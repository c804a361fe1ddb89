"""The images that the sandbox's builds made: small, and the same whenever they are made (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.sandbox.github.history import AppCommit, History, released
from bot.sandbox.github.runs import is_red

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_FILES = bytes(1024)
"""An empty tar archive: what all images have in common."""


@dataclass(frozen=True)
class Stored:
    """One thing that a registry keeps by its digest."""

    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """What names it."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"

    def described(self, **more: object) -> dict[str, object]:
        """How another manifest names it."""
        size = len(self.content)
        return {"mediaType": self.media_type, "digest": self.digest, "size": size, **more}


@dataclass(frozen=True)
class Image:
    """An image as builders push it: an index of one manifest, with what that is made of."""

    index: Stored
    manifest: Stored
    blobs: tuple[Stored, ...]

    @property
    def digest(self) -> str:
        """What a tag of it names: the digest of the index."""
        return self.index.digest


@lru_cache(4096)  # every sandbox begins with the same builds
def build(service: str, revision: str) -> Image:
    """The image that a build of `service` at `revision` (a sha, or any words) gives."""
    labels = {
        "org.opencontainers.image.title": service,
        "org.opencontainers.image.revision": revision,
    }
    layer = Stored(_FILES, _LAYER)
    config = _json(
        _CONFIG,
        architecture="amd64",
        os="linux",
        config={"Labels": labels, "Entrypoint": [f"/{service}"]},
        rootfs={"type": "layers", "diff_ids": [layer.digest]},
    )
    manifest = _json(
        OCI_MANIFEST,
        schemaVersion=2,
        mediaType=OCI_MANIFEST,
        config=config.described(),
        layers=[layer.described()],
    )
    platform = {"architecture": "amd64", "os": "linux"}
    index = _json(
        OCI_INDEX,
        schemaVersion=2,
        mediaType=OCI_INDEX,
        manifests=[manifest.described(platform=platform)],
        annotations=labels,
    )
    return Image(index, manifest, (config, layer))


def tags_of(commit: AppCommit, *, released: bool) -> tuple[str, ...]:
    """The tags that the pipeline gives the images of a commit."""
    return (f"sha-{commit.short}", *([f"v{commit.at:%Y%m%d}-{commit.short}"] if released else []))


def past_builds(history: History) -> Iterator[tuple[AppCommit, bool]]:
    """The commits whose images were pushed, oldest first, and whether each was released.

    The first commit of all was: it is what production began with.
    """
    main = {commit.sha for release in released(history) for commit in release}
    commits = sorted(history.commits.values(), key=lambda commit: commit.at)
    for commit in commits:
        if not is_red(commit):
            yield commit, commit.sha in main or commit is commits[0]


def _json(media_type: str, **content: object) -> Stored:
    return Stored(json.dumps(content, separators=(",", ":")).encode(), media_type)
