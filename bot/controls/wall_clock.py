"""Whose clock a time of day is meant by: the person's own, as Slack tells it, or UTC."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from integrations.errors import UpstreamError

if TYPE_CHECKING:
    from bot.access import Actor
    from integrations.slack import Slack

_UTC = ("", "UTC", "Etc/UTC")


async def wall_clock(slack: Slack, actor: Actor) -> tuple[tzinfo, str]:
    """The time zone, and what to say of it: "Times are Europe/Berlin, as in your Slack profile."."""
    if actor.kind != "slack":
        return UTC, "Times are UTC."
    try:
        name = (await slack.user(actor.id)).time_zone
        if name in _UTC:
            return UTC, "Times are UTC, as in your Slack profile." if name else "Times are UTC."
        return ZoneInfo(name), f"Times are {name}, as in your Slack profile."
    except (UpstreamError, KeyError, OSError, ValueError):
        return UTC, "Times are UTC: Slack did not say which time zone is yours."
