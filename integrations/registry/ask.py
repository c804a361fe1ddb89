"""What is asked of a registry, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrations.errors import Changed


@dataclass(frozen=True)
class Scope:
    """What is asked of one repository; without a repository, of the registry itself."""

    repository: str = ""
    push: bool = False

    @property
    def verb(self) -> str:
        """In one word, for errors."""
        return "write" if self.push else "read"


@dataclass(frozen=True)
class Ask:
    """A request; `path` follows /v2/ and `subject` names it in errors ("link/user-svc:sha-1")."""

    method: str
    path: str
    scope: Scope
    subject: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    content: bytes | None = None

    @property
    def changed(self) -> Changed:
        """What it may have done when no answer comes."""
        return "no" if self.method in {"GET", "HEAD"} else "unknown"
