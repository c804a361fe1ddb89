"""What every event of a deployment has."""

from __future__ import annotations

from datetime import datetime

from bot.deployments.plan import Value


class Event(Value):
    """Something that happened, at a time (UTC)."""

    at: datetime
