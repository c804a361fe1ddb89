"""Histories told to a ledger."""

from __future__ import annotations

from bot.deployments.deployment import Deployment
from bot.deployments.events import DeploymentRequested
from bot.deployments.ledger import Ledger
from tests.bot.deployments.histories import History


def requested(history: History) -> DeploymentRequested:
    event = history.events[0]
    assert isinstance(event, DeploymentRequested)
    return event


async def tell(ledger: Ledger, history: History) -> Deployment:
    """Record a whole history."""
    deployment = await ledger.request(requested(history))
    for event in history.events[1:]:
        deployment = await ledger.record(deployment.id, lambda _, event=event: [event])  # type: ignore[misc]  # bound now
    return deployment
