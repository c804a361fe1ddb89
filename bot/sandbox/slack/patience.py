"""How long Slack waits for an app, and how long what it hands out stays good."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.clock import Clock


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of the sandbox's clock.

    https://docs.slack.dev/interactivity/handling-user-interaction: an acknowledgement within
    3 s, a trigger_id for 3 s, a response_url 5 times within 30 min.
    https://docs.slack.dev/apis/events-api: retries at once, after 1 min, after 5 min.
    """

    acknowledge: float = 3.0
    trigger: float = 3.0
    response_url: float = 1800.0
    response_url_uses: int = 5
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)


def patience_for(clock: Clock) -> Patience:
    """Slack's own, except that a faster clock leaves the app its 3 s of real computing time."""
    speed = float(getattr(clock, "speed", 1.0))
    return Patience(acknowledge=3.0 * speed, trigger=3.0 * speed)
