"""What is said of a system outside that is in the way (pure)."""

from __future__ import annotations

from integrations.errors import Unreachable, UpstreamError


def trouble(error: UpstreamError) -> str:
    """Which system, and what is the matter with it, without a full stop."""
    if isinstance(error, Unreachable):
        return f"{error.service} cannot be reached"
    return f"{error.service}: {error.summary.rstrip('.')}"
