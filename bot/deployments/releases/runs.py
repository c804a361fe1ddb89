"""One service as it really runs somewhere (pure)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Running:
    """One service where it runs: `tags` and `digests` of its pods, each once.

    Without pods that tell, `digests` is what the deployment of that tag recorded, or ().
    """

    service: str
    image: str
    application: str
    tags: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """The one image that runs, "" where it is not one, or not known."""
        return self.digests[0] if len(self.digests) == 1 else ""
