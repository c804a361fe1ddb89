"""What people are told of a build that was rolled back here before (pure)."""

from __future__ import annotations

from bot.deployments.approvals.review import TakenBack
from bot.views import icons
from bot.views.blocks import context, cut, escape, section, when
from bot.views.message import Message
from bot.views.wording import quoted, who


def taken_back_line(back: TakenBack) -> str:
    """By whom, when and why, as mrkdwn."""
    why = f": {quoted(back.reason)}" if back.reason.strip() else ""
    return f"{icons.WARNING} *This was rolled back* by {who(back.actor)}, {when(back.at)}{why}"


def taken_back_words(back: TakenBack) -> str:
    """The same in one plain sentence, for a question that a button asks."""
    by = cut(back.actor.name or back.actor.id, 40)
    why = f": “{cut(' '.join(back.reason.split()), 80)}”" if back.reason.strip() else ""
    return f"{icons.WARNING} This was rolled back by {by} on {back.at:%d %b %H:%M} UTC{why}."


def left_to_people(environment: str, why: str) -> Message:
    """Why the bot did not go back by itself although the catalog asks for it (a sentence each)."""
    text = f"{icons.WARNING} *Not rolled back by itself.* {escape(why)}"
    then = f"`/rollback {environment}` goes back; what runs now stays until somebody does."
    return Message(f"Not rolled back by itself: {escape(why)}", (section(text), context(then)))
