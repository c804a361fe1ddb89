"""Tells people what the bot did not roll back by itself, although its catalog asks for it."""

from __future__ import annotations

from bot.deployments.deployment import Deployment
from bot.notifications.outbox import Outbox
from bot.notifications.owed import Owed, card_key
from bot.views.taken_back import left_to_people


def leave_to_people(outbox: Outbox, deployment: Deployment, why: str) -> None:
    """In the card's thread and in the channel: whoever relies on it must know that it is theirs."""
    request = deployment.request
    owed = Owed(
        key=f"left to people:{deployment.id}",
        channel=request.channel,
        message=left_to_people(request.environment, why),
        thread_of=card_key(deployment.id),
        broadcast=True,
        once=True,
    )
    outbox.owe(owed)
