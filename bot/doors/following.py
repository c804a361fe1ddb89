"""A deployment's events for whoever follows it: those so far, then each as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from bot.deployments.ledger import PREFIX
from bot.doors.api import Step

if TYPE_CHECKING:
    from bot.services import Services


class LedgerFollowing:
    """Follows deployments in the store; wakes by the ledger's bell."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def name_of(self, user_id: str) -> str:
        """The name of somebody who asked for a deployment lately, or the ID itself."""
        for deployment in self._services.ledger.newest(limit=200):
            actor = deployment.request.actor
            if actor.id == user_id and actor.name:
                return actor.name
        return user_id

    async def follow(self, deployment: str) -> AsyncIterator[Step]:
        """Every step so far, then each as it happens; ends with the deployment."""
        told = 0
        while True:
            bell = self._services.ledger.bell(deployment)
            for recorded in (await self._services.store.read(PREFIX + deployment))[told:]:
                told = recorded.version
                ended = recorded.type == "DeploymentEnded"
                outcome = str(recorded.data.get("outcome", "")) if ended else ""
                yield Step(recorded.data, outcome)
                if outcome:
                    return
            await bell.wait()
