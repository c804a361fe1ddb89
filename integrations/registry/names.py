"""The grammar of image names, tags and digests (pure).

https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests
"""

from __future__ import annotations

import re

from integrations.errors import Rejected
from integrations.registry.errors import SERVICE

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST = 255


def repository_of(image: str) -> str:
    """The repository of an image: "link/user-svc" for "ghcr.io/link/user-svc".

    The host in front is left out, because every image is asked for at REGISTRY_URL, which may
    be a mirror. Raises Rejected for what cannot be an image (a tag or digest behind it included).
    """
    first, slash, rest = image.partition("/")
    repository = rest if slash and _is_host(first) else image
    if len(repository) > _LONGEST or not _REPOSITORY.fullmatch(repository):
        raise Rejected(SERVICE, f"{_shown(image)} cannot be the name of an image.")
    return repository


def check_tag(tag: str) -> None:
    """Raise Rejected for what can never be a tag."""
    if not _TAG.fullmatch(tag):
        raise Rejected(SERVICE, f"{_shown(tag)} cannot be a tag.")


def check_reference(reference: str) -> None:
    """Raise Rejected for what can be neither a tag nor a digest."""
    if not (is_digest(reference) or _TAG.fullmatch(reference)):
        raise Rejected(SERVICE, f"{_shown(reference)} can be neither a tag nor a digest.")


def is_digest(text: str) -> bool:
    """Whether `text` is a digest, "sha256:" and 64 hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def _is_host(component: str) -> bool:
    return component == "localhost" or "." in component or ":" in component


def _shown(text: str) -> str:
    """`text` in quotes, short and without line breaks."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
