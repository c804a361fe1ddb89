"""What an exit code says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every subcommand; a pipeline may rely on them."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_ALLOWED = 3
    TIMED_OUT = 4
    INTERRUPTED = 130  # a shell's own code for Ctrl-C
