"""What can go wrong with a system outside.

UpstreamError              one outside system did not do what was asked
├── Unreachable            no answer: refused, cut off, timed out
├── Unauthorized           401: our credentials are not accepted
├── Forbidden              403: known, and not allowed
├── NotFound               404: no such thing
├── Rejected               400, 409, 422: understood and refused; the message says why
│   ├── OperationInProgress   Argo CD already runs an operation on this application
│   ├── SyncWindowClosed      a sync window of the Argo CD project blocks the sync for now
│   ├── RepositoryAway        Argo CD cannot read the Git repository for now
│   ├── TooManyPods           Argo CD shows the logs of fewer pods at a time
│   └── ContainerNotNamed     one of a pod's containers must be named, or the name is wrong
├── RateLimited            429: come back after `retry_after` seconds
└── BadAnswer              5xx, HTML from a proxy, truncated or unexpected JSON
"""

from __future__ import annotations

from typing import Literal

Changed = Literal["no", "unknown"]


class UpstreamError(Exception):
    """One outside system did not do what was asked.

    `service` names the system ("Argo CD", "GitHub", "Slack", "Git", "Registry").
    `summary` is one sentence that is safe to show: never a token, never a raw body.
    `changed` says whether the request may have had an effect: "no", or "unknown".
    `transient` is True where trying again later may help.
    """

    transient = False

    def __init__(self, service: str, summary: str, *, changed: Changed = "no") -> None:
        super().__init__(f"{service}: {summary}")
        self.service = service
        self.summary = summary
        self.changed = changed

    @property
    def sentence(self) -> str:
        """The system and what it says, ended as a sentence is: a system's own words often are not."""
        return f"{self.service}: {self.summary.rstrip()}".rstrip(".") + "."


class Unreachable(UpstreamError):
    """No answer: the connection was refused or cut, or time ran out."""

    transient = True


class Unauthorized(UpstreamError):
    """Our credentials are not accepted."""


class Forbidden(UpstreamError):
    """The thing may exist, and these credentials may not touch it."""


class NotFound(UpstreamError):
    """There is no such thing."""


class Rejected(UpstreamError):
    """The request was understood and refused; `summary` carries the system's own reason."""


class OperationInProgress(Rejected):
    """Argo CD already runs an operation on this application."""

    transient = True


class SyncWindowClosed(Rejected):
    """A sync window of the Argo CD project blocks the sync for now; it is no lack of permission."""

    transient = True


class TooManyPods(Rejected):
    """Argo CD shows the logs of only so many pods at a time (`server.maxPodLogsToRender`, 10)."""


class ContainerNotNamed(Rejected):
    """A pod has several containers and one must be named, or has not the one that was named.

    `containers` are those there are, as far as the answer tells.
    """

    def __init__(self, service: str, summary: str, *, containers: tuple[str, ...] = ()) -> None:
        super().__init__(service, summary)
        self.containers = containers


class RepositoryAway(Rejected):
    """Argo CD cannot read the Git repository for now."""

    transient = True


class RateLimited(UpstreamError):
    """Too many requests; `retry_after` is in seconds."""

    transient = True

    def __init__(self, service: str, summary: str, *, retry_after: float) -> None:
        super().__init__(service, summary)
        self.retry_after = retry_after


class BadAnswer(UpstreamError):
    """The system failed, or something in front of it answered in its place."""

    transient = True
