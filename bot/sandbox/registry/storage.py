"""What the sandbox's registry keeps, and what it refuses to keep."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field

from bot.sandbox.registry.images import OCI_INDEX, OCI_MANIFEST, Image, Stored

_DOCKER = "application/vnd.docker.distribution.manifest"
_INDEXES = frozenset({OCI_INDEX, f"{_DOCKER}.list.v2+json"})
MEDIA_TYPES = frozenset({OCI_MANIFEST, f"{_DOCKER}.v2+json", *_INDEXES})
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class Refused(Exception):
    """The request is refused, with a status and one of the specification's codes."""

    def __init__(self, status: int, code: str, message: str, detail: object = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail


@dataclass
class Repository:
    """One image's manifests and blobs by digest, and the manifests that its tags name."""

    manifests: dict[str, Stored] = field(default_factory=dict)
    blobs: dict[str, Stored] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class Storage:
    """All repositories, by name."""

    def __init__(self) -> None:
        self.repositories: defaultdict[str, Repository] = defaultdict(Repository)

    def add(self, name: str, image: Image, *tags: str) -> None:
        """Push a whole image."""
        repository = self.repositories[name]
        for stored in (image.manifest, image.index):
            repository.manifests[stored.digest] = stored
        for blob in image.blobs:
            repository.blobs[blob.digest] = blob
        for tag in tags:
            repository.tags[tag] = image.digest

    def known(self, name: str) -> Repository:
        """The repository. Raises Refused where nothing was ever pushed."""
        if name not in self.repositories:
            said = "repository name not known to registry"
            raise Refused(404, "NAME_UNKNOWN", said, {"name": name})
        return self.repositories[name]

    def manifest(self, name: str, reference: str) -> Stored:
        """The manifest of a tag or digest. Raises Refused."""
        repository = self.repositories.get(name, Repository())
        found = repository.manifests.get(repository.tags.get(reference, reference))
        if found is None:
            detail = {"Tag": reference}
            raise Refused(404, "MANIFEST_UNKNOWN", "manifest unknown", detail)
        return found

    def put_manifest(self, name: str, reference: str, stored: Stored) -> None:
        """Keep a manifest under a tag or its digest. Raises Refused."""
        if stored.media_type not in MEDIA_TYPES:
            raise Refused(400, "MANIFEST_INVALID", "manifest invalid", {})
        repository = self.repositories[name]
        self._check_parts(repository, stored)
        if ":" in reference and reference != stored.digest:
            said = "provided digest did not match uploaded content"
            raise Refused(400, "DIGEST_INVALID", said)
        repository.manifests[stored.digest] = stored
        if ":" not in reference:
            repository.tags[reference] = stored.digest

    def put_blob(self, name: str, digest: str, content: bytes) -> None:
        """Keep a blob. Raises Refused."""
        blob = Stored(content, "application/octet-stream")
        if blob.digest != digest:
            raise Refused(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
        self.repositories[name].blobs[digest] = blob

    def delete_manifest(self, name: str, digest: str) -> None:
        """Forget a manifest and every tag of it. Raises Refused."""
        repository = self.known(name)
        if repository.manifests.pop(digest, None) is None:
            raise Refused(404, "MANIFEST_UNKNOWN", "unknown manifest")
        for tag in [tag for tag, named in repository.tags.items() if named == digest]:
            del repository.tags[tag]

    @staticmethod
    def _check_parts(repository: Repository, stored: Stored) -> None:
        """A manifest is only taken after everything that it names."""
        try:
            content = json.loads(stored.content)
            if content.get("mediaType", stored.media_type) != stored.media_type:
                raise Refused(400, "MANIFEST_INVALID", "manifest invalid", {})
            if stored.media_type in _INDEXES:
                named, held = content["manifests"], repository.manifests
            else:
                named, held = [content["config"], *content["layers"]], repository.blobs
            missing = [part["digest"] for part in named if part["digest"] not in held]
        except (ValueError, LookupError, TypeError, AttributeError):
            raise Refused(400, "MANIFEST_INVALID", "manifest invalid", {}) from None
        if missing:
            raise Refused(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", missing[0])


def is_reference(text: str) -> bool:
    """Whether `text` can be a tag or a digest."""
    return bool(_TAG.fullmatch(text) or _DIGEST.fullmatch(text))
