"""Somebody as people name them: @user, of whom there must be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import NotKnown, UsageError
from bot.grammar import brief
from bot.views.wording import listed

if TYPE_CHECKING:
    from bot.command import Context
    from integrations.slack import Person


async def called(name: str, context: Context, *, field: str) -> Person:
    """The only person of this name in Slack. Raises NotKnown, UsageError and UpstreamError."""
    found = await context.services.slack.users_called(name.removeprefix("@"))
    if len(found) > 1:
        ids = listed([f"{each.name} ({each.id})" for each in found])
        raise UsageError(
            f"Several people are called {brief(name)}: {ids}.", hint="Name an ID.", field=field
        )
    if not found:
        raise NotKnown(
            f"Nobody is called {brief(name)} in Slack.",
            hint="Name them as @user, or by their member ID (profile, ⋮, Copy member ID).",
            field=field,
        )
    return found[0]
