"""What is said of reviews: given, given before (pure)."""

from __future__ import annotations

from bot.deployments.deployment import Deployment
from bot.views.blocks import code, cut, escape, section
from bot.views.message import Message
from bot.views.wording import who


def reviewed(deployment: Deployment) -> Message:
    """It is off the list."""
    said = f"{code(deployment.id)} is marked as reviewed."
    return Message(text=said, blocks=[section(said)])


def reviewed_before(deployment: Deployment) -> Message:
    """Somebody was earlier."""
    said = f"{code(deployment.id)} is reviewed already. {review_line(deployment)}"
    return Message(text=said, blocks=[section(said)])


def review_line(deployment: Deployment) -> str:
    """Who reviewed it and what they noted, or that nobody has; "" where nobody needs to."""
    event = deployment.reviewed
    if event is None:
        waits = deployment.awaits_review and deployment.ended is not None
        return "Not reviewed yet by an approver." if waits else ""
    note = f": “{escape(cut(' '.join(event.note.split()), 300))}”" if event.note else "."
    return f"Reviewed by {who(event.actor)}{note}"
