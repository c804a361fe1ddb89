"""What only a registry can refuse with.

UpstreamError
├── Unauthorized
│   └── ForeignRealm   the registry sends our credentials to a host that is not its own
└── Rejected
    └── TagTaken       the tag exists already and names another image
"""

from __future__ import annotations

from integrations.errors import Rejected, Unauthorized

SERVICE = "Registry"
"""The name of the system in every UpstreamError from here."""


class ForeignRealm(Unauthorized):
    """The registry wants us to log in at `host`, for which `fault` holds; nothing was sent there."""

    def __init__(self, host: str, fault: str = "which is not the registry's own") -> None:
        where = host[:100]
        super().__init__(SERVICE, f"it asks us to log in at {where}, {fault}; nothing was sent.")
        self.host = host


class TagTaken(Rejected):
    """The tag exists already and names another image, `digest`; it was left as it is."""

    def __init__(self, image: str, tag: str, digest: str) -> None:
        super().__init__(SERVICE, f"{image}:{tag} exists already and is another image ({digest}).")
        self.image = image
        self.tag = tag
        self.digest = digest
