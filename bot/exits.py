"""What an exit code says, and which one an answer means."""

from __future__ import annotations

from enum import IntEnum

from bot.errors import NotAllowed, NotKnown, UsageError


class Exit(IntEnum):
    """Exit codes of every subcommand; a pipeline may rely on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_ALLOWED = 3
    TIMED_OUT = 4
    INTERRUPTED = 130  # a shell's own code for Ctrl-C


def exit_for(error: Exception | None, *, failed: bool = False) -> Exit:
    """What a command ends with that `error` stood in the way of, or that `failed` by itself."""
    match error:
        case None:
            return Exit.FAILED if failed else Exit.DONE
        case UsageError() | NotKnown():
            return Exit.USAGE
        case NotAllowed():
            return Exit.NOT_ALLOWED
        case _:
            return Exit.FAILED


def exit_after(outcome: str) -> Exit:
    """What a command ends with that followed a deployment to its end."""
    return {"Succeeded": Exit.DONE, "Timed out": Exit.TIMED_OUT}.get(outcome, Exit.FAILED)
