"""Says on every running card that Argo CD is away, since when, and has its return noticed soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.deployments.deployment import State
from bot.deployments.rollouts.progress import Progress
from bot.guarded import guarded
from integrations.argocd.watch import LIST_UNWATCHED
from integrations.errors import Unreachable

if TYPE_CHECKING:
    from bot.services import Services

AWAY = "Argo CD cannot be reached"
"""What a step that needs it says by itself; with the time it says more."""

_EVERY = 1.0
_GRACE = 3.0
"""Seconds that a stream may take to come back before anybody is told: Argo CD closes them."""
_LISTED = LIST_UNWATCHED + 5.0
"""Seconds within which Argo CD is heard of where only its stream is away."""


class Lookout:
    """Watches over the watch for as long as deployments depend on it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lost_at: datetime | None = None
        self._said = ""

    async def run(self) -> None:
        """Until cancelled."""
        await guarded("lookout", self.tick, self._services.clock, every=_EVERY)

    async def tick(self) -> None:
        """Put the note on every running card, or take it away; notes of others stay."""
        progress, ledger = self._services.progress, self._services.ledger
        running = [each for each in ledger.open() if each.state is State.RUNNING]
        self._services.applications.watch_closely(closely=bool(running))
        said, self._said = self._said, self._note()
        for deployment in running:
            shown = progress.of(deployment.id).get("", Progress()).why
            if shown in ("", said, AWAY) and shown != self._said:
                progress.note(deployment.id, self._said)

    def _note(self) -> str:
        watch, now = self._services.applications, self._services.clock.now()
        if watch.connected or watch.problem is None:
            self._lost_at = None
            return ""
        self._lost_at = self._lost_at or now
        lost, heard = (now - self._lost_at).total_seconds(), watch.age_seconds
        if lost < _GRACE:
            return ""
        if heard < min(lost, _LISTED):
            return (
                f"Argo CD's stream is away since {_time(self._lost_at)}; it is asked now and then"
            )
        since = _time(now - timedelta(seconds=min(lost, heard)))
        if isinstance(watch.problem, Unreachable):
            return f"{AWAY} since {since}; what follows is from then"
        return f"Argo CD: {watch.problem.summary.rstrip('.')}, since {since}"


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S} UTC"
