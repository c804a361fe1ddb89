"""How long to leave Argo CD alone after a failure, by what kind of failure it was."""

from __future__ import annotations

from integrations.backoff import Backoff
from integrations.errors import Forbidden, RateLimited, Unauthorized, UpstreamError

LONG_LIVED = 30.0
"""Seconds after which a stream has proved itself; its end is then no reason for patience."""


class Pauses:
    """The growing pauses of one worker.

    Refused credentials are asked about far less often than a server that is away: web pages
    that did otherwise sent a thousand requests a minute (argo-cd issue 24807).
    """

    def __init__(self) -> None:
        self._away = Backoff(first=1.0, longest=60.0)
        self._denied = Backoff(first=30.0, longest=300.0)

    def after(self, problem: UpstreamError | None, *, lived: float | None = None) -> float:
        """The seconds to wait after `problem` ended what had lived `lived` seconds.

        `problem` is None for a stream that just ended, `lived` for what never began.
        """
        if lived is not None and lived >= LONG_LIVED:
            self.reset()
        if isinstance(problem, Unauthorized | Forbidden) and lived is None:
            return self._denied.next()
        if isinstance(problem, RateLimited):
            return max(problem.retry_after, self._away.next())
        return self._away.next()

    def reset(self) -> None:
        """All is well again."""
        self._away.reset()
        self._denied.reset()
