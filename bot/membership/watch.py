"""Looks at who is in the groups every minute, so that no change goes unseen."""

from __future__ import annotations

from contextlib import suppress

import structlog

from bot.guarded import stumbled
from bot.membership.choke_point import Membership
from integrations.clock import Clock
from integrations.errors import UpstreamError

log = structlog.get_logger(__name__)

_EVERY_SECONDS = 60.0


class MembershipWatch:
    """At the start, whenever Slack tells of a change, and every minute."""

    def __init__(self, membership: Membership, clock: Clock) -> None:
        self._membership = membership
        self._clock = clock

    async def run(self) -> None:
        """Keep looking until cancelled."""
        changed = self._membership.changed
        while True:
            changed.clear()
            await self.tick()
            with suppress(TimeoutError):
                async with self._clock.timeout(_EVERY_SECONDS):
                    await changed.wait()

    async def tick(self) -> bool:
        """Look once. Whether everything could be seen."""
        try:
            await self._membership.look()
        except UpstreamError as error:
            log.warning("groups.unseen", service=error.service, reason=error.summary)
            return False
        except Exception as error:  # noqa: BLE001 - it is logged with its trace
            stumbled("memberships", error, "groups.unrecorded")
            return False
        return True
