"""`shipmate`: runs the bot, and asks the running bot."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.errors import SettingsError
from bot.exits import Exit


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    line = list(sys.argv[1:] if words is None else words)
    try:
        return int(_run(line))
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- the command line speaks here
        return int(Exit.USAGE)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us has gone; there is nobody to tell
        return int(Exit.FAILED)


def _run(line: list[str]) -> int:
    if line == ["serve"]:
        from bot.cli.local import serve  # noqa: PLC0415 -- the server needs nothing of a terminal

        return serve()
    from bot.cli.menu import run  # noqa: PLC0415 -- typer loads only where somebody types

    return run(line)
