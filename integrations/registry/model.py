"""What the bot knows of a registry: how it logs in, and the manifests it reads."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"

MEDIA_TYPES = (OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST)
"""What an image may be stored as. A registry answers 404 for types that a request leaves out."""


@dataclass(frozen=True)
class Credentials:
    """An account at the registry; without a token it is asked as anybody."""

    username: str = ""
    token: str = field(default="", repr=False)

    @property
    def given(self) -> bool:
        """Whether there is an account to log in with."""
        return bool(self.token)

    @property
    def basic(self) -> str:
        """The Authorization header of HTTP Basic. GHCR takes any name beside a token."""
        pair = f"{self.username or 'shipmate'}:{self.token}"
        return f"Basic {b64encode(pair.encode()).decode()}"


@dataclass(frozen=True)
class Manifest:
    """A manifest as it is stored, byte for byte; `media_type` is one of MEDIA_TYPES."""

    content: bytes = field(repr=False)
    media_type: str

    @property
    def digest(self) -> str:
        """What names it for ever: "sha256:" and 64 hexadecimal digits."""
        return digest_of(self.content)


def digest_of(content: bytes) -> str:
    """The digest of these bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
