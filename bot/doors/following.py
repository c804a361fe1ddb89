"""A deployment's events for whoever follows it: those so far, then each as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from typing import TYPE_CHECKING

from bot.deployments.ledger import PREFIX
from bot.doors.api import Step
from integrations.errors import UpstreamError
from integrations.groups import TaskGroup

if TYPE_CHECKING:
    from bot.services import Services

_ASKED = 20
"""People whose names Slack is asked for at most: each is a request."""
_PATIENCE = 3.0
"""Seconds for which an answer waits for a name."""


class LedgerFollowing:
    """Follows deployments in the store; wakes by the ledger's bell."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._names: dict[str, str] = {}

    async def names(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """The names of these people: of those who asked for a deployment lately as they had it
        then, of others as Slack tells. A Slack that is away names nobody.
        """
        if not user_ids:
            return {}
        actors = [each.request.actor for each in self._services.ledger.newest(limit=200)]
        self._names |= {actor.id: actor.name for actor in reversed(actors) if actor.name}
        async with TaskGroup() as group:
            for user_id in [each for each in user_ids if each not in self._names][:_ASKED]:
                group.create_task(self._ask(user_id), name=f"name of {user_id}")
        return {each: self._names[each] for each in user_ids if each in self._names}

    async def _ask(self, user_id: str) -> None:
        try:
            async with self._services.clock.timeout(_PATIENCE):
                self._names[user_id] = (await self._services.slack.user(user_id)).name
        except (UpstreamError, TimeoutError):
            return

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
