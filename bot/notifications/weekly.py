"""Posts the weekly digest, once for each week, whatever is restarted in between."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.audit.digest import digest
from bot.audit.reading import Question, everything
from bot.audit.week import Week, last_week
from bot.audit.witnesses import DIGESTS
from bot.guarded import attempt
from bot.notifications.owed import Owed, card_key
from bot.store import NewEvent, VersionConflict, head_text
from bot.views.digest import weekly

if TYPE_CHECKING:
    from bot.audit.digest import Digest
    from bot.services import Services

_EVER = 10**9
_LATE = 3600
"""Seconds that a look may be late and is made all the same."""


class WeeklyDigest:
    """Level-triggered: every hour it looks whether the last week was told. The week's event is
    recorded first and carries the record's head; the outbox posts it once.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._done = ""

    async def run(self) -> None:
        """Look now, and every hour from then on."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        every_hour = CronTrigger(minute=0, timezone=UTC)
        scheduler.add_job(
            self._look, every_hour, coalesce=True, max_instances=1, misfire_grace_time=_LATE
        )
        scheduler.start()
        try:
            await self._look()
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Tell the last week, if there is something to tell and nobody has."""
        services = self._services
        week = last_week(services.clock.now())
        if week.name == self._done:
            return
        stream = f"{DIGESTS}{week.name}"
        posted = await services.store.read(stream)
        found = await self._digest(week)
        if not posted and not found.is_empty:
            head = head_text(*services.store.head)
            event = NewEvent("DigestPosted", {"week": week.name, "head": head}, door="schedule")
            try:
                posted = list(await services.store.append(stream, 0, [event]))
            except VersionConflict:
                posted = await services.store.read(stream)
        if posted:
            self._owe(found, str(posted[0].data["head"]))
        self._done = week.name

    def _owe(self, found: Digest, head: str) -> None:
        services = self._services
        lines = (*found.changes, *found.unreviewed, *found.overrides)
        links = {
            line.deployment: services.outbox.card_link(card_key(line.deployment)) for line in lines
        }
        services.outbox.owe(
            Owed(
                key=f"{DIGESTS}{found.week.name} {head}",
                channel=channel_of(services),
                message=weekly(found, head, links),
                once=True,
            )
        )

    async def _digest(self, week: Week) -> Digest:
        services = self._services
        waiting = [each for each in services.ledger.newest(limit=_EVER) if each.awaits_review]
        since = min([week.begins, *(each.request.at for each in waiting)]) - timedelta(minutes=1)
        asked = Question(since=since, looks=True, logins=services.catalog.github_logins)
        told = await asyncio.to_thread(everything, services.store.path, asked)
        production = {each.name for each in services.catalog.environments if each.needs_approval}
        return digest(week, told, production, {each.id for each in waiting})

    async def _look(self) -> None:
        await attempt("weekly digest", self.tick)


def channel_of(services: Services) -> str:
    """Where the digest goes: the channel of the first environment that needs approvals."""
    catalog = services.catalog
    production = [each.channel for each in catalog.environments if each.needs_approval]
    return production[0] if production else catalog.default_channel
