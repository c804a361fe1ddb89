"""Our own bare clone on disk: made whole or not at all, mended when it is damaged or locked."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from pathlib import Path

from integrations.gitops.environment import CONFIG_FILE, CONFIG_TEXT
from integrations.gitops.process import Git

_LEFTOVERS = ("shipmate-index-*", "objects/pack/tmp_*", "objects/??/tmp_obj_*")
_LOCK_SECONDS = 1.0
"""Real seconds that a living git may hold a lock file of ours; its own work takes milliseconds."""


def is_made(directory: Path) -> bool:
    """Whether there is something that looks like our clone."""
    return (directory / "HEAD").is_file() and (directory / CONFIG_FILE).is_file()


def is_filled(directory: Path) -> bool:
    """Whether a fetch into it was ever completed."""
    return (directory / "packed-refs").exists() or any(directory.glob("refs/remotes/origin/*"))


async def make(git: Git) -> None:
    """Make an empty bare clone; what was there before is set aside as `<clone>.broken`.

    Built beside its place and moved in whole, so that a half-made one is never found.
    """
    place = git.directory
    fresh, broken = place.with_name(f"{place.name}.new"), place.with_name(f"{place.name}.broken")
    await asyncio.to_thread(_remove, fresh)
    builder = Git(fresh, git.remote, timeout=git.timeout)
    await asyncio.to_thread(place.parent.mkdir, parents=True, exist_ok=True)
    await builder.must("init", "--bare", "--quiet", "--template=")
    await asyncio.to_thread(_put_in_place, fresh, place, broken)


def sweep(directory: Path) -> None:
    """Remove what a process that was killed left behind; call it before any other is started."""
    for pattern in _LEFTOVERS:
        for leftover in directory.glob(pattern):
            leftover.unlink(missing_ok=True)


def unlock(directory: Path, lock: str) -> None:
    """Wait for the lock file's holder, and remove the file if it is a dead one's. Blocks.

    Our own git processes that take locks run one after another, so whoever holds it was started
    by a bot that was killed since: it ends within moments, or is dead already.
    """
    path = Path(lock)
    if not path.is_relative_to(directory):
        return
    until = time.monotonic() + _LOCK_SECONDS
    while path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    path.unlink(missing_ok=True)


def _put_in_place(fresh: Path, place: Path, broken: Path) -> None:
    (fresh / CONFIG_FILE).write_text(CONFIG_TEXT)
    _remove(broken)
    with contextlib.suppress(FileNotFoundError):
        place.rename(broken)
    fresh.rename(place)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
