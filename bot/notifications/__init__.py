"""What is owed to Slack, and what was delivered."""

from bot.notifications.outbox import Outbox
from bot.notifications.owed import Owed, Undelivered

__all__ = ["Outbox", "Owed", "Undelivered"]
