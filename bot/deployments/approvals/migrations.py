"""What a change migrates, and why it could not be rolled back (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache

from bot.catalog.migrations import MigrationRules

_TRAILER = re.compile(r"^rollback:\s*unsafe\b", re.IGNORECASE | re.MULTILINE)


def migrations_in(files: Iterable[str], patterns: Iterable[str]) -> tuple[str, ...]:
    """The files that match any of these globs, in order."""
    globs = [tuple(pattern.split("/")) for pattern in patterns]
    return tuple(
        sorted(
            path for path in set(files) if any(_matches(tuple(path.split("/")), g) for g in globs)
        )
    )


def unsafe_because(
    files: Iterable[str], messages: Iterable[tuple[str, str]], rules: MigrationRules
) -> str:
    """Why there is no way back behind this change, as a sentence; "" where nothing says so.

    `messages` are pairs of a commit's sha and its whole message.
    """
    if contracting := migrations_in(files, rules.unsafe_paths):
        others = f" and {len(contracting) - 1} more" if len(contracting) > 1 else ""
        return f"{contracting[0]}{others} cannot be undone."
    for sha, message in messages:
        if _TRAILER.search(message):
            return f"Commit {sha[:7]} says “Rollback: unsafe”."
    return ""


@lru_cache(maxsize=4096)
def _matches(path: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a path, in its parts, matches a glob; `**` stands for any number of folders."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        rest = pattern[1:]
        if not rest:
            return bool(path)
        return any(_matches(path[start:], rest) for start in range(len(path)))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _matches(path[1:], pattern[1:])
